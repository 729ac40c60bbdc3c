// Kept memberships, one document per edge. The _id says which: "tenant/group/u|g/member".
import type { Db } from 'mongodb';
import { z } from 'zod';
import type { StoredMembership } from '../directory/directory-store.ts';
import type { MemberRef } from '../directory/group.ts';
import type { ObjectId, RunId, TenantId } from '../directory/ids.ts';
import { AppError } from '../errors.ts';
import { collectionOf } from './connection.ts';
import { storedObjectId } from './parse-entry.ts';
import { converted } from './store-errors.ts';

const CHUNK = 5_000;

export interface MembershipDocument {
  _id: string;
  tenantId: TenantId;
  memberObjectId: ObjectId;
  /** The run that wrote it. */
  changedBy: RunId;
}

export interface MembershipRepository {
  stream(tenantId: TenantId): AsyncIterable<readonly StoredMembership[]>;
  count(tenantId: TenantId): Promise<number>;
  /** Direct members by kind. */
  countMembers(tenantId: TenantId, groupId: ObjectId): Promise<{ users: number; groups: number }>;
  /** Users first, in the order of their object ids; at most `limit`. */
  listMembers(tenantId: TenantId, groupId: ObjectId, limit: number): Promise<readonly MemberRef[]>;
  /** Groups that the object is a direct member of. */
  listGroupsOf(tenantId: TenantId, objectId: ObjectId): Promise<readonly ObjectId[]>;
}

/** The `_id` of one edge. */
export const membershipId = (tenantId: TenantId, groupId: ObjectId, member: MemberRef): string =>
  `${tenantId}/${groupId}/${member.kind === 'user' ? 'u' : 'g'}/${member.objectId}`;

/** The `_id`s that begin with a prefix and a slash; "0" is the character after "/". */
const below = (prefix: string) => ({ $gte: `${prefix}/`, $lt: `${prefix}0` });

const edge = z.object({ _id: z.string() }).transform(({ _id }): StoredMembership => {
  const [, groupId, kind, member] = _id.split('/');
  // The _id is built above and nowhere else.
  if (groupId === undefined || member === undefined || (kind !== 'u' && kind !== 'g')) {
    throw new AppError('unexpected', { problem: 'membership id' });
  }
  return {
    groupId: storedObjectId.parse(groupId),
    member: { objectId: storedObjectId.parse(member), kind: kind === 'u' ? 'user' : 'group' },
  };
});

/** The repository of memberships. */
export function createMembershipRepository(db: () => Promise<Db>): MembershipRepository {
  const memberships = async () => collectionOf<MembershipDocument>(await db(), 'memberships');
  const countBelow = async (prefix: string) => (await memberships()).countDocuments({ _id: below(prefix) });

  async function* stream(tenantId: TenantId): AsyncIterable<readonly StoredMembership[]> {
    const cursor = await converted(async () =>
      (await memberships())
        .find({ _id: below(tenantId) })
        .sort({ _id: 1 })
        .project({ _id: 1 })
        .batchSize(CHUNK),
    );
    try {
      while (await converted(() => cursor.hasNext())) {
        yield cursor.readBufferedDocuments().map((document) => edge.parse(document));
      }
    } finally {
      await converted(() => cursor.close());
    }
  }

  return {
    stream,
    count: (tenantId) => converted(() => countBelow(tenantId)),
    countMembers: (tenantId, groupId) =>
      converted(async () => {
        const [users, groups] = await Promise.all([
          countBelow(`${tenantId}/${groupId}/u`),
          countBelow(`${tenantId}/${groupId}/g`),
        ]);
        return { users, groups };
      }),
    listMembers: (tenantId, groupId, limit) =>
      converted(async () => {
        const found = (await memberships())
          .find({ _id: below(`${tenantId}/${groupId}`) })
          .sort({ _id: -1 })
          .limit(limit);
        return (await found.toArray()).map((document) => edge.parse(document).member);
      }),
    listGroupsOf: (tenantId, objectId) =>
      converted(async () => {
        const found = (await memberships()).find({ tenantId, memberObjectId: objectId });
        return (await found.toArray()).map((document) => edge.parse(document).groupId);
      }),
  };
}
