// Requests to Microsoft Graph for one tenant: the only importer of Microsoft's client. Signs them, keeps the tenant's
// pace, sends them again when that helps, and counts. Knows nothing of users, pages or batches.
import { AuthenticationHandler, Client, ResponseType } from '@microsoft/microsoft-graph-client';
import type { Ambient } from '../ambient.ts';
import type { RunCosts } from '../directory/run.ts';
import type { TenantId } from '../directory/ids.ts';
import type { Log } from '../log.ts';
import type { Web, WebOutcome } from '../web.ts';
import { createCostCounter, parseResourceUnits, type CostCounter } from './costs.ts';
import { isDenied, noAnswer, readGraphProblem, toGraphError, type GraphProblem } from './graph-errors.ts';
import { createPacing, type Pacing } from './pacing.ts';
import { startRenewals, type GraphTokens, type Renewals } from './renewals.ts';
import { countSignInChanges } from './sign-in-changes.ts';
import { asksAllToWait, decideRetry, parseRetryAfter, RETRY_LIMITS, slowDownMs } from './retry-policy.ts';

export type GraphReply =
  | { readonly kind: 'ok'; readonly body: unknown; readonly requestId: string | null }
  | { readonly kind: 'problem'; readonly problem: GraphProblem };

/** Target of a request: a path below `/v1.0` that begins with `/`, or a whole link that Graph gave. */
export type Target = string;

