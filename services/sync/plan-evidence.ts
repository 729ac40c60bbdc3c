// What a plan may believe of what was read: the part that the policy switches on, what is proven of each group's
// members, and who is known to be there. Pure; decides nothing about anybody.
import type { PlanCoverage } from '../directory/change.ts';
import { proveCoverage, SWITCHED_OFF, type Coverage, type Evidence } from '../directory/evidence.ts';
import type { GroupFacts, GroupState } from '../directory/group.ts';
import type { ObjectId } from '../directory/ids.ts';
import type { UserFacts, UserState } from '../directory/user.ts';
import { createClosure } from './closure.ts';
import { groupsToRead, listedGroups } from './groups-to-read.ts';
import type { EntryPlanner } from './plan-entries.ts';
import type { GroupMembers, MemberWorld } from './plan-memberships.ts';
import type { PlanInput, Sightings } from './plan.ts';
import { includeDomains, type ScopeWorld } from './scope.ts';

const notRead = (code: string): Coverage =>
  proveCoverage({ rows: 0, counted: null, hidden: 0, failure: { kind: 'notRead', code } });

/** What the policy lets a plan be told. Switched off means not told: nothing changes there. */
export function limitToPolicy(input: PlanInput): {
  readonly users: Sightings<UserFacts>;
  readonly groups: Sightings<GroupFacts>;
  readonly coverage: PlanInput['coverage'];
} {
  const { users, groups } = input.policy;
  const off = notRead(SWITCHED_OFF);
  return {
    users: users.enabled ? input.users : new Map(),
    groups: groups.enabled ? input.groups : new Map(),
    coverage: {
      users: users.enabled ? input.coverage.users : off,
      groups: groups.enabled ? input.coverage.groups : off,
      domains: users.enabled ? input.coverage.domains : off,
    },
  };
}

/** The members of each group that was asked for, with what is proven of them. */
export interface GroupRead {
  readonly coverage: Coverage;
  readonly members: GroupMembers;
}

export function judgeMembers(input: PlanInput): ReadonlyMap<ObjectId, GroupRead> {
  const reads = new Map<ObjectId, GroupRead>();
  for (const [groupId, { members, others, observation }] of input.members) {
    const coverage = proveCoverage(observation);
    reads.set(groupId, {
      coverage,
      members: { members, others, complete: coverage.kind === 'complete' },
    });
  }
  return reads;
}

/**
 * The policy's lists and domains as the read shows them. A listed group that is proven to be gone has no members; one
 * that could not be read has members that we do not know.
 */
export function prepareScope(input: PlanInput, reads: ReadonlyMap<ObjectId, GroupRead>): ScopeWorld {
  const { policy, coverage } = input;
  const membersOf = (groupId: ObjectId) => {
    const read = reads.get(groupId)?.members;
    return read?.complete !== true && isGone(input, groupId) ? { members: [], complete: true } : read;
  };
  return {
    domains: coverage.domains.kind === 'complete' ? includeDomains(input.domains, policy.subdomains) : null,
    closure: createClosure(membersOf, listedGroups(policy), policy.nestedMembership),
  };
}

function isGone(input: PlanInput, groupId: ObjectId): boolean {
  const evidence = input.groups.get(groupId);
  return evidence ? evidence.kind === 'removed' : input.coverage.groups.kind === 'complete';
}

/** Groups that should have been read in full and were not, in order of id. A group that is gone is not missing. */
export function findUnread(
  input: PlanInput,
  reads: ReadonlyMap<ObjectId, GroupRead>,
): PlanCoverage['members']['notRead'] {
  const unread = groupsToRead(input.groups, input.policy, input.members).map((objectId) => ({
    objectId,
    coverage: notRead('notAsked'),
  }));
  for (const [objectId, { coverage }] of reads)
    if (coverage.kind !== 'complete') unread.push({ objectId, coverage });
  return unread
    .filter(({ objectId }) => !isGone(input, objectId))
    .sort((a, b) => (a.objectId < b.objectId ? -1 : 1));
}

/** What is known of members once every stored entry was met. */
export function knowMembers(
  input: PlanInput,
  users: EntryPlanner<UserState>,
  groups: EntryPlanner<GroupState>,
): MemberWorld {
  const planner = { user: users, group: groups };
  const evidenceOf = (kind: 'user' | 'group', objectId: ObjectId): Evidence<unknown> | undefined =>
    kind === 'user' ? input.users.get(objectId) : input.groups.get(objectId);
  const isSeen = (evidence: Evidence<unknown> | undefined) =>
    evidence?.kind === 'seen' || evidence?.kind === 'malformed';
  const coverageOf = { user: input.coverage.users, group: input.coverage.groups };
  return {
    // A nested group counts as known although it may be out of scope itself: it is how people are members.
    isKnown: ({ kind, objectId }) =>
      planner[kind].isPresent(objectId) || (kind === 'group' && isSeen(evidenceOf(kind, objectId))),
    mayEnd: ({ kind, objectId }) => {
      const evidence = evidenceOf(kind, objectId);
      if (isSeen(evidence)) return true;
      if (planner[kind].isStored(objectId)) return false;
      return evidence?.kind === 'removed' || coverageOf[kind].kind === 'complete';
    },
    hasLeft: ({ kind, objectId }) => planner[kind].hasLeft(objectId),
    isDormant: (groupId) => groups.hasLeft(groupId) || groups.isOutOfScope(groupId),
    isPurged: (kind, objectId) => planner[kind].isPurged(objectId),
  };
}
