// Authorizations to read a tenant, as everybody may see them: who, for what, how healthy. The secrets behind them
// never leave services/credentials. Vocabulary only.
import { z } from 'zod';
import type { TenantId } from './ids.ts';
import type { Actor } from './run.ts';

/** What a sync reads, each with credentials of its own. */
export const CAPABILITIES = ['users', 'groups', 'domains'] as const;
export type Capability = (typeof CAPABILITIES)[number];

/** What an authorization is for: one of the three, or all of them by the app itself. */
export const GRANTS = [...CAPABILITIES, 'everything'] as const;
export type Grant = (typeof GRANTS)[number];

export const credentialId = z.string().min(1).brand('CredentialId');
export type CredentialId = z.infer<typeof credentialId>;
export const parseCredentialId = (value: string): CredentialId => credentialId.parse(value);

/** The account that somebody signed in with. `objectId` tells who; the names are for people and may change. */
export interface Account {
  readonly objectId: string;
  readonly displayName: string;
  readonly userPrincipalName: string;
}

/** What is wrong, in people's words: what happened, what to do, who can. */
export interface CredentialProblem {
  /** `AADSTS50057`, or a code of our own error table, or `role-missing`, `permission-missing`, `permission-unused`. */
  readonly code: string;
  readonly happened: string;
  readonly remedy: string;
  readonly who: string;
  readonly correlationId: string | null;
  readonly at: Date;
}

/**
 * - `untested`: not tried yet.
 * - `good`: the last test or use worked.
 * - `warning`: works, and something may fail (a role is missing, a permission is more than needed).
 * - `failed`: refused for good; not used until a test succeeds again. What fails for a while changes nothing here.
 *   `since` is when its account began to fail: credentials of one account fail together.
 */
export type CredentialHealth =
  | { readonly state: 'untested' | 'good' }
  | { readonly state: 'warning'; readonly problem: CredentialProblem }
  | { readonly state: 'failed'; readonly problem: CredentialProblem; readonly since: Date };

export interface Credential {
  readonly id: CredentialId;
  readonly tenantId: TenantId;
  readonly grant: Grant;
  /** `application`: the app itself (settings), `delegated`: somebody's account. */
  readonly kind: 'application' | 'delegated';
  /** 0 is the primary, then the backups in the order in which they take over. */
  readonly position: number;
  /** null for the app itself. */
  readonly account: Account | null;
  readonly authorizedBy: Actor;
  readonly authorizedAt: Date;
  readonly lastUsedAt: Date | null;
  readonly lastTestedAt: Date | null;
  /** When the secret behind it ends, as far as known; what ends it is said by `expiryOf`. */
  readonly expiresAt: Date | null;
  /** How often this account must sign in again by a rule of its organization; null while no refusal has taught it. */
  readonly signInPeriodMs: number | null;
  readonly expiryOf: 'clientSecret' | 'certificate' | 'idleRefreshToken' | 'signInFrequency' | null;
  readonly health: CredentialHealth;
}

/** What people see of the app itself: permissions granted in the tenant against those needed. */
export interface AppConsent {
  readonly granted: readonly string[];
  readonly missing: readonly string[];
  readonly unneeded: readonly string[];
}
