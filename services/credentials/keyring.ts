// Encrypts and decrypts secrets with the keys of the settings (ROLLCALL_TOKEN_KEYS). Keeps nothing: vault.ts does.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { TenantId } from '../directory/ids.ts';
import type { SealedSecret } from '../directory/sealed-secret.ts';
import { AppError } from '../errors.ts';
import { createSecret, type Secret } from '../secret.ts';
import type { TokenKey } from '../setting-types.ts';

/** NIST SP 800-38D: 96 bits chosen at random for each encryption; one key is good for 2^32 of them. */
const IV_BYTES = 12;
const TAG_BYTES = 16;
const CIPHER = 'aes-256-gcm';

/** Whose secret it is. An envelope copied to another owner or tenant does not open. */
export interface Owner {
  readonly tenantId: TenantId;
  readonly kind: 'credential' | 'signIn';
  readonly id: string;
}

export interface Keyring {
  /** The key that encrypts; null when the settings name none. */
  readonly firstKeyId: string | null;
  /** Throws `token-keys-missing`. */
  seal(secret: Secret, owner: Owner): SealedSecret;
  /** Throws `token-key-unknown` when the key is not in the ring, `secret-unreadable` when it is another key or owner. */
  open(sealed: SealedSecret, owner: Owner): Secret;
}

/** A ring of keys: the first encrypts, all decrypt. */
export function createKeyring(tokenKeys: readonly TokenKey[]): Keyring {
  const keys = new Map(tokenKeys.map(({ id, key }) => [id, Buffer.from(key.reveal(), 'base64')]));
  const firstKeyId = tokenKeys[0]?.id ?? null;

  return {
    firstKeyId,
    seal: (secret, owner) => {
      const key = firstKeyId === null ? undefined : keys.get(firstKeyId);
      if (firstKeyId === null || key === undefined) throw new AppError('token-keys-missing');
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES }).setAAD(bindingOf(owner));
      const data = Buffer.concat([cipher.update(secret.reveal(), 'utf8'), cipher.final()]);
      const tag = cipher.getAuthTag();
      return {
        v: 1,
        keyId: firstKeyId,
        ...{ iv: iv.toString('base64'), tag: tag.toString('base64'), data: data.toString('base64') },
      };
    },
    open: (sealed, owner) => {
      const key = keys.get(sealed.keyId);
      if (key === undefined) throw new AppError('token-key-unknown', { keyId: sealed.keyId });
      try {
        const iv = Buffer.from(sealed.iv, 'base64');
        const decipher = createDecipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES })
          .setAAD(bindingOf(owner))
          .setAuthTag(Buffer.from(sealed.tag, 'base64'));
        const data = decipher.update(Buffer.from(sealed.data, 'base64'));
        return createSecret(Buffer.concat([data, decipher.final()]).toString('utf8'));
      } catch (error) {
        throw new AppError('secret-unreadable', { keyId: sealed.keyId }, error);
      }
    },
  };
}

/** JSON, so that no two owners have the same text. */
const bindingOf = ({ tenantId, kind, id }: Owner) => Buffer.from(JSON.stringify([1, tenantId, kind, id]));

/** A new key for ROLLCALL_TOKEN_KEYS, `id:key`. The id is the day and some chance, so that keys can be told apart. */
export function makeTokenKey(now: Date): string {
  const id = `${now.toISOString().slice(0, 10).replaceAll('-', '')}-${randomBytes(2).toString('hex')}`;
  return `${id}:${randomBytes(32).toString('base64')}`;
}
