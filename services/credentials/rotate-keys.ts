// Encrypts every kept secret with the first key of the ring, while bots run and refresh them. A secret that is replaced
// at the same moment stays the newer one. Knows nothing of settings or terminals.
import type { CredentialStore, OwnedSecret } from '../directory/credential-store.ts';
import { AppError, toAppError } from '../errors.ts';
import type { Keyring } from './keyring.ts';

export interface RotationReport {
  /** Encrypted anew. */
  readonly rotated: number;
  /** Under the first key before, or removed meanwhile. */
  readonly untouched: number;
  /** Could not be opened, and are as they were. */
  readonly failed: readonly {
    readonly id: string;
    readonly keyId: string;
    readonly code: AppError['code'];
  }[];
}

/** A bot that still encrypts with another first key can put a secret back under it: then it is done again, this often. */
const PASSES = 5;

/** Rotates. Throws `token-keys-missing`, `database-unreachable`. */
export async function rotateKeys(
  credentials: Pick<CredentialStore, 'listSecrets' | 'resealSecret'>,
  keyring: Keyring,
): Promise<RotationReport> {
  if (keyring.firstKeyId === null) throw new AppError('token-keys-missing');
  const rotated = new Set<string>();
  const failed = new Map<string, RotationReport['failed'][number]>();
  let total = 0;
  for (let pass = 0; pass < PASSES; pass++) {
    const secrets = await credentials.listSecrets();
    total = Math.max(total, secrets.length);
    const others = secrets.filter(({ sealed }) => sealed.keyId !== keyring.firstKeyId);
    failed.clear();
    for (const one of others) {
      const outcome = await rotateOne(credentials, keyring, one);
      if (outcome === 'rotated') rotated.add(one.id);
      else if (outcome !== 'replaced')
        failed.set(one.id, { id: one.id, keyId: one.sealed.keyId, code: outcome });
    }
    if (others.length === failed.size) break;
  }
  const untouched = total - rotated.size - failed.size;
  return { rotated: rotated.size, untouched: Math.max(0, untouched), failed: [...failed.values()] };
}

/** `replaced`: it was refreshed or removed meanwhile; the next pass sees. Otherwise the code of what kept it closed. */
async function rotateOne(
  credentials: Pick<CredentialStore, 'resealSecret'>,
  keyring: Keyring,
  secret: OwnedSecret,
): Promise<'rotated' | 'replaced' | AppError['code']> {
  const owner = { tenantId: secret.tenantId, kind: 'credential', id: secret.id } as const;
  try {
    const sealed = keyring.seal(keyring.open(secret.sealed, owner), owner);
    return (await credentials.resealSecret(secret, sealed)) ? 'rotated' : 'replaced';
  } catch (error) {
    const { code, kind } = toAppError(error);
    if (kind !== 'config') throw error;
    return code;
  }
}
