// The vocabulary of a plan: what would change, from what to what, and why. Values only; made by plan.ts, judged by
// guard.ts, carried out by apply-plan.ts, shown by reports, previews and approvals.
import type { EntryId, ObjectId, TenantId } from './ids.ts';
import type { GroupState, MemberRef } from './group.ts';
import type { UserState } from './user.ts';
import type { Coverage } from './evidence.ts';

/** `inactivate` and `reactivate` change the status, `update` changes facts or reasons only. */
export type ChangeAction = 'create' | 'update' | 'reactivate' | 'inactivate' | 'purge';

/** What the change rests on. `absent` needs a second witness before anybody becomes inactive. */
export type Cause = 'seen' | 'removed' | 'absent';

/** The stored document that a plan saw: a write that names another revision does nothing. */
export interface Base {
  readonly id: EntryId;
  readonly revision: number;
}

interface EntryChange<Type extends string, State> {
  readonly type: Type;
  readonly objectId: ObjectId;
  readonly action: ChangeAction;
  readonly cause: Cause;
  /** null for `create`. */
  readonly base: Base | null;
  readonly before: State | null;
  /** null for `purge`. */
  readonly after: State | null;
}

export type UserChange = EntryChange<'user', UserState>;
export type GroupChange = EntryChange<'group', GroupState>;

/** Direct members that come and go in one group, each list in id order. */
export interface MembershipChange {
  readonly type: 'memberships';
  /** The group. */
  readonly objectId: ObjectId;
  readonly added: readonly MemberRef[];
  readonly removed: readonly MemberRef[];
}

export type Change = UserChange | GroupChange | MembershipChange;

/** Something that was read but not taken over, and why. */
export type SkipReason =
  | 'malformed'
  | 'groupWithoutMail'
  | 'groupPrefix'
  | 'memberNotPersonOrGroup'
  | 'memberUnknown'
  | 'membersNotRead'
  | 'secondWitnessDisagrees'
  /** New, and what was read does not suffice to say whether it is active: it waits for a read that does. */
  | 'undecided';

export interface Skipped {
  readonly reason: SkipReason;
  readonly count: number;
  /** At most five, for people: object ids. */
  readonly examples: readonly ObjectId[];
}

/** What happens to one kind of thing, in numbers. Each object read or stored is counted once, skipped ones apart. */
export interface Counts {
  readonly added: number;
  /** Of those added: the ones that are inactive from the start, with their reasons. */
  readonly addedInactive: number;
  readonly updated: number;
  readonly inactivated: number;
  readonly reactivated: number;
  readonly purged: number;
  readonly unchanged: number;
  /** Stored objects about which nothing was learned and which stay as they are. */
  readonly kept: number;
  /**
   * Stored objects that are known to have left, or whose group or member has, and that are kept for their return:
   * users and groups in their grace period, memberships for as long as both ends are stored.
   */
  readonly dormant: number;
  readonly skipped: readonly Skipped[];
}

export interface PlanCounts {
  readonly users: Counts;
  readonly groups: Counts;
  /** `inactivated` counts memberships that end, `purged` those that go with a purged user or group. */
  readonly memberships: Counts;
}

export interface PlanCoverage {
  readonly users: Coverage;
  readonly groups: Coverage;
  readonly domains: Coverage;
  /** Groups whose members could not be read in full: they protect themselves and block nobody. */
  readonly members: {
    readonly groupsRead: number;
    readonly notRead: readonly { readonly objectId: ObjectId; readonly coverage: Coverage }[];
  };
}

/** How many were stored, and active, when the plan was made: what the guard's shares are shares of. */
export interface StoredTotals {
  readonly users: { readonly active: number; readonly inactive: number };
  readonly groups: { readonly active: number; readonly inactive: number };
  readonly memberships: number;
}

export interface Plan {
  readonly tenantId: TenantId;
  readonly policyVersion: number;
  /** The directory's revision that the plan was made from: the number of runs applied before. */
  readonly baseRevision: number;
  readonly coverage: PlanCoverage;
  readonly stored: StoredTotals;
  /** How many members were stored in each group that loses some, by group id: what its share is a share of. */
  readonly membersBefore: Readonly<Record<string, number>>;
  /** In order of type (users, groups, memberships), then of object id. */
  readonly changes: readonly Change[];
  readonly counts: PlanCounts;
  /** Same world, same digest, whatever the order of pages: SHA-256 over the changes, hexadecimal. */
  readonly digest: string;
}
