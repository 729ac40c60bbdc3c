// Ends a run with its report, also when the database is away just then: it is tried again for a while, and after that
// the lease runs out and the next run repairs what was left.
import type { Ambient } from '../ambient.ts';
import type { DirectoryStore } from '../directory/directory-store.ts';
import type { Progress, Run, RunReport } from '../directory/run.ts';
import { toAppError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { HeldLease } from './lease.ts';

const WAIT_MS = 1_000;
const PATIENCE_MS = 60_000;

interface Options {
  readonly store: DirectoryStore;
  readonly held: HeldLease;
  readonly ambient: Ambient;
  readonly log: Log;
}

/** The run as it ended. Never rejects. */
export async function endRun(
  { store, held, ambient, log }: Options,
  run: Run,
  report: RunReport,
  progress: Progress,
): Promise<Run> {
  const sinceMs = ambient.clock.now().getTime();
  const endedAt = ambient.clock.now();
  const ended: Run = { ...run, status: 'ended', endedAt, progress: { ...progress, stage: 'done' }, report };
  for (;;) {
    try {
      const kept = await store.endRun(held.lease, run.id, ended.progress, report, endedAt);
      log.info('run.ended', { outcome: report.outcome, ...report.stageMs, requests: report.costs.requests });
      if (kept === null) log.warn('run.ended-by-another');
      return kept ?? ended;
    } catch (error) {
      const waitedMs = ambient.clock.now().getTime() - sinceMs;
      if (toAppError(error).kind !== 'transient' || waitedMs > PATIENCE_MS) {
        log.error('run.end-not-stored', { outcome: report.outcome }, error);
        return ended;
      }
      await ambient.clock.sleep(WAIT_MS);
    }
  }
}
