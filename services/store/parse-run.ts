// Runs between documents and domain values. A stored report is parsed as strictly as anything from outside: other
// versions of Rollcall wrote it.
import { z } from 'zod';
import type { Counts, PlanCounts, PlanCoverage, StoredTotals } from '../directory/change.ts';
import { CAPABILITIES } from '../directory/credential.ts';
import { proveCoverage, type Coverage, type Gap } from '../directory/evidence.ts';
import type { RunId, TenantId } from '../directory/ids.ts';
import { STAGES, type Actor, type Progress, type Run, type RunReport } from '../directory/run.ts';
import type { Verdict } from '../directory/verdict.ts';
import { isErrorCode, type ErrorCode } from '../errors.ts';
import { storedObjectId, storedRunId, storedTenantId } from './parse-entry.ts';

/** Where a run stands for its keepers: `recovering` has ended, but its last records are not straightened yet. */
export type RunState = 'running' | 'recovering' | 'ended';

/** Changes that are being written: the first number within the run, and the first after them. */
export interface PendingBatch {
  readonly number: number;
  readonly from: number;
  readonly to: number;
}

export interface RunDocument {
  _id: RunId;
  tenantId: TenantId;
  number: number;
  fence: number;
  state: RunState;
  startedBy: Actor;
  approvedBy: Actor | null;
  startedAt: Date;
  endedAt: Date | null;
  progress: Progress;
  report: RunReport | null;
  card: string | null;
  pending: readonly PendingBatch[];
  /** Was interrupted, and nobody has been told. */
  untold?: true;
}

const nullable = <T extends z.ZodType>(schema: T) => schema.nullable();

const gap: z.ZodType<Gap> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('pageFailed'),
    page: z.number(),
    code: z.string(),
    requestId: nullable(z.string()),
  }),
  z.object({ kind: z.literal('countDisagrees'), rows: z.number(), counted: z.number() }),
  z.object({ kind: z.literal('notCounted'), rows: z.number() }),
  z.object({ kind: z.literal('propertiesHidden'), rows: z.number() }),
  z.object({ kind: z.literal('notRead'), code: z.string() }),
]);

/** A stored proof is proved again from its numbers: no other way leads to complete coverage. */
const coverage: z.ZodType<Coverage> = z.discriminatedUnion('kind', [
  z
    .object({ kind: z.literal('complete'), rows: z.number(), counted: z.number() })
    .transform(({ rows, counted }) => proveCoverage({ rows, counted, hidden: 0, failure: null })),
  z.object({ kind: z.literal('delta') }),
  z.object({ kind: z.literal('partial'), rows: z.number(), gap }),
]);

const skipped = z.object({
  reason: z.enum([
    'malformed',
    'groupWithoutMail',
    'groupPrefix',
    'memberNotPersonOrGroup',
    'memberUnknown',
    'membersNotRead',
    'secondWitnessDisagrees',
    'undecided',
  ]),
  count: z.number(),
  examples: z.array(storedObjectId),
});

const counts: z.ZodType<Counts> = z.object({
  added: z.number(),
  // Older reports do not tell these apart.
  addedInactive: z.number().default(0),
  updated: z.number(),
  inactivated: z.number(),
  reactivated: z.number(),
  purged: z.number(),
  unchanged: z.number(),
  kept: z.number(),
  dormant: z.number().default(0),
  skipped: z.array(skipped),
});
const planCounts: z.ZodType<PlanCounts> = z.object({ users: counts, groups: counts, memberships: counts });

const planCoverage: z.ZodType<PlanCoverage> = z.object({
  users: coverage,
  groups: coverage,
  domains: coverage,
  members: z.object({
    groupsRead: z.number(),
    notRead: z.array(z.object({ objectId: storedObjectId, coverage })),
  }),
});

const byStatus = z.object({ active: z.number(), inactive: z.number() });
const storedTotals: z.ZodType<StoredTotals> = z.object({
  users: byStatus,
  groups: byStatus,
  memberships: z.number(),
});

const guardReason = z.object({
  rule: z.enum([
    'emptySource',
    'absenceWithoutCoverage',
    'usersInactive',
    'groupsInactive',
    'membershipsRemoved',
    'groupMembersRemoved',
  ]),
  count: z.number(),
  of: z.number(),
  limit: z.number(),
  groupId: nullable(storedObjectId),
  examples: z.array(storedObjectId),
});
const verdict: z.ZodType<Verdict> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('allow') }),
  z.object({ kind: z.literal('hold'), reasons: z.array(guardReason) }),
  z.object({ kind: z.literal('refuse'), reasons: z.array(guardReason) }),
]);

const account = z.object({ objectId: z.string(), displayName: z.string(), userPrincipalName: z.string() });
const takeover = z.object({
  capability: z.enum(CAPABILITIES),
  failed: nullable(account),
  problem: z.object({ happened: z.string(), remedy: z.string(), who: z.string() }),
  carriesOn: nullable(z.object({ account: nullable(account) })),
});

const report: z.ZodType<RunReport> = z.object({
  outcome: z.enum(['changed', 'unchanged', 'partial', 'held', 'refused', 'failed', 'interrupted']),
  counts: planCounts,
  coverage: nullable(planCoverage),
  stored: nullable(storedTotals),
  verdict: nullable(verdict),
  digest: nullable(z.string()),
  costs: z.object({
    requests: z.number(),
    resourceUnits: z.number(),
    throttled: z.number(),
    retried: z.number(),
  }),
  // Older reports know of none.
  takeovers: z.array(takeover).default([]),
  stageMs: z.partialRecord(z.enum(STAGES), z.number()),
  error: nullable(
    z.object({
      code: z.custom<ErrorCode>(isErrorCode),
      details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    }),
  ),
});

const actor = z.object({ objectId: z.string(), displayName: z.string() });
const orNull = nullable(z.number());
export const progress: z.ZodType<Progress> = z.object({
  stage: z.enum(STAGES),
  read: z.object({ users: z.number(), groups: z.number(), memberships: z.number() }),
  expected: z.object({ users: orNull, groups: orNull }),
  members: z.object({ groupsRead: z.number(), groupsToRead: orNull }),
  applied: z.number(),
  toApply: orNull,
});

export const storedRun = z
  .object({
    _id: storedRunId,
    tenantId: storedTenantId,
    number: z.number(),
    state: z.enum(['running', 'recovering', 'ended']),
    startedBy: actor,
    approvedBy: nullable(actor),
    startedAt: z.date(),
    endedAt: nullable(z.date()),
    progress,
    report: nullable(report),
  })
  .transform(({ _id, state, ...rest }): Run => ({
    id: _id,
    status: state === 'running' ? 'running' : 'ended',
    ...rest,
  }));
