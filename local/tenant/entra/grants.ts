// Authorization codes and refresh tokens. Codes live in memory for ten minutes; refresh tokens carry their state,
// so that they survive a restart, and are revoked through the user (Entra docs: refresh tokens).
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { TenantClock } from '../clock.ts';
import type { Directory } from '../directory.ts';
import type { Seal } from '../graph/seal.ts';
import type { User } from '../model.ts';
import { enforceConditionalAccess } from './conditional-access.ts';
import type { App } from './apps.ts';
import { SignInError } from './aadsts.ts';

const codeLifetimeMs = 10 * 60 * 1000;
const idleLifetimeMs = 90 * 24 * 60 * 60 * 1000;

const codeShape = z.object({
  /** Client, user, redirect URI, scope, nonce, code challenge, issue time. */
  c: z.string(),
  u: z.string(),
  r: z.string(),
  s: z.string(),
  n: z.string().optional(),
  h: z.string().optional(),
  t: z.number(),
});
export type Code = z.infer<typeof codeShape>;

const refreshShape = z.object({
  /** Client, user, scope, issue time, number. */
  c: z.string(),
  u: z.string(),
  s: z.string(),
  t: z.number(),
  x: z.number(),
  /** When the person was last at the sign-in page; the refresh tokens of one sign-in share it. */
  a: z.number().optional(),
});

export interface Grants {
  issueCode(code: Omit<Code, 't'>): string;
  /** Redeems a code once; throws the matching SignInError. */
  redeemCode(
    text: string,
    app: App,
    redirectUri: string | undefined,
    verifier: string | undefined,
  ): { user: User; code: Code };
  issueRefreshToken(app: App, user: User, scope: string, signedInAtMs: number): string;
  /** Who, for which scopes, and since when; the token itself stays good, as at Entra. */
  redeemRefreshToken(text: string, app: App): { user: User; scope: string; signedInAtMs: number };
}

export function createGrants(directory: Directory, clock: TenantClock, seal: Seal): Grants {
  const redeemed = new Set<string>();
  let issued = 0;

  function usable(id: string): User {
    const user = directory.byId(id);
    if (user?.kind !== 'user' || user.state !== 'live') throw new SignInError(50034);
    if (!user.facts.accountEnabled) throw new SignInError(50057);
    return user;
  }

  return {
    issueCode: (code) => seal.close({ ...code, t: clock.nowMs() }),
    redeemCode(text, app, redirectUri, verifier) {
      const code = seal.open(text, codeShape);
      if (code?.c !== app.clientId) throw new SignInError(9002313);
      if (redeemed.has(text)) throw new SignInError(54005);
      if (code.t + codeLifetimeMs <= clock.nowMs()) throw new SignInError(70008);
      if (code.r !== redirectUri) throw new SignInError(50011);
      if (code.h !== undefined && challengeOf(verifier ?? '') !== code.h) throw new SignInError(501481);
      redeemed.add(text);
      return { user: usable(code.u), code };
    },
    issueRefreshToken(app, user, scope, signedInAtMs) {
      issued += 1;
      const token = { c: app.clientId, u: user.id, s: scope, t: clock.nowMs(), x: issued, a: signedInAtMs };
      return seal.close(token);
    },
    redeemRefreshToken(text, app) {
      const token = seal.open(text, refreshShape);
      if (token?.c !== app.clientId) throw new SignInError(70000);
      if (token.t + idleLifetimeMs <= clock.nowMs()) throw new SignInError(700082);
      const user = usable(token.u);
      if (token.t < user.sessionsFromMs) throw new SignInError(50173);
      const signedInAtMs = token.a ?? token.t;
      enforceConditionalAccess(user.conditionalAccess, signedInAtMs, clock.nowMs());
      return { user, scope: token.s, signedInAtMs };
    },
  };
}

/** S256 (RFC 7636). */
export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}
