// Carries out a plan in batches, in the safe order: what comes first, then what is told about it, then what goes.
// A database that is away for a moment is waited for; everything else stops the run. Decides nothing.
import type { Ambient } from '../ambient.ts';
import type { Change, ChangeAction, Plan } from '../directory/change.ts';
import type { ApplyStore, ChangeBatch, WrittenBatch } from '../directory/directory-store.ts';
import type { RunId } from '../directory/ids.ts';
import { toAppError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { HeldLease } from './lease.ts';
import { splitMemberships, weightOf } from './split-memberships.ts';

/** Writes of one batch: enough that round trips cost little, few enough that a batch is done within a second. */
const BATCH_WEIGHT = 1_000;
/** Batches under way at once: one is recorded while the other is written. */
const LANES = 2;
const MAX_WAIT_MS = 5_000;
const PATIENCE_MS = 60_000;

type Step = ChangeAction | 'memberships';
/** Steps in one phase may happen in any order; a phase begins when the one before is done. */
const PHASES: readonly (readonly Step[])[] = [
  ['create'],
  ['reactivate', 'update'],
  ['memberships'],
  ['inactivate'],
  ['purge'],
];

export interface ApplyOptions {
  readonly store: ApplyStore;
  readonly held: HeldLease;
  readonly runId: RunId;
  readonly plan: Plan;
  readonly ambient: Ambient;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Called after each batch with what has been written in all. */
  readonly onWritten: (written: number) => void;
}

/** Users, groups and single memberships that a plan writes. */
export const countWrites = (plan: Plan): number =>
  plan.changes.reduce((sum, change) => sum + weightOf(change), 0);

/** Writes every change once. Throws `lease-lost`, `database-…` or the signal's reason; never in the middle of a batch. */
export async function applyPlan(options: ApplyOptions): Promise<WrittenBatch> {
  const { plan, onWritten } = options;
  const total = { written: 0, conflicts: 0 };
  const batches = numberBatches(plan.changes);
  for (const phase of batches) {
    await inLanes(phase, async (batch) => {
      const { written, conflicts } = await writeBatch(options, batch);
      total.written += written;
      total.conflicts += conflicts;
      onWritten(total.written);
    });
  }
  return total;
}

async function writeBatch(options: ApplyOptions, batch: ChangeBatch): Promise<WrittenBatch> {
  const { store, held, runId, ambient, signal } = options;
  signal.throwIfAborted();
  return waitingForDatabase(options, async () => {
    await held.ensure();
    return store.writeBatch(held.lease, runId, batch, ambient.clock.now());
  });
}

/** Tries again while the database is away, for a minute; only for what may be written as often as one likes. */
export async function waitingForDatabase<T>(
  { ambient, log, signal }: Pick<ApplyOptions, 'ambient' | 'log' | 'signal'>,
  write: () => Promise<T>,
): Promise<T> {
  const sinceMs = ambient.clock.now().getTime();
  for (let attempt = 0; ; attempt++) {
    try {
      return await write();
    } catch (error) {
      const waitedMs = ambient.clock.now().getTime() - sinceMs;
      if (toAppError(error).kind !== 'transient' || waitedMs > PATIENCE_MS) throw error;
      log.warn('apply.waits-for-database', { attempt }, error);
      const waitMs = Math.min(MAX_WAIT_MS, 250 * 2 ** attempt) * (0.5 + ambient.random.next() / 2);
      await ambient.clock.sleep(waitMs, signal);
    }
  }
}

/** Works on several items at once; after a failure begins no more, and throws it when all that had begun are done. */
async function inLanes<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const failures: unknown[] = [];
  let next = 0;
  const lane = async () => {
    while (failures.length === 0) {
      const item = items[next++];
      if (item === undefined) return;
      try {
        await work(item);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  if (failures.length > 0) throw failures[0];
}

/** Batches by phase, numbered through. */
function numberBatches(changes: readonly Change[]): ChangeBatch[][] {
  const steps = new Map<Step, Change[]>();
  for (const change of changes) {
    const step = change.type === 'memberships' ? change.type : change.action;
    const sameStep = steps.get(step) ?? [];
    sameStep.push(...splitMemberships(change));
    steps.set(step, sameStep);
  }
  let number = 0;
  let from = 0;
  return PHASES.map((phase) =>
    fillBatches(phase.flatMap((step) => steps.get(step) ?? [])).map((batch) => {
      const numbered = { number: number++, from, changes: batch };
      from += batch.length;
      return numbered;
    }),
  );
}

function fillBatches(changes: readonly Change[]): Change[][] {
  const batches: Change[][] = [];
  let room = 0;
  for (const change of changes) {
    const weight = weightOf(change);
    if (weight > room) {
      batches.push([]);
      room = BATCH_WEIGHT;
    }
    batches.at(-1)?.push(change);
    room -= weight;
  }
  return batches;
}
