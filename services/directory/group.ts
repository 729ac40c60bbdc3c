// A group: what Microsoft 365 says and what Rollcall decided. Vocabulary only.
import type { EntryId, ObjectId } from './ids.ts';
import type { Reason } from './reason.ts';
import type { Status } from './user.ts';

/** Graph docs: "Working with groups in Microsoft Graph", table of group types. */
export type GroupKind = 'microsoft365' | 'security' | 'mailEnabledSecurity' | 'distribution';

/** What Microsoft Graph says about a group. */
export interface GroupFacts {
  readonly displayName: string;
  readonly description: string | null;
  readonly mail: string | null;
  readonly kind: GroupKind;
  /** Members follow a rule in Microsoft Entra. */
  readonly dynamic: boolean;
  /** Members are hidden from those without a special permission. */
  readonly hiddenMembership: boolean;
}

export interface GroupState {
  readonly status: Status;
  readonly reasons: readonly Reason[];
  readonly facts: GroupFacts;
}

/** A group as kept in the directory. */
export interface Group extends GroupState {
  readonly id: EntryId;
  readonly objectId: ObjectId;
  readonly revision: number;
  readonly createdAt: Date;
  readonly changedAt: Date;
  readonly inactiveSince: Date | null;
}

/** A direct member of a group that Rollcall keeps: a user or a nested group. */
export interface MemberRef {
  readonly objectId: ObjectId;
  readonly kind: 'user' | 'group';
}
