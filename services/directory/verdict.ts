// The vocabulary of the guard's judgement. Values only; guard.ts decides.
import type { ObjectId } from './ids.ts';

export type GuardRule =
  | 'emptySource'
  | 'absenceWithoutCoverage'
  | 'usersInactive'
  | 'groupsInactive'
  | 'membershipsRemoved'
  | 'groupMembersRemoved';

/** Why a plan may not simply go ahead; every number that a person needs to judge it. */
export interface GuardReason {
  readonly rule: GuardRule;
  readonly count: number;
  /** How many are stored: what the share is a share of. */
  readonly of: number;
  /** The number above which the rule speaks. */
  readonly limit: number;
  /** The group, for `groupMembersRemoved`. */
  readonly groupId: ObjectId | null;
  /** At most five object ids. */
  readonly examples: readonly ObjectId[];
}

export type Verdict =
  | { readonly kind: 'allow' }
  /** May go ahead once somebody approves exactly this plan (its digest). */
  | { readonly kind: 'hold'; readonly reasons: readonly GuardReason[] }
  /** May never go ahead: the read cannot be believed. */
  | { readonly kind: 'refuse'; readonly reasons: readonly GuardReason[] };
