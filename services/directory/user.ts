// A user: what Microsoft 365 says (facts) and what Rollcall decided (status with reasons). Vocabulary only.
import type { EntryId, ObjectId } from './ids.ts';
import type { Reason } from './reason.ts';

export type Status = 'active' | 'inactive';

/** What Microsoft Graph says about a user. `null` is "cleared", never "not told". Graph docs: user resource. */
export interface UserFacts {
  readonly userPrincipalName: string;
  readonly displayName: string | null;
  readonly givenName: string | null;
  readonly surname: string | null;
  readonly mail: string | null;
  readonly accountEnabled: boolean;
  /** Very old accounts have no type in Graph; they count as members. */
  readonly userType: 'Member' | 'Guest';
}

/** What is decided about a user: the part that a plan compares and changes. */
export interface UserState {
  readonly status: Status;
  readonly reasons: readonly Reason[];
  readonly facts: UserFacts;
}

/** A user as kept in the directory. The source key is `(tenant id, object id)`. */
export interface User extends UserState {
  readonly id: EntryId;
  readonly objectId: ObjectId;
  /** Counts the changes to this document; a write names the revision that its plan saw. */
  readonly revision: number;
  readonly createdAt: Date;
  readonly changedAt: Date;
  /** When the status last became inactive; null while active. */
  readonly inactiveSince: Date | null;
}
