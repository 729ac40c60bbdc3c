// What a read means for one stored object: THE decision table of a sync, the same for users and groups. This is the
// one place that can make somebody inactive because a read does not show them. Pure; `now` is a value.
import type { Cause, ChangeAction } from '../directory/change.ts';
import type { Evidence } from '../directory/evidence.ts';
import type { Status } from '../directory/user.ts';

/** What is stored of the object, as far as the decision needs it. */
export interface StoredStatus {
  readonly status: Status;
  readonly fingerprint: string;
  /** Since when it is known to have left Microsoft 365; null while it is there. */
  readonly leftAt: Date | null;
}

/** Evidence after scope was decided. */
export type Told =
  | { readonly kind: 'inScope'; readonly fingerprint: string }
  /** `keepNew`: an object that is not stored yet is kept as inactive (users), or left out (groups). */
  | { readonly kind: 'outOfScope'; readonly fingerprint: string; readonly keepNew: boolean }
  | Exclude<Evidence<unknown>, { kind: 'seen' }>;

/** How long an object that left is kept, and what time it is. */
export interface Grace {
  readonly now: Date;
  readonly days: number;
}

export type Decision =
  | { readonly kind: 'change'; readonly action: ChangeAction; readonly cause: Cause }
  /** Seen, and nothing differs. */
  | { readonly kind: 'unchanged' }
  /** Stored, and stays as it is, because nothing was learned about it. */
  | { readonly kind: 'kept' }
  /** Stored, known to have left, and kept for its return until the grace period is over. */
  | { readonly kind: 'dormant' }
  /** Not stored, and stays so. */
  | { readonly kind: 'nothing' };

const CREATE: Decision = { kind: 'change', action: 'create', cause: 'seen' };
const UNCHANGED: Decision = { kind: 'unchanged' };
const KEPT: Decision = { kind: 'kept' };
const DORMANT: Decision = { kind: 'dormant' };
const NOTHING: Decision = { kind: 'nothing' };
const DAY_MS = 24 * 60 * 60 * 1000;

/** The cells of the table. */
type Rule =
  | 'nothing'
  | 'create'
  | 'createIfKept'
  | 'keep'
  | 'updateIfChanged'
  | 'inactivate'
  | 'reactivate'
  | 'purgeWhenDue';

/** Rows: what is stored; columns: what is told. `absent` comes with a proof of completeness in its type. */
const TABLE = {
  none: {
    inScope: 'create',
    outOfScope: 'createIfKept',
    malformed: 'nothing',
    removed: 'nothing',
    absent: 'nothing',
    notTold: 'nothing',
  },
  active: {
    inScope: 'updateIfChanged',
    outOfScope: 'inactivate',
    malformed: 'keep',
    removed: 'inactivate',
    absent: 'inactivate',
    notTold: 'keep',
  },
  inactive: {
    inScope: 'reactivate',
    outOfScope: 'updateIfChanged',
    malformed: 'keep',
    removed: 'purgeWhenDue',
    absent: 'purgeWhenDue',
    notTold: 'keep',
  },
} as const satisfies Record<Status | 'none', Record<Told['kind'], Rule>>;

/**
 * Looks the cell up. `purgeWhenDue` has a beginning: an object that was inactive for another reason when it left is
 * first marked as having left (`update`), which starts its grace period; a year of being disabled is no reason to
 * forget somebody on the day of a deletion by mistake.
 */
export function decideChange(stored: StoredStatus | null, told: Told, grace: Grace): Decision {
  const rule: Rule = TABLE[stored?.status ?? 'none'][told.kind];
  const cause = causeOf(told);
  switch (rule) {
    case 'nothing':
      return NOTHING;
    case 'create':
      return CREATE;
    case 'createIfKept':
      return told.kind === 'outOfScope' && told.keepNew ? CREATE : NOTHING;
    case 'keep':
      return KEPT;
    case 'updateIfChanged':
      return 'fingerprint' in told && told.fingerprint === stored?.fingerprint
        ? UNCHANGED
        : { kind: 'change', action: 'update', cause };
    case 'inactivate':
    case 'reactivate':
      return { kind: 'change', action: rule, cause };
    case 'purgeWhenDue':
      return decidePurge(stored?.leftAt ?? null, cause, grace);
  }
}

const causeOf = (told: Told): Cause =>
  told.kind === 'removed' || told.kind === 'absent' ? told.kind : 'seen';

function decidePurge(leftAt: Date | null, cause: Cause, grace: Grace): Decision {
  if (leftAt === null) return { kind: 'change', action: 'update', cause };
  const due = grace.now.getTime() - leftAt.getTime() >= grace.days * DAY_MS;
  return due ? { kind: 'change', action: 'purge', cause } : DORMANT;
}
