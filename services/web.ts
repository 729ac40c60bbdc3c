// Sends one HTTP request to Microsoft and returns what became of it, as a value. Owns the connections, their
// number and the time limit of a call. Knows no tokens, no retries and no meaning of an answer.
import { Agent, fetch } from 'undici';
import type { Clock } from './ambient.ts';

export interface WebRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For the whole call, from sending to the last byte of the answer. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export type WebOutcome =
  | {
      readonly kind: 'answer';
      readonly status: number;
      /** null when the header is not there; names in any case. */
      readonly header: (name: string) => string | null;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  | { readonly kind: 'timeout' }
  /** No whole answer: `reason` is a code such as ECONNRESET, for the log. */
  | { readonly kind: 'broken'; readonly reason: string };

export interface Web {
  /** Throws only the reason of the signal; everything else is an outcome. Redirects are not followed: a token
   * must not travel to an address that nobody checked. */
  send(request: WebRequest): Promise<WebOutcome>;
  close(): Promise<void>;
}

export interface WebOptions {
  readonly clock: Clock;
  /** At most so many connections to each origin. */
  readonly connections?: number;
  /** A certificate authority besides the ones that Node.js trusts, PEM. */
  readonly ca?: string;
}

const CONNECT_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 30_000;

/** Keep-alive connections to Microsoft, shared by everything in this process that calls it. */
export function createWeb({ clock, connections = 8, ca }: WebOptions): Web {
  const agent = new Agent({
    connections,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connect: { timeout: CONNECT_TIMEOUT_MS, ...(ca === undefined ? {} : { ca }) },
    // The call's own time limit, by the clock, covers both.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    async send(request) {
      request.signal.throwIfAborted();
      const limit = startTimeLimit(clock, request.timeoutMs);
      try {
        const response = await fetch(request.url, {
          method: request.method,
          headers: { ...request.headers },
          body: request.body ?? null,
          redirect: 'manual',
          dispatcher: agent,
          signal: AbortSignal.any([request.signal, limit.signal]),
        });
        const body = await response.text();
        return {
          kind: 'answer',
          status: response.status,
          header: (name) => response.headers.get(name),
          headers: Object.fromEntries(response.headers.entries()),
          body,
        };
      } catch (error) {
        request.signal.throwIfAborted();
        return limit.signal.aborted ? { kind: 'timeout' } : { kind: 'broken', reason: reasonOf(error) };
      } finally {
        limit.end();
      }
    },
    close: () => agent.destroy(),
  };
}

function startTimeLimit(clock: Clock, timeoutMs: number): { signal: AbortSignal; end: () => void } {
  const expired = new AbortController();
  const ended = new AbortController();
  clock.sleep(timeoutMs, ended.signal).then(
    () => expired.abort(),
    // The call ended first, which is the normal case.
    () => undefined,
  );
  return { signal: expired.signal, end: () => ended.abort() };
}

/** undici hides the system's error code one or two causes deep. */
function reasonOf(error: unknown): string {
  let name = 'unknown';
  for (let e = error, depth = 0; e instanceof Error && depth < 4; e = e.cause, depth++) {
    if ('code' in e && typeof e.code === 'string') return e.code;
    name = e.name;
  }
  return name;
}
