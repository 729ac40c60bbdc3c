// Writes one batch of changes so that a kill at any moment loses no record and doubles none, with no need for
// transactions: the run says which batch it begins, records are written, then their targets, then the run says that
// the batch is done. Whoever finds a batch begun and not done keeps exactly those records whose change happened.
import type { AnyBulkWriteOperation, Collection, Db, Document } from 'mongodb';
import type { Change } from '../directory/change.ts';
import type { ChangeBatch, Lease, WrittenBatch } from '../directory/directory-store.ts';
import type { EntryId, RunId } from '../directory/ids.ts';
import { AppError } from '../errors.ts';
import {
  edgesAdded,
  edgesRemoved,
  recordOf,
  writeOf,
  type ChangeDocument,
  type EntryChange,
  type RecordPlace,
} from './change-document.ts';
import { collectionOf } from './connection.ts';
import type { MembershipDocument } from './membership-repository.ts';
import type { EntryDocument } from './parse-entry.ts';
import type { PendingBatch, RunDocument } from './parse-run.ts';
import { straightenRecords } from './straighten-records.ts';
import { isDuplicatesOnly } from './store-errors.ts';

const weightOf = (change: Change): number =>
  change.type === 'memberships' ? change.added.length + change.removed.length : 1;

const isEntry = (change: Change): change is EntryChange => change.type !== 'memberships';

/** Records and writes the changes of a batch. Doing it again changes nothing. Throws `lease-lost` and driver errors. */
export async function writeBatch(
  db: Db,
  lease: Lease,
  batch: ChangeBatch,
  place: Omit<RecordPlace, 'batch'>,
  nextId: () => EntryId,
): Promise<WrittenBatch> {
  const { number, from, changes } = batch;
  const pending = { number, from, to: from + changes.length };
  const inBatch = { ...place, batch: number };
  await begin(db, lease, place.runId, pending);
  const records = changes.map((change, index) => recordOf(change, from + index, inBatch));
  await insertNew(records.length, () =>
    collectionOf<ChangeDocument>(db, 'changes').insertMany(records, { ordered: false }),
  );
  const written = await writeTargets(db, changes, inBatch, nextId);
  const meant = changes.reduce((sum, change) => sum + weightOf(change), 0);
  // Fewer writes than meant: somebody was there before, or this batch was begun before. The records say too much.
  const conflicts = written === meant ? 0 : await straightenRecords(db, place.tenantId, place.runId, pending);
  await collectionOf<RunDocument>(db, 'runs').updateOne(
    { _id: place.runId },
    { $pull: { pending: { number } } },
  );
  return { written: meant - conflicts, conflicts };
}

/** Says that a batch begins; the run must still be this one's to change. */
async function begin(db: Db, lease: Lease, runId: RunId, pending: PendingBatch): Promise<void> {
  const running = { _id: runId, state: 'running' as const, fence: lease.fence };
  const result = await collectionOf<RunDocument>(db, 'runs').updateOne(running, { $addToSet: { pending } });
  if (result.matchedCount === 0) throw new AppError('lease-lost');
}

/** Writes all targets and answers how many were as the plan had seen them. */
async function writeTargets(
  db: Db,
  changes: readonly Change[],
  place: RecordPlace,
  nextId: () => EntryId,
): Promise<number> {
  const entries = changes.filter(isEntry);
  const writesTo = (type: EntryChange['type']) =>
    entries.filter((change) => change.type === type).map((change) => writeOf(change, place, nextId));
  const edges = changes.filter((change) => change.type === 'memberships');
  const memberships = collectionOf<MembershipDocument>(db, 'memberships');
  const added = edges.flatMap((change) => edgesAdded(change, place));
  const removed = edges.flatMap((change) => edgesRemoved(change, place));
  const counts = await Promise.all([
    writeEntries(collectionOf(db, 'users'), writesTo('user')),
    writeEntries(collectionOf(db, 'groups'), writesTo('group')),
    insertNew(added.length, () => memberships.insertMany(added, { ordered: false })),
    deleteEdges(memberships, removed),
  ]);
  return counts.reduce((sum, count) => sum + count, 0);
}

async function writeEntries(
  collection: Collection<EntryDocument<Document>>,
  writes: AnyBulkWriteOperation<EntryDocument<Document>>[],
): Promise<number> {
  if (writes.length === 0) return 0;
  try {
    const done = await collection.bulkWrite(writes, { ordered: false });
    return done.insertedCount + done.matchedCount + done.deletedCount;
  } catch (error) {
    if (!isDuplicatesOnly(error)) throw error;
    return error.result.insertedCount + error.result.matchedCount + error.result.deletedCount;
  }
}

async function deleteEdges(collection: Collection<MembershipDocument>, ids: string[]): Promise<number> {
  if (ids.length === 0) return 0;
  return (await collection.deleteMany({ _id: { $in: ids } })).deletedCount;
}

/** Runs an unordered insert; answers how many were not there yet, by `_id`. */
async function insertNew(
  count: number,
  insert: () => Promise<{ readonly insertedCount: number }>,
): Promise<number> {
  if (count === 0) return 0;
  try {
    return (await insert()).insertedCount;
  } catch (error) {
    if (!isDuplicatesOnly(error)) throw error;
    return error.result.insertedCount;
  }
}
