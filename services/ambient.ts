// Time, ids and chance: everything that would make two runs of the same code differ. They are passed in, so
// that tests decide them. This is the only file in which the real ones may be touched (lint holds it).
import { randomBytes } from 'node:crypto';

export interface Clock {
  now(): Date;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason when it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `tick` every `ms` milliseconds until the returned function is called. Does not keep the process alive. */
  every(ms: number, tick: () => void): () => void;
}

export interface Ambient {
  readonly clock: Clock;
  readonly ids: {
    /** A new unique id: time-ordered, 26 characters, letters and digits. */
    next(): string;
  };
  readonly random: {
    /** At least 0, less than 1. */
    next(): number;
  };
}

const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz';

/** Time-ordered, so that new documents land at one end of an index; the layout is that of a ULID. */
function timeOrderedId(nowMs: number): string {
  let time = '';
  for (let rest = nowMs, i = 0; i < 10; i++, rest = Math.floor(rest / 32))
    time = CROCKFORD.charAt(rest % 32) + time;
  let chance = '';
  for (const byte of randomBytes(16)) chance += CROCKFORD.charAt(byte % 32);
  return time + chance;
}

/** The real clock, ids and chance. */
export function createAmbient(): Ambient {
  return {
    clock: {
      now: () => new Date(),
      sleep: (ms, signal) =>
        new Promise((resolve, reject) => {
          if (signal?.aborted) {
            reject(reasonOf(signal));
            return;
          }
          const done = () => {
            signal?.removeEventListener('abort', stop);
            resolve();
          };
          const timer = setTimeout(done, ms);
          const stop = () => {
            clearTimeout(timer);
            if (signal) reject(reasonOf(signal));
          };
          signal?.addEventListener('abort', stop, { once: true });
        }),
      every: (ms, tick) => {
        const timer = setInterval(tick, ms);
        timer.unref();
        return () => {
          clearInterval(timer);
        };
      },
    },
    ids: { next: () => timeOrderedId(Date.now()) },
    random: { next: () => Math.random() },
  };
}

const reasonOf = (signal: AbortSignal): Error =>
  signal.reason instanceof Error ? signal.reason : new Error('The wait was cancelled');
