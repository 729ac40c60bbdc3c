// Looks for work again and again, one look at a time. What a failing look means is said in one place: the database may
// be away, and the next look comes soon.
import { toAppError, type Clock, type Log } from '../services/index.ts';

export interface Looking {
  /** Looks at once, unless a look is going on: then once more after it. */
  readonly now: () => void;
  readonly stop: () => void;
  /** Resolves when no look is going on. */
  readonly settle: () => Promise<void>;
}

/** `what` names the work in the log. The first look comes at once. */
export function keepLooking(
  { clock, log, what }: { readonly clock: Clock; readonly log: Log; readonly what: string },
  everyMs: number,
  look: () => Promise<void>,
): Looking {
  const state: { current: Promise<void> | null; again: boolean } = { current: null, again: false };

  const lookOnce = async () => {
    try {
      await look();
    } catch (error) {
      const known = toAppError(error);
      if (known.kind === 'transient') log.info('not-looked', { what, code: known.code });
      else log.error('not-looked', { what }, known);
    }
  };
  const run = async () => {
    await lookOnce();
    while (state.again) {
      state.again = false;
      await lookOnce();
    }
    state.current = null;
  };
  const now = (wanted: boolean) => {
    if (state.current === null) state.current = run();
    else if (wanted) state.again = true;
  };

  now(false);
  const stop = clock.every(everyMs, () => now(false));
  return { now: () => now(true), stop, settle: () => state.current ?? Promise.resolve() };
}
