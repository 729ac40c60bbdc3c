// What a run has really changed, counted from its records: for runs that did not come to their end, whose plan says
// only what was meant. True once the records are straightened.
import type { Db } from 'mongodb';
import { z } from 'zod';
import type { Counts, PlanCounts } from '../directory/change.ts';
import type { RunId } from '../directory/ids.ts';
import { NOTHING_CHANGED } from '../directory/nothing-changed.ts';
import type { ChangeDocument } from './change-document.ts';
import { changesOf } from './change-repository.ts';
import { collectionOf } from './connection.ts';

const COUNTED = {
  create: 'added',
  update: 'updated',
  reactivate: 'reactivated',
  inactivate: 'inactivated',
  purge: 'purged',
} as const satisfies Record<string, keyof Counts>;

const total = z.object({
  _id: z.object({
    type: z.enum(['user', 'group', 'memberships']),
    // MongoDB leaves out a part of a key that a document does not have; DocumentDB may say null.
    action: z.enum(['create', 'update', 'reactivate', 'inactivate', 'purge']).nullish(),
    status: z.enum(['active', 'inactive']).nullish(),
  }),
  records: z.number(),
  added: z.number(),
  removed: z.number(),
});

const lengthOf = (list: string) => ({ $size: { $ifNull: [`$${list}`, []] } });

/** Counts in the database. Memberships that went with a purged user or group count as ended ones. */
export async function countChanges(db: Db, runId: RunId): Promise<PlanCounts> {
  const found = collectionOf<ChangeDocument>(db, 'changes').aggregate([
    { $match: changesOf(runId) },
    {
      $group: {
        _id: { type: '$type', action: '$action', status: '$after.status' },
        records: { $sum: 1 },
        added: { $sum: lengthOf('added') },
        removed: { $sum: lengthOf('removed') },
      },
    },
  ]);
  const sums = {
    users: { ...NOTHING_CHANGED.users },
    groups: { ...NOTHING_CHANGED.groups },
    memberships: { ...NOTHING_CHANGED.memberships },
  };
  for await (const document of found) {
    const { _id, records, added, removed } = total.parse(document);
    if (_id.type === 'memberships') {
      sums.memberships.added += added;
      sums.memberships.inactivated += removed;
    } else if (_id.action) {
      const counts = sums[_id.type === 'user' ? 'users' : 'groups'];
      counts[COUNTED[_id.action]] += records;
      if (_id.action === 'create' && _id.status === 'inactive') counts.addedInactive += records;
    }
  }
  return sums;
}
