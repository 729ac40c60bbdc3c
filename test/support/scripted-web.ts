// Stands in for the network (services/web.ts): answers requests from a function and remembers them. With a clock
// whose waits pass at once and are counted, and chance that is always the same.
import type { Ambient, Clock } from '../../services/ambient.ts';
import { createLog, type Log } from '../../services/log.ts';
import type { Web, WebOutcome, WebRequest } from '../../services/web.ts';

export interface ScriptedWeb extends Web {
  readonly requests: WebRequest[];
}

/** `answer` is asked for each request in turn. */
export function createScriptedWeb(answer: (request: WebRequest, index: number) => WebOutcome): ScriptedWeb {
  const requests: WebRequest[] = [];
  return {
    requests,
    send: async (request) => {
      request.signal.throwIfAborted();
      requests.push(request);
      // The answer never comes within the same turn of the event loop as on a real network.
      await Promise.resolve();
      return answer(request, requests.length - 1);
    },
    close: () => Promise.resolve(),
  };
}

/** An answer with a JSON body, or with the text as it is. */
export function answerWith(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): WebOutcome {
  const all = new Map(
    Object.entries({ 'request-id': 'request-1', ...headers }).map(([name, value]) => [
      name.toLowerCase(),
      value,
    ]),
  );
  return {
    kind: 'answer',
    status,
    headers: Object.fromEntries(all),
    header: (name) => all.get(name.toLowerCase()) ?? null,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}

/** An error answer in Graph's form. */
export const refuseWith = (
  status: number,
  code: string,
  headers: Readonly<Record<string, string>> = {},
  message = 'Text that nobody may rely on.',
): WebOutcome => answerWith(status, { error: { code, message } }, headers);

export interface SteppingClock extends Clock {
  /** Every wait that was asked for, in milliseconds. */
  readonly waits: number[];
}

/** Time stands still except for waits, which pass at once. */
export function createSteppingClock(): SteppingClock {
  const waits: number[] = [];
  let nowMs = Date.parse('2026-05-04T08:00:00Z');
  return {
    waits,
    now: () => new Date(nowMs),
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      waits.push(ms);
      nowMs += ms;
      await Promise.resolve();
    },
    every: () => () => undefined,
  };
}

export function createSteppingAmbient(): Ambient & { readonly clock: SteppingClock } {
  let id = 0;
  return {
    clock: createSteppingClock(),
    ids: { next: () => String(++id) },
    random: { next: () => 0.5 },
  };
}

/** A log that goes nowhere. */
export const quietLog = (): Log => createLog('error', { write: () => undefined });
