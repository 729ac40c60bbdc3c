// Kept runs: how they begin, where they are, how they end, and how those are ended whose process is gone.
import type { Db } from 'mongodb';
import type { RunStore } from '../directory/directory-store.ts';
import type { RunId, TenantId } from '../directory/ids.ts';
import { NOTHING_CHANGED } from '../directory/nothing-changed.ts';
import type { Outcome, Run, RunReport } from '../directory/run.ts';
import { collectionOf } from './connection.ts';
import { countChanges } from './count-changes.ts';
import { storedRun, type RunDocument } from './parse-run.ts';
import { converted } from './store-errors.ts';
import { straightenRecords } from './straighten-records.ts';

export interface RunRepository extends RunStore {
  getMany(ids: readonly RunId[]): Promise<readonly Run[]>;
  attachCard(tenantId: TenantId, runId: RunId, card: string): Promise<void>;
  /** Tenants with runs that are not through: running, here or elsewhere, or left behind. */
  listTenantsWithOpenRuns(): Promise<readonly TenantId[]>;
  /** Interrupted runs that nobody has been told of, once their records are straightened. */
  listUntold(): Promise<readonly { readonly run: Run; readonly card: string | null }[]>;
  markTold(runId: RunId): Promise<void>;
}

/** The repository of runs. */
export function createRunRepository(db: () => Promise<Db>): RunRepository {
  const runs = async () => collectionOf<RunDocument>(await db(), 'runs');

  /** Straightens what a run that has ended left behind, and puts what it really changed into its report. */
  const finishRecords = async (document: RunDocument): Promise<Run> => {
    const { _id, tenantId, pending } = document;
    for (const batch of pending) await straightenRecords(await db(), tenantId, _id, batch);
    const report = await withTrueCounts(document);
    await (
      await runs()
    ).updateOne({ _id, state: 'recovering' }, { $set: { state: 'ended', pending: [], report } });
    return storedRun.parse({ ...document, state: 'ended', report });
  };

  /** A plan says what a run changed only when all of it was carried out. */
  const withTrueCounts = async ({ _id, report }: RunDocument): Promise<RunReport | null> =>
    report !== null && STOPPED.has(report.outcome)
      ? { ...report, counts: await countChanges(await db(), _id) }
      : report;

  return {
    insertRun: (run, fence) =>
      converted(async () => {
        const { id, tenantId, number, startedBy, approvedBy, startedAt, endedAt, progress, report } = run;
        await (
          await runs()
        ).insertOne({
          ...{ _id: id, tenantId, number, fence, state: 'running' },
          ...{ startedBy, approvedBy, startedAt, endedAt, progress, report },
          ...{ card: null, pending: [] },
        });
      }),
    saveProgress: (runId, progress) =>
      converted(async () => {
        await (await runs()).updateOne({ _id: runId, state: 'running' }, { $set: { progress } });
      }),
    endRun: (lease, runId, progress, report, endedAt) =>
      converted(async () => {
        const ended = await (
          await runs()
        ).findOneAndUpdate(
          { _id: runId, state: 'running', fence: lease.fence },
          { $set: { state: 'recovering', report, endedAt, progress } },
          { returnDocument: 'after' },
        );
        return ended === null ? null : finishRecords(ended);
      }),
    repairRuns: ({ tenantId, fence }, endedAt) =>
      converted(async () => {
        const collection = await runs();
        const dead = { state: 'running' as const, tenantId, fence: { $lt: fence } };
        await collection.updateMany(dead, {
          $set: { state: 'recovering', report: INTERRUPTED, endedAt, untold: true },
        });
        const left = await collection.find({ state: 'recovering', tenantId }).toArray();
        const ended: Run[] = [];
        for (const document of left) ended.push(await finishRecords(document));
        return ended;
      }),
    getRun: (tenantId, runId) =>
      converted(async () => {
        const found = await (await runs()).findOne({ _id: runId, tenantId });
        return found === null ? null : storedRun.parse(found);
      }),
    getMany: (ids) =>
      converted(async () => {
        const found = await (await runs()).find({ _id: { $in: [...ids] } }).toArray();
        return found.map((document) => storedRun.parse(document));
      }),
    listNewestRuns: (tenantId, limit) =>
      converted(async () => {
        const found = (await runs()).find({ tenantId }).sort({ tenantId: -1, number: -1 }).limit(limit);
        return (await found.toArray()).map((document) => storedRun.parse(document));
      }),
    attachCard: (tenantId, runId, card) =>
      converted(async () => {
        await (await runs()).updateOne({ _id: runId, tenantId }, { $set: { card } });
      }),
    listTenantsWithOpenRuns: () =>
      converted(async () => {
        const open = (await runs())
          .find({ state: { $in: ['running', 'recovering'] } })
          .project<{ tenantId: TenantId }>({ tenantId: 1 });
        return [...new Set((await open.toArray()).map(({ tenantId }) => tenantId))];
      }),
    listUntold: () =>
      converted(async () => {
        const found = await (await runs()).find({ untold: true, state: 'ended' }).toArray();
        return found.map((document) => ({ run: storedRun.parse(document), card: document.card }));
      }),
    markTold: (runId) =>
      converted(async () => {
        await (await runs()).updateOne({ _id: runId }, { $unset: { untold: true } });
      }),
  };
}

/** Ends in the middle: what had been applied stays. */
const STOPPED: ReadonlySet<Outcome> = new Set(['failed', 'interrupted']);

/**
 * What can be said of a run whose process is gone, until its records are straightened and counted. What it had applied
 * stays; the next run does the rest.
 */
const INTERRUPTED: RunReport = {
  outcome: 'interrupted',
  counts: NOTHING_CHANGED,
  coverage: null,
  stored: null,
  verdict: null,
  digest: null,
  costs: { requests: 0, resourceUnits: 0, throttled: 0, retried: 0 },
  takeovers: [],
  stageMs: {},
  error: null,
};
