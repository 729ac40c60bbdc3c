// Makes a plan: what was read is laid beside what is stored, and every difference becomes a change. Pure: reads
// nothing, writes nothing, knows no time but the one it is given. Judging the plan is guard.ts's job.
import type { Change, Plan } from '../directory/change.ts';
import type { Domain } from '../directory/domain.ts';
import type { Coverage, Sighting } from '../directory/evidence.ts';
import type { GroupFacts, GroupState, MemberRef } from '../directory/group.ts';
import type { EntryId, ObjectId, TenantId } from '../directory/ids.ts';
import type { Policy } from '../directory/policy.ts';
import type { MembersRead } from '../directory/source.ts';
import type { Status, UserFacts, UserState } from '../directory/user.ts';
import { AppError } from '../errors.ts';
import { digestOf, inPlanOrder } from './plan-digest.ts';
import { createEntryPlanner, type Decided } from './plan-entries.ts';
import { findUnread, judgeMembers, knowMembers, limitToPolicy, prepareScope } from './plan-evidence.ts';
import { createMembershipPlanner, type GroupMembers, type MembershipPlanner } from './plan-memberships.ts';
import { decideGroupScope, decideScope, keepUnchecked } from './scope.ts';
import { createTally } from './tally.ts';

export { groupsToRead } from './groups-to-read.ts';

/** What a read said of the objects that it mentioned: `Sighting.evidence` by object id; a later sighting replaces. */
export type Sightings<Facts> = ReadonlyMap<ObjectId, Sighting<Facts>['evidence']>;

/** Everything that a plan rests on except the stored directory, which is streamed past the planner. */
export interface PlanInput {
  readonly tenantId: TenantId;
  readonly policyVersion: number;
  readonly policy: Policy;
  /** Number of runs applied to this directory before. */
  readonly baseRevision: number;
  readonly now: Date;
  readonly coverage: { readonly users: Coverage; readonly groups: Coverage; readonly domains: Coverage };
  readonly domains: readonly Domain[];
  readonly users: Sightings<UserFacts>;
  readonly groups: Sightings<GroupFacts>;
  /** By group id: everything that `groupsToRead` asked for and that was answered. A group left out was not read. */
  readonly members: ReadonlyMap<ObjectId, MembersRead>;
}

/** What the planner needs of every stored user and group; small, so that a hundred thousand can be streamed. */
export interface StoredEntry {
  readonly id: EntryId;
  readonly objectId: ObjectId;
  readonly revision: number;
  /** `fingerprint(state)` of the stored state, as it was when written. */
  readonly fingerprint: string;
  readonly status: Status;
  /**
   * Since when it is known to have left Microsoft 365: the grace period counts from here. The store sets it to the
   * time of the write that brings a reason of kind `deleted`, keeps it while that reason stays, and clears it (null)
   * with the write that takes the reason away.
   */
  readonly leftAt: Date | null;
}

/** Objects that change and whose stored state the plan must therefore show. Each list in order of id. */
export interface NeededStates {
  readonly users: readonly ObjectId[];
  readonly groups: readonly ObjectId[];
}

/**
 * Feed it in this order: every stored group and user (`storedGroup`, `storedUser`, in any order), then every stored
 * membership (`storedMembership`, group by group), then the states that `needsState` asks for, then `finish`.
 * Every feed is one call per document and keeps only what will change, so nothing is held twice. A call out of order
 * throws `unexpected`.
 */
export interface Planner {
  storedGroup(entry: StoredEntry): void;
  storedUser(entry: StoredEntry): void;
  /** All memberships of one group must follow each other (the order of groups and members does not matter). */
  storedMembership(groupId: ObjectId, member: MemberRef): void;
  /** Asked once, after all entries are fed. Usually short; as long as the directory when everything changes. */
  needsState(): NeededStates;
  /** An object that vanished from the store since it was fed is simply not given: its change is left out. */
  userState(objectId: ObjectId, state: UserState): void;
  groupState(objectId: ObjectId, state: GroupState): void;
  /** The plan. May be called once. */
  finish(): Plan;
}