export interface GraphHttp {
  /** Throws `sign-in-…` and `graph-unauthorized` (nothing else will work either) and the signal's reason. */
  get(target: Target, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<GraphReply>;
  /** Sends JSON. Only for requests that may be repeated: a batch of reads. The caller counts its parts. */
  post(target: Target, body: unknown, signal: AbortSignal): Promise<GraphReply>;
  /**
   * After a failure: waits as the retry policy says and returns true, or returns false when it is time to give up.
   * `attempt` counts the failures of this request.
   */
  waitForRetry(failure: Failure, attempt: number, signal: AbortSignal): Promise<boolean>;
  /** For one request, when the caller reads refusals from inside the answer. */
  startRenewals(): Renewals;
  /** Graph answered, inside of the answer too. `get` says so by itself. */
  accepted(accessToken: string): Promise<void>;
  /** Graph refused this token for good. True when there is another, with which the same is to be asked again. */
  changeSignIn(accessToken: string, problem: GraphProblem): Promise<boolean>;
  /** The token in use, for what it says about permissions. */
  accessToken(signal: AbortSignal): Promise<string>;
  /** Grows whenever another account takes over: what came before and after was told to two. */
  signInChanges(): number;
  addCosts(cost: Partial<RunCosts>): void;
  costs(): RunCosts;
}

export interface Failure {
  readonly trouble: GraphProblem['trouble'];
  /** Milliseconds, or null when the answer did not say. */
  readonly retryAfterMs: number | null;
}

export interface GraphHttpOptions {
  /** Origin of Microsoft Graph, or of a server that stands in for it. */
  readonly graphUrl: string;
  readonly tenantId: TenantId;
  readonly tokens: GraphTokens;
  readonly web: Web;
  readonly ambient: Pick<Ambient, 'clock' | 'random'>;
  readonly log: Log;
  /** For one call, not for its retries. */
  readonly timeoutMs?: number;
  /** What several of one run share; its own when not given. */
  readonly budget?: GraphBudget;
}

/** Pace and costs: Graph counts by tenant and app, whoever signed in. */
export interface GraphBudget {
  readonly pacing: Pacing;
  readonly costs: CostCounter;
}

/** The budget of a run. */
export const createGraphBudget = (clock: Ambient['clock']): GraphBudget => ({
  pacing: createPacing(clock),
  costs: createCostCounter(),
});

const CALL_TIMEOUT_MS = 30_000;
const VERSION = 'v1.0';

type Attempt =
  | { readonly reply: Extract<GraphReply, { kind: 'ok' }> }
  | { readonly problem: GraphProblem; readonly retryAfterMs: number | null };

interface Call {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** One per run: its budget for waiting and its costs are those of the run. */
export function createGraphHttp(options: GraphHttpOptions): GraphHttp {
  const { graphUrl, tenantId, log } = options;
  const { tokens, changes } = countSignInChanges(options.tokens);
  const { clock, random } = options.ambient;
  const { origin, hostname } = new URL(graphUrl);
  const { costs, pacing } = options.budget ?? createGraphBudget(clock);

  /** null when a link leads to another server: it must not get the token. */
  function resolveTarget(target: Target): string | null {
    if (target.startsWith('/')) return `${origin}/${VERSION}${target}`;
    return URL.canParse(target) && new URL(target).origin === origin ? target : null;
  }

  /** One attempt. Microsoft's client adds the token; what is sent is exactly `call`. */
  async function send(call: Call, token: string, signal: AbortSignal): Promise<WebOutcome> {
    let outcome: WebOutcome = { kind: 'broken', reason: 'notSent' };
    const client = Client.initWithMiddleware({
      baseUrl: origin,
      customHosts: new Set([hostname]),
      middleware: [
        new AuthenticationHandler({ getAccessToken: () => Promise.resolve(token) }),
        {
          // The client takes links apart and loses the cause of a failed send, so that this last step sends the link
          // as it is and keeps the outcome.
          execute: async (context) => {
            const headers = Object.fromEntries(new Headers(context.options?.headers).entries());
            outcome = await options.web.send({
              ...call,
              headers,
              timeoutMs: options.timeoutMs ?? CALL_TIMEOUT_MS,
              signal,
            });
          },
        },
      ],
    });
    const request = client
      .api(call.url)
      .headers({ ...call.headers })
      .responseType(ResponseType.RAW);
    try {
      await (call.method === 'GET' ? request.get() : request.post(call.body ?? ''));
    } catch (error) {
      // The client wraps the cancellation in an error of its own.
      signal.throwIfAborted();
      throw error;
    }
    return outcome;
  }

  async function attempt(call: Call, token: string, signal: AbortSignal): Promise<Attempt> {
    const outcome = await send(call, token, signal);
    if (outcome.kind === 'timeout') return { problem: noAnswer('timeout'), retryAfterMs: null };
    if (outcome.kind === 'broken') {
      log.debug('graph.connection-broken', { reason: outcome.reason });
      return { problem: noAnswer('reset'), retryAfterMs: null };
    }
    costs.add({ resourceUnits: parseResourceUnits(outcome.header('x-ms-resource-unit')) });
    pacing.pause(slowDownMs(outcome.header('x-ms-throttle-limit-percentage')));
    const requestId = outcome.header('request-id');
    const body = parseJson(outcome.body);
    const retryAfterMs = parseRetryAfter(outcome.header('retry-after'), clock.now());
    // A batch of which parts were throttled came as 424 in earlier years (Graph docs: throttling and batching).
    const batchTold = outcome.status === 424 && call.method === 'POST';
    if ((outcome.status < 200 || outcome.status > 299) && !batchTold)
      return { problem: readGraphProblem(outcome.status, body, requestId), retryAfterMs };
    if (body === undefined) return { problem: noAnswer('badAnswer', requestId), retryAfterMs };
    return { reply: { kind: 'ok', body, requestId } };
  }

  async function waitForRetry(failure: Failure, tries: number, signal: AbortSignal): Promise<boolean> {
    const { trouble, retryAfterMs } = failure;
    const decision = decideRetry({
      attempt: tries,
      status: trouble,
      retryAfter: retryAfterMs,
      elapsedMs: pacing.troubleMs(),
      random: random.next(),
    });
    if (trouble === 429) costs.add({ throttled: 1 });
    if (decision === 'stop') return false;
    costs.add({ retried: 1 });
    log.info('graph.request-repeated', { trouble, attempt: tries, waitMs: decision.waitMs });
    const endTrouble = pacing.startTrouble();
    try {
      if (asksAllToWait(trouble)) pacing.pause(decision.waitMs);
      else await clock.sleep(decision.waitMs, signal);
      await pacing.wait(signal);
    } finally {
      endTrouble();
    }
    return true;
  }

  async function exchange(
    method: Call['method'],
    target: Target,
    headers: Readonly<Record<string, string>>,
    body: string | undefined,
    signal: AbortSignal,
  ): Promise<GraphReply> {
    const url = resolveTarget(target);
    if (url === null) {
      log.warn('graph.foreign-link', { origin: URL.canParse(target) ? new URL(target).origin : 'none' });
      return { kind: 'problem', problem: noAnswer('badAnswer') };
    }
    // Patience is over for the whole run: what is still to be read is not read, and says so.
    if (pacing.troubleMs() >= RETRY_LIMITS.budgetMs) return { kind: 'problem', problem: noAnswer('timeout') };
    const renewals = startRenewals(tokens, tenantId);
    let endTrouble = (): void => undefined;
    try {
      for (let tries = 1; ; tries++) {
        await pacing.wait(signal);
        if (method === 'GET') costs.add({ requests: 1 });
        const call = {
          method,
          url,
          headers: commonHeaders(headers, () => random.next()),
          ...(body === undefined ? {} : { body }),
        };
        const token = await tokens.accessToken(tenantId, signal);
        const result = await attempt(call, token, signal);
        if ('reply' in result) {
          if (method === 'GET') await tokens.accepted?.(token);
          return result.reply;
        }
        const { problem, retryAfterMs } = result;
        if (tries === 1) endTrouble = pacing.startTrouble();
        logProblem(problem, call.headers['client-request-id']);
        if (problem.code === 'graph-unauthorized') {
          const error = toGraphError(problem);
          if (!(await renewals.next(token, error))) throw error;
          costs.add({ retried: 1 });
          continue;
        }
        if (isDenied(problem) && (await changeSignIn(token, problem))) {
          costs.add({ retried: 1 });
          continue;
        }
        if (!(await waitForRetry({ trouble: problem.trouble, retryAfterMs }, tries, signal)))
          return { kind: 'problem', problem };
      }
    } finally {
      endTrouble();
    }
  }

  const changeSignIn = async (token: string, problem: GraphProblem): Promise<boolean> =>
    (await tokens.reject?.(token, toGraphError(problem))) ?? false;

  function logProblem(problem: GraphProblem, clientRequestId: string | undefined): void {
    log.warn('graph.request-failed', {
      code: problem.code,
      trouble: problem.trouble,
      graphCodes: problem.graphCodes,
      requestId: problem.requestId,
      clientRequestId,
    });
  }

  return {
    get: (target, headers, signal) => exchange('GET', target, headers, undefined, signal),
    post: (target, body, signal) =>
      exchange('POST', target, { 'content-type': 'application/json' }, JSON.stringify(body), signal),
    waitForRetry,
    startRenewals: () => startRenewals(tokens, tenantId),
    accepted: async (accessToken) => tokens.accepted?.(accessToken),
    changeSignIn,
    accessToken: (signal) => tokens.accessToken(tenantId, signal),
    signInChanges: changes,
    addCosts: (cost) => costs.add(cost),
    costs: () => costs.total(),
  };
}

/** Graph docs: best practices (client-request-id), throttling (priority: a sync yields to people). */
const commonHeaders = (
  own: Readonly<Record<string, string>>,
  random: () => number,
): Record<string, string> => ({
  accept: 'application/json',
  'client-request-id': randomGuid(random),
  'x-ms-throttle-priority': 'low',
  ...own,
});

function randomGuid(random: () => number): string {
  const hex = (digits: number) =>
    Math.floor(random() * 16 ** digits)
      .toString(16)
      .padStart(digits, '0');
  return `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(6)}${hex(6)}`;
}

/** undefined for anything that is not JSON. `$count` answers with a bare number behind a byte order mark. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}
