// After a batch that was begun and perhaps not finished: keeps exactly those records whose change happened. Only
// whoever holds the tenant's lease may do this, because a target that a later run has written says nothing about
// the earlier one.
import type { Collection, Db, Document } from 'mongodb';
import type { MembershipChange } from '../directory/change.ts';
import type { RunId, TenantId } from '../directory/ids.ts';
import { changeId, storedChange, type ChangeDocument, type EntryChange } from './change-document.ts';
import { collectionOf } from './connection.ts';
import { membershipId, type MembershipDocument } from './membership-repository.ts';
import type { EntryDocument } from './parse-entry.ts';
import type { PendingBatch } from './parse-run.ts';

/** Records looked at together. */
const CHUNK = 1_000;

/** Deletes or shortens records of changes that did not happen; answers how many changes those were. */
export async function straightenRecords(
  db: Db,
  tenantId: TenantId,
  runId: RunId,
  { from, to }: PendingBatch,
): Promise<number> {
  const records = collectionOf<ChangeDocument>(db, 'changes');
  let missing = 0;
  for (let start = from; start < to; start += CHUNK) {
    const range = { $gte: changeId(runId, start), $lt: changeId(runId, Math.min(start + CHUNK, to)) };
    const found = await records.find({ _id: range }).sort({ _id: 1 }).toArray();
    const entries: Recorded<EntryChange>[] = [];
    for (const document of found) {
      const change = storedChange.parse(document);
      const record = { id: document._id, change };
      if (change.type === 'memberships')
        missing += await straightenEdges(db, tenantId, runId, { ...record, change });
      else entries.push({ ...record, change });
    }
    missing += await straightenEntries(db, tenantId, runId, entries);
  }
  return missing;
}

interface Recorded<T> {
  readonly id: string;
  readonly change: T;
}

async function straightenEntries(
  db: Db,
  tenantId: TenantId,
  runId: RunId,
  records: readonly Recorded<EntryChange>[],
): Promise<number> {
  const writers = {
    user: await writersOf(collectionOf(db, 'users'), tenantId, records, 'user'),
    group: await writersOf(collectionOf(db, 'groups'), tenantId, records, 'group'),
  };
  const untrue = records.filter(({ change }) => {
    const writer = writers[change.type].get(change.objectId);
    return change.action === 'purge' ? writer !== undefined : writer !== runId;
  });
  if (untrue.length > 0) {
    const ids = untrue.map(({ id }) => id);
    await collectionOf<ChangeDocument>(db, 'changes').deleteMany({ _id: { $in: ids } });
  }
  return untrue.length;
}

/** Which run wrote each of the objects last, by object id; those that are not stored are missing. */
async function writersOf(
  collection: Collection<EntryDocument<Document>>,
  tenantId: TenantId,
  records: readonly Recorded<EntryChange>[],
  type: EntryChange['type'],
): Promise<ReadonlyMap<string, RunId>> {
  const ids = records.filter(({ change }) => change.type === type).map(({ change }) => change.objectId);
  if (ids.length === 0) return new Map();
  const found = collection
    .find({ tenantId, objectId: { $in: ids } })
    .project<{ objectId: string; changedBy: RunId }>({ objectId: 1, changedBy: 1 });
  return new Map((await found.toArray()).map(({ objectId, changedBy }) => [objectId, changedBy]));
}

async function straightenEdges(
  db: Db,
  tenantId: TenantId,
  runId: RunId,
  { id, change }: Recorded<MembershipChange>,
): Promise<number> {
  const idOf = (member: MembershipChange['added'][number]) => membershipId(tenantId, change.objectId, member);
  const ids = [...change.added, ...change.removed].map(idOf);
  const found = collectionOf<MembershipDocument>(db, 'memberships')
    .find({ _id: { $in: ids } })
    .project<{ _id: string; changedBy: RunId }>({ changedBy: 1 });
  const writers = new Map((await found.toArray()).map(({ _id, changedBy }) => [_id, changedBy]));

  const isAdded = change.added.map((member) => writers.get(idOf(member)) === runId);
  const isRemoved = change.removed.map((member) => !writers.has(idOf(member)));
  const missing = [...isAdded, ...isRemoved].filter((happened) => !happened).length;
  if (missing === 0) return 0;
  const records = collectionOf<ChangeDocument>(db, 'changes');
  if (missing === ids.length) await records.deleteOne({ _id: id });
  else await shorten(records, id, isAdded, isRemoved);
  return missing;
}

/** Keeps the members of a record that are marked true. */
async function shorten(
  records: Collection<ChangeDocument>,
  id: string,
  isAdded: readonly boolean[],
  isRemoved: readonly boolean[],
): Promise<void> {
  const record = await records.findOne({ _id: id });
  if (record?.type !== 'memberships') return;
  const added = record.added.filter((_, index) => isAdded[index]);
  const removed = record.removed.filter((_, index) => isRemoved[index]);
  await records.updateOne({ _id: id }, { $set: { added, removed } });
}
