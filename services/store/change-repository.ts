// Kept records of changes: those of a run, the history of one object (written by batch-writer.ts only), and those that
// a held run would make, which are written here.
import type { Collection, Db } from 'mongodb';
import type { Change } from '../directory/change.ts';
import type { ObjectId, RunId, TenantId } from '../directory/ids.ts';
import { recordOf, runIdOf, storedChange, type ChangeDocument } from './change-document.ts';
import { collectionOf } from './connection.ts';
import { storedRunId } from './parse-entry.ts';
import { converted } from './store-errors.ts';

export interface RecordedChange {
  readonly runId: RunId;
  readonly at: Date;
  readonly change: Change;
}

/** The records of a run. */
export interface RunRecords {
  count(runId: RunId): Promise<number>;
  /** In the order in which they were applied. */
  list(runId: RunId, skip: number, limit: number): Promise<readonly RecordedChange[]>;
}

export interface ChangeRepository extends RunRecords {
  /** Newest first. */
  listHistory(tenantId: TenantId, objectId: ObjectId, limit: number): Promise<readonly RecordedChange[]>;
}

export interface PlannedChangeRepository extends RunRecords {
  /** Keeps what a run would change, in this order, for a week. */
  keep(tenantId: TenantId, runId: RunId, changes: readonly Change[], at: Date): Promise<void>;
}

/** Records that are inserted at once: a record of many memberships has up to 200 KB. */
const CHUNK = 200;

/** Finds a run's changes by their `_id`s; "0" is the character after "/". */
export const changesOf = (runId: RunId) => ({ _id: { $gte: `${runId}/`, $lt: `${runId}0` } });

const parseRecord = (document: ChangeDocument): RecordedChange => ({
  runId: storedRunId.parse(runIdOf(document._id)),
  at: document.at,
  change: storedChange.parse(document),
});

function createRunRecords(records: () => Promise<Collection<ChangeDocument>>): RunRecords {
  return {
    count: (runId) => converted(async () => (await records()).countDocuments(changesOf(runId))),
    list: (runId, skip, limit) =>
      converted(async () => {
        const found = (await records()).find(changesOf(runId)).sort({ _id: 1 }).skip(skip).limit(limit);
        return (await found.toArray()).map(parseRecord);
      }),
  };
}

/** The repository of changes. */
export function createChangeRepository(db: () => Promise<Db>): ChangeRepository {
  const changes = async () => collectionOf<ChangeDocument>(await db(), 'changes');
  return {
    ...createRunRecords(changes),
    listHistory: (tenantId, objectId, limit) =>
      converted(async () => {
        const order = { tenantId: -1, objectId: -1, _id: -1 } as const;
        const found = (await changes()).find({ tenantId, objectId }).sort(order).limit(limit);
        return (await found.toArray()).map(parseRecord);
      }),
  };
}

/** The repository of changes that held runs would make. */
export function createPlannedChangeRepository(db: () => Promise<Db>): PlannedChangeRepository {
  const planned = async () => collectionOf<ChangeDocument>(await db(), 'plannedChanges');
  return {
    ...createRunRecords(planned),
    keep: (tenantId, runId, changes, at) =>
      converted(async () => {
        const place = { tenantId, runId, batch: 0, at };
        for (let from = 0; from < changes.length; from += CHUNK) {
          const chunk = changes.slice(from, from + CHUNK);
          const records = chunk.map((change, index) => recordOf(change, from + index, place));
          await (await planned()).insertMany(records, { ordered: false });
        }
      }),
  };
}
