// Conditional Access as far as sign-in meets it: a policy refuses with its AADSTS number, for good or until the person
// signs in again. Pure; who is under a policy is kept by the directory.
import type { ConditionalAccess } from '../model.ts';
import { SignInError } from './aadsts.ts';

/** What a person can satisfy at the sign-in page: a second factor, a new session. The others block. */
const curable: ReadonlySet<string | undefined> = new Set([
  'basic_action',
  'bad_token',
  'token_expired',
  'user_password_expired',
]);

/**
 * Throws when the policy refuses. `signedInAtMs` is when the person last met the sign-in page: what can be satisfied
 * there is satisfied by having been there since the policy began, or, with a sign-in frequency, not too long ago.
 */
export function enforceConditionalAccess(
  policy: ConditionalAccess | null,
  signedInAtMs: number,
  nowMs: number,
): void {
  if (!policy) return;
  if (policy.lifetimeMs !== undefined) {
    if (nowMs - signedInAtMs < policy.lifetimeMs) return;
    // The only place where Entra tells how long a sign-in is good for (Entra docs: error codes, AADSTS70043).
    throw new SignInError(
      policy.code,
      ` The token was issued on ${new Date(signedInAtMs).toISOString()} and the maximum allowed lifetime for this request is ${Math.floor(policy.lifetimeMs / 1000)}.`,
    );
  }
  const refusal = new SignInError(policy.code);
  if (curable.has(refusal.failure.suberror) && signedInAtMs >= policy.fromMs) return;
  throw refusal;
}
