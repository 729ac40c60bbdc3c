// When an account's authorization will end, as far as that can be known. Pure.
import type { Credential } from '../directory/credential.ts';
import type { SecretExpiry } from '../directory/credential-store.ts';
import type { AppError } from '../errors.ts';

const DAY_MS = 86_400_000;
/** Entra docs: refresh token lifetime. */
const IDLE_DAYS = 90;

/** AADSTS number of a sign-in frequency that has run out (Entra docs: error codes). */
const SIGN_IN_AGAIN = 70043;

/** When a refresh token that is used now ends if it is never used again. */
export const idleExpiry = (now: Date): SecretExpiry => ({
  expiresAt: new Date(now.getTime() + IDLE_DAYS * DAY_MS),
  expiryOf: 'idleRefreshToken',
});

/**
 * The same, for an account that may have to sign in again from time to time. Microsoft tells such a rule to nobody
 * before it has ended an authorization for the first time: then `signInPeriodMs` is learnt. A refresh that works after
 * the period shows that the rule is gone.
 */
export function accountExpiry(
  { authorizedAt, signInPeriodMs }: Pick<Credential, 'authorizedAt' | 'signInPeriodMs'>,
  now: Date,
): SecretExpiry {
  const idle = idleExpiry(now);
  if (signInPeriodMs === null) return idle;
  const signInBy = new Date(authorizedAt.getTime() + signInPeriodMs);
  if (signInBy <= now || (idle.expiresAt !== null && idle.expiresAt <= signInBy)) return idle;
  return { expiresAt: signInBy, expiryOf: 'signInFrequency' };
}

/**
 * How often this account must sign in, as a refusal teaches it: what Microsoft says of it, or else the longest time for
 * which the authorization is known to have worked. Null for every other refusal.
 */
export function learnSignInPeriod(
  {
    authorizedAt,
    lastUsedAt,
    lastTestedAt,
  }: Pick<Credential, 'authorizedAt' | 'lastUsedAt' | 'lastTestedAt'>,
  { details }: AppError,
  now: Date,
): number | null {
  if (details.aadsts !== SIGN_IN_AGAIN) return null;
  if (typeof details.lifetimeMs === 'number') return details.lifetimeMs;
  const worked = Math.max(lastUsedAt?.getTime() ?? 0, lastTestedAt?.getTime() ?? 0) - authorizedAt.getTime();
  return worked > 0 ? worked : Math.max(1, now.getTime() - authorizedAt.getTime());
}
