// Sends up to 20 reads in one request and gives each its own answer (Graph docs: JSON batching). Repeats the parts
// that may pass, each by its own status; never reads further pages.
import { parseResourceUnits } from './costs.ts';
import { isDenied, noAnswer, readGraphProblem, toGraphError, type GraphProblem } from './graph-errors.ts';
import type { Failure, GraphHttp, GraphReply } from './graph-http.ts';
import { mayPass, parseRetryAfter, type Trouble } from './retry-policy.ts';
import { batchPartSchema, batchSchema } from './schemas.ts';

/** The most that Graph takes. */
export const BATCH_SIZE = 20;

export interface BatchPart {
  /** Unique in its batch, whatever the case. */
  readonly id: string;
  /** Below `/v1.0`, beginning with `/`. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface PartResult {
  readonly part: BatchPart;
  readonly reply: GraphReply;
  readonly retryAfterMs: number | null;
  /** The whole request failed after tries of its own: not to be repeated part by part. */
  readonly settled: boolean;
}

/** Answers every part. Throws what `GraphHttp` throws. */
export async function sendBatch(
  http: GraphHttp,
  parts: readonly BatchPart[],
  now: () => Date,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, GraphReply>> {
  const replies = new Map<string, GraphReply>();
  let pending = parts;
  const renewals = http.startRenewals();
  for (let tries = 1; pending.length > 0; tries++) {
    const token = await http.accessToken(signal);
    const results = await sendOnce(http, pending, now, signal);
    for (const { part, reply } of results) replies.set(part.id, reply);
    const refused = results.filter((result) => problemOf(result)?.code === 'graph-unauthorized');
    const refusal = refused.map(problemOf).find((problem) => problem !== null);
    if (results.some(({ reply }) => reply.kind === 'ok')) await http.accepted(token);
    if (refusal && !(await renewals.next(token, toGraphError(refusal)))) throw toGraphError(refusal);
    const denial = denialOf(results);
    if (denial && (await http.changeSignIn(token, denial))) continue;
    const failed = results.filter((result) => !result.settled && mayPass(problemOf(result)?.trouble ?? 200));
    const again =
      failed.length > 0 && (await http.waitForRetry(worstOf(failed), tries, signal)) ? failed : [];
    pending = [...refused, ...again].map((result) => result.part);
  }
  return replies;
}

/** A caller who may not is refused every part; one part alone may have reasons of its own. */
function denialOf(results: readonly PartResult[]): GraphProblem | null {
  const problems = results.map(problemOf).filter((problem) => problem !== null);
  const all = problems.length === results.length && problems.length > 1 && problems.every(isDenied);
  return all ? (problems[0] ?? null) : null;
}

/** Something between here and Graph does not let batches through, or one part spoils the whole. */
const NO_BATCHES: ReadonlySet<Trouble> = new Set<Trouble>([400, 404, 405, 501]);

async function sendOneByOne(
  http: GraphHttp,
  parts: readonly BatchPart[],
  signal: AbortSignal,
): Promise<PartResult[]> {
  const results: PartResult[] = [];
  for (const part of parts) {
    const reply = await http.get(part.url, part.headers ?? {}, signal);
    results.push({ part, reply, retryAfterMs: null, settled: true });
  }
  return results;
}

const problemOf = ({ reply }: PartResult): GraphProblem | null =>
  reply.kind === 'problem' ? reply.problem : null;

/** Parts that are sent again go together, after the longest wait that any of them was told. */
function worstOf(failed: readonly PartResult[]): Failure {
  const troubles = failed.map((result) => problemOf(result)?.trouble ?? 'badAnswer');
  const waits = failed.map((result) => result.retryAfterMs).filter((ms) => ms !== null);
  return {
    trouble: troubles.find((trouble) => trouble === 429) ?? troubles[0] ?? 'badAnswer',
    retryAfterMs: waits.length > 0 ? Math.max(...waits) : null,
  };
}

async function sendOnce(
  http: GraphHttp,
  parts: readonly BatchPart[],
  now: () => Date,
  signal: AbortSignal,
): Promise<PartResult[]> {
  http.addCosts({ requests: parts.length });
  const requests = parts.map(({ id, url, headers }) => ({
    id,
    method: 'GET',
    url,
    ...(headers ? { headers } : {}),
  }));
  const envelope = await http.post('/$batch', { requests }, signal);
  if (envelope.kind === 'problem' && NO_BATCHES.has(envelope.problem.trouble))
    return sendOneByOne(http, parts, signal);
  if (envelope.kind === 'problem')
    return parts.map((part) => ({ part, reply: envelope, retryAfterMs: null, settled: true }));
  const answers = new Map(readAnswers(envelope.body).map((answer) => [answer.id.toLowerCase(), answer]));
  return parts.map((part) => {
    const answer = answers.get(part.id.toLowerCase());
    if (!answer) {
      const problem = noAnswer('badAnswer', envelope.requestId);
      return { part, reply: { kind: 'problem', problem }, retryAfterMs: null, settled: false };
    }
    const headers = new Map(
      Object.entries(answer.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
    );
    http.addCosts({ resourceUnits: parseResourceUnits(headers.get('x-ms-resource-unit')) });
    const requestId = headers.get('request-id') ?? envelope.requestId;
    const retryAfterMs = parseRetryAfter(headers.get('retry-after'), now());
    const ok = answer.status >= 200 && answer.status < 300;
    const reply: GraphReply = ok
      ? { kind: 'ok', body: answer.body, requestId }
      : { kind: 'problem', problem: readGraphProblem(answer.status, answer.body, requestId) };
    return { part, reply, retryAfterMs, settled: false };
  });
}

const readAnswers = (body: unknown) =>
  (batchSchema.safeParse(body).data?.responses ?? [])
    .map((answer) => batchPartSchema.safeParse(answer).data)
    .filter((answer) => answer !== undefined);
