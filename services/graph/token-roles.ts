// Which permissions an access token carries. Only reads claims; nobody relies on them for security.
import { decodeJwt } from 'jose';
import { z } from 'zod';

const claims = z.object({
  /** Application permissions. */
  roles: z.array(z.string()).catch([]),
  /** Delegated permissions, with blanks between. */
  scp: z.string().catch(''),
  /** Template ids of the directory roles of the person. */
  wids: z.array(z.string()).catch([]),
});

/** The permission without which hidden members are left out silently (Graph docs: list group members). */
const HIDDEN_MEMBERS = 'Member.Read.Hidden';

/** Global Administrator, User Administrator: to a person hidden members show only with a role besides. */
const SEE_HIDDEN: ReadonlySet<string> = new Set([
  '62e90394-69f5-4237-9190-012177145e10',
  'fe930be7-5e62-47db-91af-98c3a49a38b1',
]);

/**
 * Access tokens are Graph's own business and their form may change (Entra docs: access tokens), so that "not told" must
 * be the careful answer everywhere.
 */
function readClaims(accessToken: string): z.infer<typeof claims> {
  try {
    return claims.parse(decodeJwt(accessToken));
  } catch {
    return { roles: [], scp: '', wids: [] };
  }
}

/** The application permissions of a token; empty when it has none or cannot be read. */
export const readTokenRoles = (accessToken: string): ReadonlySet<string> =>
  new Set(readClaims(accessToken).roles);

/** Whether lists of members are whole with this token, also of groups that hide them. */
export function readsHiddenMembers(accessToken: string): boolean {
  const { roles, scp, wids } = readClaims(accessToken);
  if (roles.includes(HIDDEN_MEMBERS)) return true;
  return scp.split(' ').includes(HIDDEN_MEMBERS) && wids.some((id) => SEE_HIDDEN.has(id));
}
