// Answers of the token endpoint that look like success and are wrong in one thing. For readers that believe too much.
import type { FaultKind } from '../faults.ts';

/** The faults that change an answer instead of replacing it. */
export const twists = ['foreign-tenant', 'wrong-nonce', 'empty-token', 'no-refresh-token'] as const;
export type Twist = (typeof twists)[number] & FaultKind;

const foreignTenant = 'f0e1d2c3-b4a5-4968-8776-655443322110';

/** Claims that replace the true ones in the id token. `origin` is the sign-in service's. */
export function twistedClaims(twist: Twist | undefined, origin: string): Readonly<Record<string, string>> {
  if (twist === 'foreign-tenant') return { tid: foreignTenant, iss: `${origin}/${foreignTenant}/v2.0` };
  if (twist === 'wrong-nonce') return { nonce: 'not-the-nonce-that-was-sent' };
  return {};
}

/** The answer without what the twist takes away. */
export function twistAnswer(twist: Twist | undefined, answer: object): object {
  if (twist === 'empty-token') return { ...answer, access_token: '' };
  if (twist === 'no-refresh-token')
    return Object.fromEntries(Object.entries(answer).filter(([name]) => name !== 'refresh_token'));
  return answer;
}
