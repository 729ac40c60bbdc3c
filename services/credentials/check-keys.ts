// Whether the keys of the settings open everything that is kept. Changes nothing: a wrong key is for the operator to
// put right, and until then every secret stays as it is.
import type { CredentialStore } from '../directory/credential-store.ts';
import type { KeyProblem } from '../check-health.ts';
import { toAppError } from '../errors.ts';
import type { Log } from '../log.ts';
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

/** A check for as long as this process lives: says what is wrong, and logs it when that changes. */
export function createKeyCheck(
  credentials: Pick<CredentialStore, 'listSecrets'>,
  keyring: Keyring,
  log: Log,
): () => Promise<KeyProblem | null> {
  let said: string | null = null;
  return async () => {
    const report = await checkKeys(credentials, keyring);
    const problem = explainKeys(report);
    const { missingKeyIds, wrongKeyIds, good } = report;
    if (problem !== null && problem !== said)
      log.error('token-keys.wrong', { problem, missingKeyIds, wrongKeyIds, good });
    if (problem === null && said !== null) log.info('token-keys.right');
    said = problem;
    return problem === null ? null : { text: problem, total: good === 0 };
  };
}
