// The pace of one tenant's requests: a pause that all workers share, and how much time a run has lost to failing
// requests. Decides nothing: retry-policy.ts does.
import type { Clock } from '../ambient.ts';

export interface Pacing {
  /** Returns when nobody has asked for a pause any more. Rejects with the signal's reason. */
  wait(signal: AbortSignal): Promise<void>;
  /** From now on everybody waits, at least `ms` milliseconds. */
  pause(ms: number): void;
  /** A request has begun to fail; call the returned function once when it is over. */
  startTrouble(): () => void;
  /** Wall-clock milliseconds during which at least one request was failing. */
  troubleMs(): number;
}

export function createPacing(clock: Clock): Pacing {
  let pausedUntil = 0;
  let inTrouble = 0;
  let troubleSince = 0;
  let pastTroubleMs = 0;
  const now = () => clock.now().getTime();
  return {
    async wait(signal) {
      signal.throwIfAborted();
      // Again, because somebody may have asked for more in the meantime.
      for (let ms = pausedUntil - now(); ms > 0; ms = pausedUntil - now()) await clock.sleep(ms, signal);
    },
    pause(ms) {
      pausedUntil = Math.max(pausedUntil, now() + ms);
    },
    startTrouble() {
      if (inTrouble++ === 0) troubleSince = now();
      let over = false;
      return () => {
        if (over) return;
        over = true;
        if (--inTrouble === 0) pastTroubleMs += now() - troubleSince;
      };
    },
    troubleMs: () => pastTroubleMs + (inTrouble > 0 ? now() - troubleSince : 0),
  };
}
