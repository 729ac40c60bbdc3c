// Kept records of changes: those of a run, and the history of one object. Written by batch-writer.ts only.
import type { Db } from 'mongodb';
import type { Change } from '../directory/change.ts';
import type { ObjectId, RunId, TenantId } from '../directory/ids.ts';
import { runIdOf, storedChange, type ChangeDocument } from './change-document.ts';
import { collectionOf } from './connection.ts';
import { storedRunId } from './parse-entry.ts';
import { converted } from './store-errors.ts';

export interface RecordedChange {
  readonly runId: RunId;
  readonly at: Date;
  readonly change: Change;
}

export interface ChangeRepository {
  count(runId: RunId): Promise<number>;
  /** In the order in which they were applied. */
  list(runId: RunId, skip: number, limit: number): Promise<readonly RecordedChange[]>;
  /** Newest first. */
  listHistory(tenantId: TenantId, objectId: ObjectId, limit: number): Promise<readonly RecordedChange[]>;
}

/** The `_id`s of a run's changes; "0" is the character after "/". */
const ofRun = (runId: RunId) => ({ _id: { $gte: `${runId}/`, $lt: `${runId}0` } });

const parseRecord = (document: ChangeDocument): RecordedChange => ({
  runId: storedRunId.parse(runIdOf(document._id)),
  at: document.at,
  change: storedChange.parse(document),
});

/** The repository of changes. */
export function createChangeRepository(db: () => Promise<Db>): ChangeRepository {
  const changes = async () => collectionOf<ChangeDocument>(await db(), 'changes');
  return {
    count: (runId) => converted(async () => (await changes()).countDocuments(ofRun(runId))),
    list: (runId, skip, limit) =>
      converted(async () => {
        const found = (await changes()).find(ofRun(runId)).sort({ _id: 1 }).skip(skip).limit(limit);
        return (await found.toArray()).map(parseRecord);
      }),
    listHistory: (tenantId, objectId, limit) =>
      converted(async () => {
        const order = { tenantId: -1, objectId: -1, _id: -1 } as const;
        const found = (await changes()).find({ tenantId, objectId }).sort(order).limit(limit);
        return (await found.toArray()).map(parseRecord);
      }),
  };
}
