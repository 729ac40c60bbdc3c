// Holds a tenant's lease while a run works: renews it in time, and knows when it is no longer sure to have it.
// Taking it is the caller's business.
import type { Clock } from '../ambient.ts';
import type { Lease, LeaseStore } from '../directory/directory-store.ts';
import { AppError } from '../errors.ts';
import type { Log } from '../log.ts';

/** How long a run that has died keeps its tenant from being synced again. */
export const LEASE_TTL_MS = 15_000;
const RENEW_MS = 5_000;
/** Without an answer for this long, nothing is written before the database has confirmed the lease once more. */
const SURE_MS = 10_000;

export interface HeldLease {
  readonly lease: Lease;
  /** Aborted, with a `lease-lost`, when somebody else has taken the lease. */
  readonly lost: AbortSignal;
  /** Resolves when the lease is surely held. Throws `lease-lost`, or `database-unreachable` when nobody can tell. */
  ensure(): Promise<void>;
  /** Stops renewing and gives the lease back; when that fails it runs out by itself. */
  release(): Promise<void>;
}

interface Options {
  readonly store: LeaseStore;
  readonly lease: Lease;
  readonly clock: Clock;
  readonly log: Log;
}

/** Keeps a lease that has just been granted. */
export function holdLease({ store, lease, clock, log }: Options): HeldLease {
  const lost = new AbortController();
  let sureSinceMs = clock.now().getTime();
  let renewing: Promise<void> | null = null;

  const renew = async (): Promise<void> => {
    // The time before the question: what was true then may have run out while the answer was under way.
    const askedMs = clock.now().getTime();
    if (await store.renewLease(lease, LEASE_TTL_MS)) sureSinceMs = askedMs;
    else lost.abort(new AppError('lease-lost'));
  };
  const renewOnce = (): Promise<void> => {
    renewing ??= renew().finally(() => {
      renewing = null;
    });
    return renewing;
  };
  const stop = clock.every(RENEW_MS, () => {
    renewOnce().catch((error: unknown) => log.warn('lease.not-renewed', {}, error));
  });

  return {
    lease,
    lost: lost.signal,
    ensure: async () => {
      if (clock.now().getTime() - sureSinceMs > SURE_MS) await renewOnce();
      lost.signal.throwIfAborted();
    },
    release: async () => {
      stop();
      try {
        await store.releaseLease(lease);
      } catch (error) {
        log.warn('lease.not-released', {}, error);
      }
    },
  };
}
