// Starts runs, one per tenant at a time over all processes, repairs what dead processes left behind, and stops what
// runs here when the process ends. What a run does is run-sync.ts's business.
import type { Ambient } from '../ambient.ts';
import type { DirectoryStore, LeaseGrant } from '../directory/directory-store.ts';
import { parseRunId, type RunId, type TenantId } from '../directory/ids.ts';
import type { Actor, Progress, Run } from '../directory/run.ts';
import type { Source } from '../directory/source.ts';
import { AppError } from '../errors.ts';
import type { Log } from '../log.ts';
import { holdLease, LEASE_TTL_MS, type HeldLease } from './lease.ts';
import { NO_PROGRESS } from './progress.ts';
import { runSync } from './run-sync.ts';

export interface SyncRequest {
  readonly tenantId: TenantId;
  readonly actor: Actor;
  readonly approval?: { readonly runId: RunId; readonly digest: string };
  readonly onProgress?: (progress: Progress) => void;
}

export type SyncStarted =
  | { readonly kind: 'started'; readonly run: Run; readonly finished: Promise<Run> }
  | { readonly kind: 'alreadyRunning'; readonly run: Run }
  | { readonly kind: 'approvalOutOfDate'; readonly run: Run | null };

export interface SyncRunner {
  /** Throws `stopping`, and `database-…` when not even the start could be written. */
  start(request: SyncRequest): Promise<SyncStarted>;
  /** Ends the tenant's runs whose process is gone; does nothing while one is at work. */
  repair(tenantId: TenantId): Promise<void>;
  /** Stops all runs of this process at the next safe place; waits at most `timeoutMs`. */
  stop(timeoutMs: number): Promise<void>;
}

interface Options {
  readonly store: DirectoryStore;
  readonly ambient: Ambient;
  readonly log: Log;
  /** A source for one run. */
  readonly openSource: (tenantId: TenantId, log: Log) => Source;
}

/** Owner of a lease under which no run is at work. */
const REPAIR = 'repair';
const LOOK_AGAIN_MS = 100;
/** Runs among which the newest that decided something is looked for. */
const RECENT = 20;

/** The runner of this process. */
export function createSyncRunner({ store, ambient, log, openSource }: Options): SyncRunner {
  const { clock, ids } = ambient;
  const running = new Map<RunId, Promise<Run>>();
  const stopping = new AbortController();

  /** The lease, or the run that is at work. */
  const takeLease = async (
    tenantId: TenantId,
    owner: RunId,
  ): Promise<Extract<LeaseGrant, { kind: 'granted' }> | { readonly kind: 'running'; readonly run: Run }> => {
    const sinceMs = clock.now().getTime();
    for (;;) {
      const grant = await store.takeLease(tenantId, owner, LEASE_TTL_MS);
      if (grant.kind === 'granted') return grant;
      const run = grant.owner === null ? null : await store.getRun(tenantId, parseRunId(grant.owner));
      if (run?.status === 'running') return { kind: 'running', run };
      // Just beginning, just ended, or under repair: all of them are short.
      if (clock.now().getTime() - sinceMs > 2 * LEASE_TTL_MS) throw new AppError('already-changed');
      await clock.sleep(LOOK_AGAIN_MS, stopping.signal);
    }
  };

  /** Under the lease: straightens the past, then writes that the run begins. */
  const begin = async (runId: RunId, request: SyncRequest, held: HeldLease): Promise<Run> => {
    const { tenantId, actor } = request;
    await store.repairRuns(held.lease, clock.now());
    const run: Run = {
      id: runId,
      tenantId,
      number: await store.nextRunNumber(held.lease),
      status: 'running',
      startedBy: actor,
      approvedBy: request.approval ? actor : null,
      startedAt: clock.now(),
      endedAt: null,
      progress: NO_PROGRESS,
      report: null,
    };
    await store.insertRun(run, held.lease.fence);
    return run;
  };

  const start = async (request: SyncRequest): Promise<SyncStarted> => {
    stopping.signal.throwIfAborted();
    const { tenantId, approval } = request;
    const runId = parseRunId(ids.next());
    const grant = await takeLease(tenantId, runId);
    if (grant.kind === 'running') return { kind: 'alreadyRunning', run: grant.run };
    const runLog = log.with({ tenantId, runId });
    const held = holdLease({ store, lease: grant.lease, clock, log: runLog });
    try {
      const outOfDate = approval ? await findOutOfDate(store, tenantId, approval) : null;
      if (outOfDate) {
        await held.release();
        return outOfDate;
      }
      const run = await begin(runId, request, held);
      const finished = runSync({
        ...{ store, ambient, run, held, log: runLog },
        source: openSource(tenantId, runLog),
        revision: grant.revision,
        approvedDigest: approval?.digest ?? null,
        signal: stopping.signal,
        onProgress: request.onProgress ?? (() => undefined),
      }).finally(async () => {
        await held.release();
        running.delete(runId);
      });
      running.set(runId, finished);
      return { kind: 'started', run, finished };
    } catch (error) {
      await held.release();
      throw error;
    }
  };

  return {
    start,
    repair: async (tenantId) => {
      const grant = await store.takeLease(tenantId, REPAIR, LEASE_TTL_MS);
      if (grant.kind === 'held') return;
      const held = holdLease({ store, lease: grant.lease, clock, log });
      try {
        await store.repairRuns(grant.lease, clock.now());
      } finally {
        await held.release();
      }
    },
    stop: async (timeoutMs) => {
      stopping.abort(new AppError('stopping'));
      const waited = new AbortController();
      await Promise.race([Promise.all(running.values()), clock.sleep(timeoutMs, waited.signal)]);
      waited.abort();
    },
  };
}

/**
 * An approval counts for the newest run that decided something, when that run is held with exactly this plan. One that
 * does not count is answered with that newest run: it is how things are now.
 */
async function findOutOfDate(
  store: DirectoryStore,
  tenantId: TenantId,
  { runId, digest }: { readonly runId: RunId; readonly digest: string },
): Promise<Extract<SyncStarted, { kind: 'approvalOutOfDate' }> | null> {
  const named = await store.getRun(tenantId, runId);
  const newest = (await store.listNewestRuns(tenantId, RECENT)).find(hasDecided);
  const fits = (run: Run | null | undefined) =>
    run?.report?.outcome === 'held' && run.report.digest === digest;
  return fits(named) && fits(newest) ? null : { kind: 'approvalOutOfDate', run: newest ?? named };
}

const hasDecided = ({ report }: Run): boolean =>
  report !== null && report.outcome !== 'failed' && report.outcome !== 'interrupted';
