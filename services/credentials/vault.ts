// Where secrets of credentials are put and taken out: always encrypted outside of this process, and never the newer
// lost to the older. Does not know what a secret means.
import type { Credential, CredentialId } from '../directory/credential.ts';
import { parseCredentialId } from '../directory/credential.ts';
import type {
  Authorization,
  CredentialStore,
  SecretExpiry,
  SecretMark,
} from '../directory/credential-store.ts';
import type { TenantId } from '../directory/ids.ts';
import { AppError } from '../errors.ts';
import type { Secret } from '../secret.ts';
import { accountExpiry } from './expiry.ts';
import type { Keyring } from './keyring.ts';

/** A secret and which one it is: replace it only by telling which one you had. */
export interface HeldSecret extends SecretMark {
  readonly secret: Secret;
}

/** What Microsoft gave for a secret, and when: of two the later is the newer. */
export interface NextSecret {
  readonly secret: Secret;
  readonly obtainedAt: Date;
}

export interface Vault {
  /** Whether the settings name a key; without one nothing can be kept. */
  readonly canKeep: boolean;
  /**
   * Keeps a new authorization. The same account for the same grant is the same credential, authorized anew: its id
   * stays. Throws `token-keys-missing`.
   */
  authorize(authorization: Authorization, secret: Secret | null, backup: boolean): Promise<Credential>;
  /** Null when the credential is gone or has no secret. Throws `token-key-unknown`, `secret-unreadable`. */
  open(tenantId: TenantId, id: CredentialId): Promise<HeldSecret | null>;
  /**
   * Keeps the secret that Microsoft gave for the one that was held; of two that processes got at once the newer stays,
   * whoever comes first. False when a newer one is kept, or the account was authorized anew, or it is gone: `open` it
   * again.
   */
  replace(
    tenantId: TenantId,
    id: CredentialId,
    held: SecretMark,
    next: NextSecret,
    expiry?: SecretExpiry,
  ): Promise<boolean>;
}

export interface VaultOptions {
  readonly credentials: CredentialStore;
  readonly keyring: Keyring;
  readonly ids: { next(): string };
}

/** Two people who authorize at once meet at most this often: each meeting is one insert that came second. */
const MEETINGS = 5;

/** The vault over a store of credentials. */
export function createVault({ credentials, keyring, ids }: VaultOptions): Vault {
  const seal = (tenantId: TenantId, id: CredentialId, secret: Secret) =>
    keyring.seal(secret, { tenantId, kind: 'credential', id });

  return {
    canKeep: keyring.firstKeyId !== null,
    authorize: async (authorization, secret, backup) => {
      const { tenantId, grant, kind, account } = authorization;
      for (let meeting = 0; meeting < MEETINGS; meeting++) {
        const known = await credentials.findHolder(tenantId, grant, kind, account?.objectId ?? null);
        const id = known?.id ?? parseCredentialId(ids.next());
        const sealed = secret === null ? null : seal(tenantId, id, secret);
        const kept = await (known === null
          ? credentials.insert(id, authorization, sealed, backup)
          : credentials.reauthorize(id, withLearntExpiry(authorization, known), sealed, backup));
        if (kept !== null) return kept;
      }
      throw new AppError('already-changed', { grant });
    },
    open: async (tenantId, id) => {
      const kept = await credentials.readSecret(tenantId, id);
      if (kept === null) return null;
      return {
        secret: keyring.open(kept.sealed, { tenantId, kind: 'credential', id }),
        ...{ version: kept.version, series: kept.series },
      };
    },
    replace: async (tenantId, id, held, { secret, obtainedAt }, expiry) => {
      const sealed = seal(tenantId, id, secret);
      return credentials.replaceSecret(tenantId, id, held, { sealed, obtainedAt }, expiry);
    },
  };
}

/** What an earlier refusal taught holds for the new authorization of the same account, too. */
const withLearntExpiry = (authorization: Authorization, known: Credential): Authorization =>
  authorization.kind === 'delegated' && known.signInPeriodMs !== null
    ? { ...authorization, ...accountExpiry({ ...known, ...authorization }, authorization.authorizedAt) }
    : authorization;
