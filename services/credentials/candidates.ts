// Which credentials may read what, in which order, and which failures end the use of one. Pure.
import { CAPABILITIES, type Capability, type Credential } from '../directory/credential.ts';
import { ERRORS, isErrorCode, toAppError } from '../errors.ts';
import { isOwnProof } from './aadsts.ts';

/**
 * Those for exactly this first, then the app itself; each in its order. Domains may in the end be read by who reads
 * users: the organization names its domains to everybody who signed in.
 */
export function candidatesFor(
  capability: Capability,
  credentials: readonly Credential[],
): readonly Credential[] {
  const ordered = (grant: Credential['grant']) =>
    credentials
      .filter((credential) => credential.grant === grant)
      .sort((one, other) => one.position - other.position);
  const own = [...ordered(capability), ...ordered('everything')];
  return capability === 'domains' ? [...own, ...ordered('users')] : own;
}

export const hasFailed = ({ health }: Credential): boolean => health.state === 'failed';

/** What a credential is for. */
export const capabilitiesOf = ({ grant }: Pick<Credential, 'grant'>): readonly Capability[] =>
  grant === 'everything' ? CAPABILITIES : [grant];

/** Whose failure it is: credentials of one account fail together. */
export const accountKey = ({ account }: Pick<Credential, 'account'>): string => account?.objectId ?? 'app';

/** Whether what the app proves itself with is wrong by the settings of this process; another may have better ones. */
export function isOwnProofTrouble(thrown: unknown): boolean {
  const { code, details } = toAppError(thrown);
  if (code === 'bad-settings') return true;
  return code === 'sign-in-failed' && typeof details.aadsts === 'number' && isOwnProof(details.aadsts);
}

/** Whether only the operator can help: that, or a key is missing. No account fails for it. */
export const isOperatorTrouble = (thrown: unknown): boolean =>
  isOwnProofTrouble(thrown) || toAppError(thrown).kind === 'config';

const SIGN_IN_CODE = /^AADSTS(\d+)$/;

/** Whether such trouble stood in its way when it was last tried. */
export function isClosed({ health }: Pick<Credential, 'health'>): boolean {
  if (health.state !== 'warning') return false;
  const { code } = health.problem;
  const [, aadsts] = SIGN_IN_CODE.exec(code) ?? [];
  if (aadsts !== undefined) return isOwnProof(Number(aadsts));
  return isErrorCode(code) && ERRORS[code].kind === 'config';
}

/**
 * Whether this failure is for good, so that the next credential has to carry on. What passes by itself (network, 5xx,
 * throttling, a database that is away) is not.
 */
export function isForGood(thrown: unknown): boolean {
  const { code, kind } = toAppError(thrown);
  return kind === 'config' || FOR_GOOD.has(code);
}

const FOR_GOOD: ReadonlySet<string> = new Set(['sign-in-failed', 'graph-unauthorized', 'graph-forbidden']);
