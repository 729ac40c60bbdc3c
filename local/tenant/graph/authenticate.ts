// Checks access tokens as Graph does and says what is wrong in its words (Graph docs: authorization errors).
import { jwtVerify, errors } from 'jose';
import { z } from 'zod';
import type { TenantClock } from '../clock.ts';
import type { Directory } from '../directory.ts';
import type { Apps } from '../entra/apps.ts';
import type { SigningKey } from '../entra/signing-key.ts';
import type { User } from '../model.ts';
import type { Settings } from '../settings.ts';
import type { Principal } from './principal.ts';
import { GraphError } from './response.ts';

const claimsShape = z.object({
  exp: z.number(),
  tid: z.string(),
  appid: z.string(),
  oid: z.string(),
  roles: z.array(z.string()).default([]),
  scp: z.string().optional(),
});

interface Known {
  readonly principal: Principal;
  readonly expiresAtMs: number;
}

/** Answers who calls; throws Graph's 401. */
export type Authenticate = (authorization: string | undefined) => Promise<Principal>;

const maxRemembered = 1000;

/** `audiences` are the names under which this Graph accepts tokens. */
export function createAuthenticate(parts: {
  readonly directory: Directory;
  readonly apps: Apps;
  readonly key: SigningKey;
  readonly clock: TenantClock;
  readonly settings: Settings;
  readonly audiences: () => readonly string[];
}): Authenticate {
  const remembered = new Map<string, Known>();

  async function verify(token: string): Promise<Known> {
    const { payload } = await jwtVerify(token, await parts.key.publicKey(), {
      algorithms: ['RS256'],
      audience: [...parts.audiences()],
      currentDate: new Date(parts.clock.nowMs()),
      clockTolerance: 300,
    });
    const claims = claimsShape.parse(payload);
    if (claims.tid !== parts.directory.tenantId)
      throw invalidToken('Access token validation failure. Invalid tenant.');
    const user = claims.scp === undefined ? undefined : parts.directory.byId(claims.oid);
    const permissions = new Set(claims.scp === undefined ? claims.roles : claims.scp.split(' '));
    const principal = { clientId: claims.appid, permissions, user: user?.kind === 'user' ? user : undefined };
    return { principal, expiresAtMs: claims.exp * 1000 };
  }

  async function lookUp(token: string): Promise<Known> {
    const known = remembered.get(token);
    if (known) return known;
    const checked = await verify(token).catch((problem: unknown) => {
      throw explain(problem);
    });
    if (remembered.size >= maxRemembered) remembered.clear();
    remembered.set(token, checked);
    return checked;
  }

  return async (authorization) => {
    const token = /^Bearer\s+(.*)$/iu.exec(authorization ?? '')?.[1]?.trim() ?? '';
    if (token === '') throw invalidToken('Access token is empty.');
    const { principal, expiresAtMs } = await lookUp(token);
    if (expiresAtMs <= parts.clock.nowMs())
      throw invalidToken('Lifetime validation failed, the token is expired.');
    const app = parts.apps.find(principal.clientId);
    if (!app)
      throw new GraphError(
        401,
        'Authorization_IdentityNotFound',
        'The identity of the calling application could not be established.',
      );
    if (app.disabled)
      throw new GraphError(
        401,
        'Authorization_IdentityDisabled',
        'The service principal of the calling application is disabled.',
      );
    if (parts.settings.checksAccounts) checkAccount(principal.user);
    return principal;
  };
}

/** The token of somebody who cannot sign in any more is worth nothing. */
function checkAccount(user: User | undefined): void {
  if (user && (user.state !== 'live' || !user.facts.accountEnabled))
    throw invalidToken('Access token validation failure. The account is disabled or deleted.');
}

export function invalidToken(message: string): GraphError {
  return new GraphError(401, 'InvalidAuthenticationToken', message, {
    'WWW-Authenticate':
      'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"',
  });
}

function explain(problem: unknown): GraphError {
  if (problem instanceof GraphError) return problem;
  if (problem instanceof errors.JWTExpired)
    return invalidToken('Lifetime validation failed, the token is expired.');
  if (problem instanceof errors.JWTClaimValidationFailed && problem.claim === 'aud') {
    return invalidToken('Access token validation failure. Invalid audience.');
  }
  if (problem instanceof errors.JWSSignatureVerificationFailed)
    return invalidToken('Signature validation failed.');
  return invalidToken('CompactToken parsing failed with error code: 80049217');
}
