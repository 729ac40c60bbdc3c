// What is kept of a tenant as a whole: the lease that lets one run at a time change it, how often it was changed,
// where delta reads begin, and its policies. All times of a lease are the database's, so that clocks need not agree.
import type { Db } from 'mongodb';
import { z } from 'zod';
import type { DeltaTokens, Lease, LeaseStore, PlanStore } from '../directory/directory-store.ts';
import type { TenantId } from '../directory/ids.ts';
import { DEFAULT_POLICY, type Policy, type PolicyVersion } from '../directory/policy.ts';
import { AppError } from '../errors.ts';
import { collectionOf } from './connection.ts';
import { storedObjectId } from './parse-entry.ts';
import { converted, isDuplicateKey } from './store-errors.ts';

interface TenantDocument {
  _id: TenantId;
  /** How many runs have changed the directory. */
  revision: number;
  /** The number of the newest run. */
  runCounter: number;
  /** The number of the newest lease. */
  fence: number;
  lease: { owner: string; fence: number; expiresAt: Date } | null;
  deltaTokens: DeltaTokens | null;
}

interface PolicyDocument {
  _id: string;
  tenantId: TenantId;
  version: number;
  policy: Policy;
  createdAt: Date;
}

const limit = z.object({ count: z.number(), share: z.number(), atLeast: z.number() });
const policySchema: z.ZodType<Policy> = z.object({
  users: z.object({ enabled: z.boolean(), guests: z.boolean() }),
  groups: z.object({ enabled: z.boolean(), withoutMail: z.boolean(), prefixes: z.array(z.string()) }),
  allowedGroups: z.array(storedObjectId),
  deniedGroups: z.array(storedObjectId),
  nestedMembership: z.boolean(),
  subdomains: z.object({ enabled: z.boolean(), includeAll: z.boolean(), chosen: z.array(z.string()) }),
  guard: z.object({
    usersInactive: limit,
    groupsInactive: limit,
    membershipsRemoved: limit,
    groupMembersRemoved: limit,
  }),
  graceDays: z.number(),
});
const storedPolicy: z.ZodType<PolicyVersion> = z.object({
  version: z.number(),
  policy: policySchema,
  createdAt: z.date(),
});

export interface TenantRepository extends LeaseStore, Pick<PlanStore, 'getPolicy'> {}

/** The repository of tenants and their policies. */
export function createTenantRepository(db: () => Promise<Db>): TenantRepository {
  const tenants = async () => collectionOf<TenantDocument>(await db(), 'tenants');
  const policies = async () => collectionOf<PolicyDocument>(await db(), 'policies');
  const heldBy = ({ tenantId, owner, fence }: Lease) => ({
    _id: tenantId,
    'lease.owner': owner,
    'lease.fence': fence,
  });

  const ensureTenant = async (tenantId: TenantId): Promise<void> => {
    const fresh = { revision: 0, runCounter: 0, fence: 0, lease: null, deltaTokens: null };
    await ignoringDuplicates(async () =>
      (await tenants()).updateOne({ _id: tenantId }, { $setOnInsert: fresh }, { upsert: true }),
    );
  };
  const newestPolicy = async (tenantId: TenantId): Promise<PolicyVersion | null> => {
    const found = (await policies()).find({ tenantId }).sort({ tenantId: -1, version: -1 }).limit(1);
    const document = await found.next();
    return document === null ? null : storedPolicy.parse(document);
  };

  return {
    takeLease: (tenantId, owner, ttlMs) =>
      converted(async () => {
        await ensureTenant(tenantId);
        const free = { $lte: [{ $ifNull: ['$lease.expiresAt', new Date(0)] }, '$$NOW'] };
        const fence = { $add: ['$fence', 1] };
        const lease = { owner: { $literal: owner }, fence, expiresAt: { $add: ['$$NOW', ttlMs] } };
        const granted = await (
          await tenants()
        ).findOneAndUpdate({ _id: tenantId, $expr: free }, [{ $set: { fence, lease } }], {
          returnDocument: 'after',
        });
        if (granted !== null) {
          return {
            kind: 'granted',
            lease: { tenantId, owner, fence: granted.fence },
            revision: granted.revision,
          };
        }
        const holder = await (await tenants()).findOne({ _id: tenantId });
        return { kind: 'held', owner: holder?.lease?.owner ?? null };
      }),
    renewLease: (lease, ttlMs) =>
      converted(async () => {
        const renewed = { 'lease.expiresAt': { $add: ['$$NOW', ttlMs] } };
        const result = await (await tenants()).updateOne(heldBy(lease), [{ $set: renewed }]);
        return result.matchedCount === 1;
      }),
    releaseLease: (lease) =>
      converted(async () => {
        await (await tenants()).updateOne(heldBy(lease), { $set: { lease: null } });
      }),
    nextRunNumber: (lease) =>
      converted(async () => {
        const counted = await (
          await tenants()
        ).findOneAndUpdate(heldBy(lease), { $inc: { runCounter: 1 } }, { returnDocument: 'after' });
        if (counted === null) throw new AppError('lease-lost');
        return counted.runCounter;
      }),
    commit: (lease, { changed, deltaTokens }) =>
      converted(async () => {
        const tokens = deltaTokens === null ? {} : { $set: { deltaTokens } };
        const result = await (
          await tenants()
        ).updateOne(heldBy(lease), { $inc: { revision: changed ? 1 : 0 }, ...tokens });
        if (result.matchedCount === 0) throw new AppError('lease-lost');
      }),
    getPolicy: (tenantId, now) =>
      converted(async () => {
        const newest = await newestPolicy(tenantId);
        if (newest !== null) return newest;
        const first = { version: 1, policy: DEFAULT_POLICY, createdAt: now };
        await ignoringDuplicates(async () =>
          (await policies()).insertOne({ _id: `${tenantId}/00000001`, tenantId, ...first }),
        );
        return (await newestPolicy(tenantId)) ?? first;
      }),
  };
}

/** Two processes may make the same first document: the one that comes second has what it wanted. */
async function ignoringDuplicates(write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
}
