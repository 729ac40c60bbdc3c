// HTTP to the Bot Connector: timeouts, and the retries that cannot post a message twice. The framework's own client
// waits for ever and repeats posts after a 5xx; throwing an error of ours from here switches its retries off.
import type { ConnectorClientOptions } from 'botframework-connector';
import { z } from 'zod';
import { AppError, type Ambient } from '../services/index.ts';

type HttpClient = NonNullable<ConnectorClientOptions['httpClient']>;
type WebRequest = Parameters<HttpClient['sendRequest']>[0];
type WebResponse = Awaited<ReturnType<HttpClient['sendRequest']>>;

const ATTEMPT_TIMEOUT_MS = 10_000;
const ATTEMPTS = 4;
const LONGEST_WAIT_MS = 15_000;

/** How one attempt went wrong. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfterMs: number | null }
  /** Nothing was sent: the name was not found or the connection was refused. */
  | { readonly kind: 'notSent' }
  /** It may have arrived: no answer in time, or the connection broke. */
  | { readonly kind: 'lost' };

/**
 * Milliseconds to wait before the next attempt, or null to give up.
 *
 * 412 and 429 say that the connector did nothing, so anything may be repeated. After 502, 503, 504, a timeout or a
 * broken connection the message may stand in the chat already: only calls that end in the same state when done twice
 * (GET, PUT, DELETE) are repeated. 500 is never repeated. Teams docs: "Status codes from bot conversational APIs".
 */
export function decideRetry(method: string, fault: Fault, attempt: number, chance: number): number | null {
  if (attempt >= ATTEMPTS) return null;
  const backoffMs = Math.round(500 * 2 ** (attempt - 1) * (0.75 + chance / 2));
  const repeatable = method !== 'POST' && method !== 'PATCH';
  if (fault.kind === 'notSent') return backoffMs;
  if (fault.kind === 'lost') return repeatable ? backoffMs : null;
  const nothingDone = fault.status === 412 || fault.status === 429;
  const passing = fault.status === 502 || fault.status === 503 || fault.status === 504;
  if (!nothingDone && !(passing && repeatable)) return null;
  const waitMs = fault.retryAfterMs ?? backoffMs;
  return waitMs > LONGEST_WAIT_MS ? null : waitMs;
}

/** For `connectorClientOptions`. Every failure is an `AppError`: `chat-unreachable`, or `chat-refused` with its status. */
export function createConnectorHttp({ clock, random }: Ambient): HttpClient {
  return {
    sendRequest: async (request) => {
      for (let attempt = 1; ; attempt++) {
        const { response, fault, error } = await attemptOnce(request, clock.now());
        if (response) return response;
        const waitMs = decideRetry(request.method, fault, attempt, random.next());
        if (waitMs === null) throw error;
        await clock.sleep(waitMs);
      }
    },
  };
}

type Attempt =
  | { readonly response: WebResponse; readonly fault?: never; readonly error?: never }
  | { readonly response?: never; readonly fault: Fault; readonly error: AppError };

async function attemptOnce(request: WebRequest, now: Date): Promise<Attempt> {
  let answer: Response;
  let bodyAsText: string;
  try {
    answer = await fetch(request.url, {
      method: request.method,
      headers: request.headers.rawHeaders(),
      signal: AbortSignal.timeout(ATTEMPT_TIMEOUT_MS),
      redirect: 'error',
      ...(bodyOf(request) === undefined ? {} : { body: bodyOf(request) }),
    });
    bodyAsText = await answer.text();
  } catch (error) {
    return { fault: faultOf(error), error: new AppError('chat-unreachable', {}, error) };
  }
  if (answer.ok) return { response: toResponse(request, answer, bodyAsText) };
  const retryAfterMs = parseRetryAfter(answer.headers.get('retry-after'), now);
  return {
    fault: { kind: 'status', status: answer.status, retryAfterMs },
    error: new AppError(answer.status === 429 || answer.status >= 500 ? 'chat-unreachable' : 'chat-refused', {
      status: answer.status,
      reason: reasonOf(bodyAsText),
    }),
  };
}

const bodyOf = (request: WebRequest): string | undefined =>
  z.string().optional().catch(undefined).parse(request.body);

/** Node's fetch puts the reason into `cause`. */
const withCause = z.object({ cause: z.object({ code: z.string() }) });
const NOT_SENT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'];

function faultOf(error: unknown): Fault {
  const parsed = withCause.safeParse(error);
  return { kind: parsed.success && NOT_SENT.includes(parsed.data.cause.code) ? 'notSent' : 'lost' };
}

/** RFC 9110: seconds or a date. Null when there is none that can be read. */
function parseRetryAfter(header: string | null, now: Date): number | null {
  if (header === null || header.trim() === '') return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - now.getTime());
}

const refusal = z.object({ error: z.object({ code: z.string().max(80) }) });

/** The connector's own code, such as `ConversationNotFound`. Its message may hold names and is left out. */
function reasonOf(bodyAsText: string): string | undefined {
  try {
    return refusal.safeParse(JSON.parse(bodyAsText)).data?.error.code;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The framework's response: its kind of headers can only be made from those of a request. */
function toResponse(request: WebRequest, answer: Response, bodyAsText: string): WebResponse {
  const headers = request.headers.clone();
  for (const name of headers.headerNames()) headers.remove(name);
  for (const [name, value] of answer.headers) headers.set(name, value);
  return { request, status: answer.status, headers, bodyAsText };
}
