// Tries again for a few seconds what fails for a while: for what a person waits for and cannot easily repeat.
import type { Clock } from './ambient.ts';
import { toAppError } from './errors.ts';

const WAITS_MS = [250, 500, 1000, 2000, 4000];

/** The outcome of the last try. */
export async function insist<T>(clock: Pick<Clock, 'sleep'>, work: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const waitMs = WAITS_MS[attempt];
      if (toAppError(error).kind !== 'transient' || waitMs === undefined) throw error;
      await clock.sleep(waitMs);
    }
  }
}
