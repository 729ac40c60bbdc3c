// Makes a plan: what was read is laid beside what is stored, and every difference becomes a change. Pure: reads
// nothing, writes nothing, knows no time but the one it is given. Judging the plan is guard.ts's job.
import type { Plan } from '../directory/change.ts';
import type { Domain } from '../directory/domain.ts';
import type { Coverage, Sighting } from '../directory/evidence.ts';
import type { GroupFacts, GroupState, MemberRef } from '../directory/group.ts';
import type { EntryId, ObjectId, TenantId } from '../directory/ids.ts';
import type { Policy } from '../directory/policy.ts';
import type { MembersRead } from '../directory/source.ts';
import type { Status, UserFacts, UserState } from '../directory/user.ts';

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

/** Starts a plan. Costs one pass over the lists' groups; nothing when policy lists are empty. */
export declare function createPlanner(input: PlanInput): Planner;

/**
 * Groups whose members must be read now, in order of id: those in scope, those on a list, and (nested membership)
 * those below a list as far as it is known. Ask again with what was read until the answer is empty: a group that is
 * in `members`, read in full or not, is not asked for again.
 */
export declare function groupsToRead(
  groups: Sightings<GroupFacts>,
  policy: Policy,
  members: ReadonlyMap<ObjectId, MembersRead>,
): readonly ObjectId[];
