// Judges a plan before anything is changed: refuses what a read cannot support, holds what is too much to happen
// without a person. Pure; knows nothing of how a plan was made or will be applied.
import type { Change, MembershipChange, Plan } from '../directory/change.ts';
import type { Coverage } from '../directory/evidence.ts';
import type { ObjectId } from '../directory/ids.ts';
import type { GuardLimit, GuardPolicy } from '../directory/policy.ts';
import type { GuardReason, GuardRule, Verdict } from '../directory/verdict.ts';

/**
 * The verdict on a plan. An approval of exactly this plan (its digest) lifts a hold, never a refusal. Purges are not
 * judged again: who is purged was made inactive under this guard, a grace period ago.
 */
export function decideVerdict(plan: Plan, limits: GuardPolicy, approvedDigest: string | null): Verdict {
  const refusals = [...findEmptySources(plan), ...findUnprovenAbsences(plan)];
  if (refusals.length > 0) return { kind: 'refuse', reasons: refusals };
  const holds = findExcesses(plan, limits);
  if (holds.length === 0 || approvedDigest === plan.digest) return { kind: 'allow' };
  return { kind: 'hold', reasons: holds };
}

const MAX_EXAMPLES = 5;
/** A person reads them; the total is a reason of its own. */
const MAX_GROUPS = 50;

type EntryType = 'user' | 'group';
const COLLECTIONS = [
  { type: 'user', key: 'users' },
  { type: 'group', key: 'groups' },
] as const satisfies readonly { type: EntryType; key: 'users' | 'groups' }[];

/** Nobody is there any more, says a read that claims to be complete: no organisation empties like that. */
function findEmptySources(plan: Plan): GuardReason[] {
  return COLLECTIONS.flatMap(({ type, key }) => {
    const { active } = plan.stored[key];
    const coverage: Coverage = plan.coverage[key];
    if (coverage.kind !== 'complete' || coverage.rows > 0 || active === 0) return [];
    const examples = idsOf(plan, type, ({ action }) => action === 'inactivate');
    return [reason('emptySource', active, active, 0, examples)];
  });
}

/** Cannot happen while the types hold; what it would do is bad enough to look again. */
function findUnprovenAbsences(plan: Plan): GuardReason[] {
  const entries = COLLECTIONS.flatMap(({ type, key }) => {
    const unproven =
      plan.coverage[key].kind === 'complete' ? [] : idsOf(plan, type, ({ cause }) => cause === 'absent');
    const { active, inactive } = plan.stored[key];
    return unproven.length === 0
      ? []
      : [reason('absenceWithoutCoverage', unproven.length, active + inactive, 0, unproven)];
  });
  const unread = new Set(plan.coverage.members.notRead.map(({ objectId }) => objectId));
  const losses = findLosses(plan).filter(({ groupId }) => unread.has(groupId));
  return [
    ...entries,
    ...losses.map(({ groupId, members, of }) =>
      reason('absenceWithoutCoverage', members.length, of, 0, members, groupId),
    ),
  ];
}

function findExcesses(plan: Plan, limits: GuardPolicy): GuardReason[] {
  const losses = findLosses(plan);
  const lost = losses.reduce((sum, { members }) => sum + members.length, 0);
  const inactivated = (type: EntryType) => idsOf(plan, type, ({ action }) => action === 'inactivate');
  const users = inactivated('user');
  const groups = inactivated('group');
  const { stored } = plan;
  return [
    ...above('usersInactive', users.length, stored.users.active, limits.usersInactive, users),
    ...above('groupsInactive', groups.length, stored.groups.active, limits.groupsInactive, groups),
    ...above(
      'membershipsRemoved',
      lost,
      stored.memberships,
      limits.membershipsRemoved,
      losses.map(({ groupId }) => groupId),
    ),
    ...losses
      .flatMap(({ groupId, members, of }) =>
        above('groupMembersRemoved', members.length, of, limits.groupMembersRemoved, members, groupId),
      )
      .slice(0, MAX_GROUPS),
  ];
}

interface Loss {
  readonly groupId: ObjectId;
  readonly members: readonly ObjectId[];
  readonly of: number;
}

/** Memberships that end by themselves, not with a purged person or group; the greatest losses first. */
function findLosses(plan: Plan): Loss[] {
  const purged = new Set<ObjectId>();
  for (const change of plan.changes)
    if (change.type !== 'memberships' && change.action === 'purge') purged.add(change.objectId);
  const toLoss = ({ objectId, removed }: MembershipChange): Loss => ({
    groupId: objectId,
    members: removed.map((member) => member.objectId).filter((id) => !purged.has(id)),
    of: plan.membersBefore[objectId] ?? removed.length,
  });
  return plan.changes
    .filter((change) => change.type === 'memberships')
    .filter(({ objectId, removed }) => removed.length > 0 && !purged.has(objectId))
    .map(toLoss)
    .filter(({ members }) => members.length > 0)
    .sort((a, b) => b.members.length - a.members.length);
}

type EntryChange = Exclude<Change, MembershipChange>;

function idsOf(plan: Plan, type: EntryType, picks: (change: EntryChange) => boolean): ObjectId[] {
  const ids: ObjectId[] = [];
  for (const change of plan.changes) if (change.type === type && picks(change)) ids.push(change.objectId);
  return ids;
}

/** Zero, one or no reason: zero of zero is never too many. */
function above(
  rule: GuardRule,
  count: number,
  of: number,
  limit: GuardLimit,
  examples: readonly ObjectId[],
  groupId: ObjectId | null = null,
): GuardReason[] {
  const most = Math.min(limit.count, Math.max(limit.atLeast, Math.floor(limit.share * of)));
  return count > most ? [reason(rule, count, of, most, examples, groupId)] : [];
}

const reason = (
  rule: GuardRule,
  count: number,
  of: number,
  limit: number,
  examples: readonly ObjectId[],
  groupId: ObjectId | null = null,
): GuardReason => ({ rule, count, of, limit, groupId, examples: examples.slice(0, MAX_EXAMPLES) });