/** Starts a plan. Costs one walk below the policy's lists; nothing when they are empty. */
export function createPlanner(input: PlanInput): Planner {
  const { policy } = input;
  const told = limitToPolicy(input);
  const grace = { now: input.now, days: policy.graceDays };
  const tallies = { users: createTally(), groups: createTally(), memberships: createTally() };
  const reads = judgeMembers(input);
  const world = prepareScope(input, reads);
  const inScope = new Set<ObjectId>();

  const users = createEntryPlanner<UserFacts, UserState>({
    sightings: told.users,
    coverage: told.coverage.users,
    grace,
    tally: tallies.users,
    decide: (objectId, facts) => {
      const scope = decideScope({ objectId, facts }, world, policy);
      const { status, reasons, unchecked } = scope;
      if (status === 'unknown') return null;
      const withStored = (before: UserState): UserState => ({
        ...{ status, facts },
        reasons: keepUnchecked(scope, before.reasons),
      });
      return {
        state: { status, reasons, facts },
        withStored: unchecked.length === 0 ? null : withStored,
      };
    },
    leaveOut: () => null,
  });
  const groups = createEntryPlanner<GroupFacts, GroupState>({
    sightings: told.groups,
    coverage: told.coverage.groups,
    grace,
    tally: tallies.groups,
    decide: (objectId, facts) => {
      const scope = decideGroupScope(facts, policy);
      if (scope.kind === 'outOfScope')
        return whole({ status: 'inactive', reasons: scope.reasons.map((kind) => ({ kind })), facts });
      inScope.add(objectId);
      return whole({ status: 'active', reasons: [], facts });
    },
    leaveOut: ({ reasons: [first] }) => (first?.kind === 'noMail' ? 'groupWithoutMail' : 'groupPrefix'),
  });

  let phase: Phase = 'entries';
  let memberships: MembershipPlanner | null = null;
  /** Ends the feed of entries, once; what memberships need to know of users and groups is settled from then on. */
  const startMemberships = (): MembershipPlanner => {
    if (memberships) return memberships;
    users.close();
    groups.close();
    const members = new Map<ObjectId, GroupMembers>();
    for (const [groupId, read] of reads) if (inScope.has(groupId)) members.set(groupId, read.members);
    memberships = createMembershipPlanner(members, knowMembers(input, users, groups), tallies.memberships);
    return memberships;
  };
  const enter = (next: Phase): void => {
    if (PHASES.indexOf(next) < PHASES.indexOf(phase))
      throw new AppError('unexpected', { problem: `the planner was fed ${next} after ${phase}` });
    phase = next;
  };

  return {
    storedGroup: (entry) => {
      enter('entries');
      groups.stored(entry);
    },
    storedUser: (entry) => {
      enter('entries');
      users.stored(entry);
    },
    storedMembership: (groupId, member) => {
      enter('memberships');
      startMemberships().stored(groupId, member);
    },
    needsState: () => {
      enter('states');
      startMemberships();
      return { users: users.needed(), groups: groups.needed() };
    },
    userState: (objectId, state) => users.state(objectId, state),
    groupState: (objectId, state) => groups.state(objectId, state),
    finish: () => {
      enter('states');
      const edges = startMemberships().finish();
      enter('finished');
      const notRead = findUnread(input, reads);
      for (const { objectId } of notRead)
        if (inScope.has(objectId)) tallies.memberships.skip('membersNotRead', objectId);
      const changes: Change[] = [
        ...users.finish().map((draft): Change => ({ type: 'user', ...draft })),
        ...groups.finish().map((draft): Change => ({ type: 'group', ...draft })),
        ...edges.changes,
      ].sort(inPlanOrder);
      return {
        tenantId: input.tenantId,
        policyVersion: input.policyVersion,
        baseRevision: input.baseRevision,
        coverage: {
          ...told.coverage,
          members: {
            groupsRead: [...reads.values()].filter(({ members }) => members.complete).length,
            notRead,
          },
        },
        stored: { users: users.totals(), groups: groups.totals(), memberships: edges.total },
        membersBefore: edges.membersBefore,
        changes,
        counts: {
          users: tallies.users.result(),
          groups: tallies.groups.result(),
          memberships: tallies.memberships.result(),
        },
        digest: digestOf(changes),
      };
    },
  };
}

const whole = (state: GroupState): Decided<GroupState> => ({ state, withStored: null });

const PHASES = ['entries', 'memberships', 'states', 'finished'] as const;
type Phase = (typeof PHASES)[number];
