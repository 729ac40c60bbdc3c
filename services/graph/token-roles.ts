// Which application permissions an access token carries. Only reads the claim; nobody relies on it for security.
import { decodeJwt } from 'jose';
import { z } from 'zod';

const claims = z.object({ roles: z.array(z.string()).default([]) });

/**
 * The `roles` of a token; empty when it has none or cannot be read. Access tokens are Graph's own business and their
 * form may change (Entra docs: access tokens), so that "not told" must be the careful answer everywhere.
 */
export function readTokenRoles(accessToken: string): ReadonlySet<string> {
  try {
    return new Set(claims.parse(decodeJwt(accessToken)).roles);
  } catch {
    return new Set();
  }
}
