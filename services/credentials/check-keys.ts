// Whether the keys of the settings open everything that is kept. Changes nothing: a wrong key is for the operator to
// put right, and until then every secret stays as it is.
import type { CredentialStore } from '../directory/credential-store.ts';
import { toAppError } from '../errors.ts';
import type { Keyring } from './keyring.ts';

export interface KeyReport {
  /** Secrets that open. */
  readonly good: number;
  /** Names of keys that are in use but not in the ring. */
  readonly missingKeyIds: readonly string[];
  /** Names of keys in the ring that are not the keys that encrypted. */
  readonly wrongKeyIds: readonly string[];
  /** Names of keys that encrypt something now. */
  readonly usedKeyIds: readonly string[];
}

/** Opens every kept secret once. Throws `database-unreachable`. */
export async function checkKeys(
  credentials: Pick<CredentialStore, 'listSecrets'>,
  keyring: Keyring,
): Promise<KeyReport> {
  const [used, missing, wrong] = [new Set<string>(), new Set<string>(), new Set<string>()];
  let good = 0;
  for (const { tenantId, id, sealed } of await credentials.listSecrets()) {
    used.add(sealed.keyId);
    try {
      keyring.open(sealed, { tenantId, kind: 'credential', id });
      good++;
    } catch (error) {
      (toAppError(error).code === 'token-key-unknown' ? missing : wrong).add(sealed.keyId);
    }
  }
  return { good, missingKeyIds: [...missing], wrongKeyIds: [...wrong], usedKeyIds: [...used] };
}

/** The report in the operator's words; null when all is well. Key ids are no secrets. */
export function explainKeys({ missingKeyIds, wrongKeyIds }: KeyReport): string | null {
  const quoted = (ids: readonly string[]) => ids.map((id) => `"${id}"`).join(', ');
  const problems = [
    ...(missingKeyIds.length > 0 ? [`lacks ${quoted(missingKeyIds)}, with which sign-ins are kept`] : []),
    ...(wrongKeyIds.length > 0 ? [`has another key under the name ${quoted(wrongKeyIds)}`] : []),
  ];
  if (problems.length === 0) return null;
  return `ROLLCALL_TOKEN_KEYS ${problems.join(' and ')}. Nothing is lost: put the former key back.`;
}
