// Who may do what in Rollcall, and what is remembered of it. Vocabulary only.
import type { TenantId } from './ids.ts';
import type { Actor } from './run.ts';

/** owner: also changes people; admin: does everything else; viewer: only looks. */
export const ROLES = ['viewer', 'admin', 'owner'] as const;
export type Role = (typeof ROLES)[number];

/** Whether somebody with `role` may do what needs `needed`. */
export const mayDo = (role: Role | null, needed: Role): boolean =>
  role !== null && ROLES.indexOf(role) >= ROLES.indexOf(needed);

/** Somebody as Microsoft 365 tells of them. */
export interface KnownPerson {
  /** Entra object id, in lower case. */
  readonly objectId: string;
  readonly displayName: string;
  readonly isGuest: boolean;
  /** False for accounts that are disabled or deleted. */
  readonly isEnabled: boolean;
}

/** `nobody`: Microsoft 365 knows nobody of this id. `unknown`: it could not be asked. */
export type PersonLookup =
  { readonly kind: 'known'; readonly person: KnownPerson } | { readonly kind: 'nobody' | 'unknown' };

/** Whether Microsoft 365 tells that this is no enabled member, or nobody. */
export const hasLeft = (lookup: PersonLookup): boolean =>
  lookup.kind === 'nobody' ||
  (lookup.kind === 'known' && (lookup.person.isGuest || !lookup.person.isEnabled));

/**
 * Whether anybody who owns Rollcall still works here. `gone`: nobody does, by object id. `unknown`: nobody is known to,
 * and Microsoft 365 could not be asked about some; `passes` when it can be later.
 */
export type OwnersPresence =
  | { readonly kind: 'here' }
  | { readonly kind: 'gone'; readonly gone: ReadonlySet<string> }
  | { readonly kind: 'unknown'; readonly passes: boolean };

export interface PersonEntry {
  /** Entra object id. */
  readonly objectId: string;
  readonly displayName: string;
  readonly role: Role;
  readonly since: Date;
  readonly addedBy: Actor | null;
}

/** `begun` stays when the process died, or the database went away, before anybody could say how it ended. */
export const AUDIT_RESULTS = ['begun', 'done', 'refused', 'failed'] as const;
export type AuditResult = (typeof AUDIT_RESULTS)[number];

/** One line of the audit trail: completed once, then never changed, and not deleted before its retention ends. */
export interface AuditEntry {
  readonly id: string;
  readonly tenantId: TenantId;
  readonly at: Date;
  readonly actor: Actor | null;
  /** What was done: `credential.authorized`, `credential.removed`, `role.set`, `sync.started`, `refused` … */
  readonly action: string;
  /** On what: an id, or a grant. */
  readonly target: string | null;
  /** The conversation it came from, null when nobody asked. */
  readonly conversationId: string | null;
  readonly before: string | null;
  readonly after: string | null;
  readonly result: AuditResult;
  /** Of a refusal: how often within the hour, `at` being the first time. Once when it is missing. */
  readonly times?: number;
}
