// The port through which credentials are kept. Secrets pass it encrypted only; what they mean is decided in
// services/credentials.
import type {
  Account,
  Credential,
  CredentialHealth,
  CredentialId,
  CredentialProblem,
  Grant,
} from './credential.ts';
import type { TenantId } from './ids.ts';
import type { Actor } from './run.ts';
import type { SealedSecret } from './sealed-secret.ts';

export interface SecretExpiry {
  readonly expiresAt: Date | null;
  readonly expiryOf: Credential['expiryOf'];
}

/** What an authorization says of a credential. The health of a new one is `untested`. */
export interface Authorization extends SecretExpiry {
  readonly tenantId: TenantId;
  readonly grant: Grant;
  readonly kind: Credential['kind'];
  /** null for the app itself. */
  readonly account: Account | null;
  readonly authorizedBy: Actor;
  readonly authorizedAt: Date;
}

/** Which secret somebody holds. */
export interface SecretMark {
  /** Grows with each new secret and with nothing else. */
  readonly version: number;
  /** Grows when somebody authorizes anew: secrets of another authorization do not follow each other. */
  readonly series: number;
}

/** The secret of a credential. */
export interface KeptSecret extends SecretMark {
  readonly sealed: SealedSecret;
}

/** A kept secret with its owner, as a rotation of keys reads it. */
export interface OwnedSecret extends KeptSecret {
  readonly tenantId: TenantId;
  readonly id: CredentialId;
}

/** What a use or a test found. A credential that failed before keeps its `since`. */
export type Finding =
  { readonly state: 'good' } | { readonly state: 'warning' | 'failed'; readonly problem: CredentialProblem };

/** The same credential before and after: whoever changed its state sees it, nobody else does. */
export interface Found {
  readonly before: CredentialHealth;
  readonly after: Credential;
}

/**
 * What people have not been told yet of a credential. It is kept in the same write as the change itself, so that it is
 * told also when the process ends in between.
 */
export interface CredentialNews {
  readonly credential: Credential;
  readonly news: 'failed' | 'recovered' | 'removed';
  /** When it began; names the incident until people were told that it is over. */
  readonly incident: Date;
}

/** All methods throw `database-unreachable` and `database-refused`. */
export interface CredentialStore {
  /** Of all grants; within a grant the primary first. */
  list(tenantId: TenantId): Promise<readonly Credential[]>;
  /** Of all tenants, for tests that come round. */
  listAll(): Promise<readonly Credential[]>;
  get(tenantId: TenantId, id: CredentialId): Promise<Credential | null>;
  /** The credential of this account (null: the app itself) for this grant: there is at most one. */
  findHolder(
    tenantId: TenantId,
    grant: Grant,
    kind: Credential['kind'],
    accountId: string | null,
  ): Promise<Credential | null>;
  /** Last of its grant when `backup`, otherwise first. Null when the account already has one for this grant. */
  insert(
    id: CredentialId,
    authorization: Authorization,
    sealed: SealedSecret | null,
    backup: boolean,
  ): Promise<Credential | null>;
  /**
   * Replaces secret, account and who authorized it. Its place changes only to become first. It is `untested` again; one
   * that failed is known to have, until a finding shows that it recovered. Null when it is gone.
   */
  reauthorize(
    id: CredentialId,
    authorization: Authorization,
    sealed: SealedSecret | null,
    backup: boolean,
  ): Promise<Credential | null>;
  recordUse(tenantId: TenantId, id: CredentialId, at: Date): Promise<void>;
  /**
   * Sets the health. `how` says which time is noted with it. `authorizedAt` is that of the credential which was tried:
   * what was found out about an old authorization says nothing of a new one. Null when it is gone or authorized anew.
   */
  recordFinding(
    tenantId: TenantId,
    id: CredentialId,
    finding: Finding,
    at: Date,
    how: 'use' | 'test',
    authorizedAt: Date,
  ): Promise<Found | null>;
  /** Something that is not the account's fault stands in its way; one that failed stays failed. Nobody is told. */
  recordWarning(
    tenantId: TenantId,
    id: CredentialId,
    problem: CredentialProblem,
    authorizedAt: Date,
  ): Promise<void>;
  /** What people are to be told, of all tenants. */
  listNews(): Promise<readonly CredentialNews[]>;
  /** The incident that this one belongs to began earlier, with another credential of its account. */
  joinIncident(tenantId: TenantId, id: CredentialId, incident: Date): Promise<void>;
  /** People were told; with `recovered` and `removed` the incident is over. Nothing happens when there is newer news. */
  markNewsTold(told: CredentialNews): Promise<void>;
  setSignInPeriod(tenantId: TenantId, id: CredentialId, periodMs: number): Promise<void>;
  setExpiry(tenantId: TenantId, id: CredentialId, expiry: SecretExpiry): Promise<void>;
  makePrimary(tenantId: TenantId, id: CredentialId): Promise<Credential | null>;
  /**
   * What it was; null when it was gone. Its secret is forgotten at once, and nobody finds it any more; where an incident
   * ends with it, that is news until people were told.
   */
  remove(tenantId: TenantId, id: CredentialId): Promise<Credential | null>;

  readSecret(tenantId: TenantId, id: CredentialId): Promise<KeptSecret | null>;
  /**
   * Keeps the secret that Microsoft gave at `obtainedAt` for the one that is held: when the kept one is still that, or
   * is of the same authorization and was given earlier. So the newer one wins, whoever writes first. False when not.
   */
  replaceSecret(
    tenantId: TenantId,
    id: CredentialId,
    held: SecretMark,
    next: { readonly sealed: SealedSecret; readonly obtainedAt: Date },
    expiry?: SecretExpiry,
  ): Promise<boolean>;
  /** Every secret of every tenant. */
  listSecrets(): Promise<readonly OwnedSecret[]>;
  /** The same secret under another key: the version stays, so that a refresh under way is not disturbed. */
  resealSecret(secret: OwnedSecret, sealed: SealedSecret): Promise<boolean>;
}
