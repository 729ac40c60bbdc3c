// What stands in the tokens of the local Entra (Entra docs: access token claims, id token claims).
import { createHash } from 'node:crypto';
import type { TenantClock } from '../clock.ts';
import type { Directory } from '../directory.ts';
import type { User } from '../model.ts';
import type { Settings } from '../settings.ts';
import type { App } from './apps.ts';
import type { SigningKey } from './signing-key.ts';

export interface TokenParts {
  readonly directory: Directory;
  readonly key: SigningKey;
  readonly clock: TenantClock;
  readonly settings: Settings;
  /** `https://localhost:3981`. */
  readonly origin: () => string;
}

/** The audience of a Bot Connector token (Bot Framework docs: authentication). */
export const connectorAudience = 'https://api.botframework.com';

/** Role template id that every ordinary member carries in `wids`. */
const memberWid = 'b79fbf4d-3ef9-4689-8143-76b194e85509';

/** `issuer` of discovery and of all tokens. */
export function issuerOf(parts: Pick<TokenParts, 'directory' | 'origin'>): string {
  return `${parts.origin()}/${parts.directory.tenantId}/v2.0`;
}

/** Graph judges by the tenant's clock, which may be advanced; all others have only real time. */
function issueTimeMs(parts: TokenParts, audience: string): number {
  return audience === connectorAudience ? Date.now() : parts.clock.nowMs();
}

/** An access token for an app (`user` undefined: roles) or for a person (scopes), and its life in seconds. */
export async function mintAccessToken(
  parts: TokenParts,
  app: App,
  audience: string,
  user: User | undefined,
  permissions: readonly string[],
): Promise<{ readonly token: string; readonly expiresIn: number }> {
  const issued = Math.floor(issueTimeMs(parts, audience) / 1000);
  const expiresIn = Math.floor(parts.settings.accessTokenLifetimeMs / 1000) - 1;
  const granted = user
    ? { scp: permissions.join(' ') }
    : permissions.length > 0
      ? { roles: [...permissions] }
      : {};
  const token = await parts.key.sign({
    aud: audience,
    iss: issuerOf(parts),
    iat: issued,
    nbf: issued - 300,
    exp: issued + expiresIn,
    appid: app.clientId,
    azp: app.clientId,
    appidacr: '1',
    app_displayname: app.name,
    idtyp: user ? 'user' : 'app',
    oid: user?.id ?? servicePrincipalId(app),
    sub: user ? pairwise(app, user) : servicePrincipalId(app),
    tid: parts.directory.tenantId,
    ver: '1.0',
    ...(user
      ? {
          name: user.facts.displayName,
          upn: user.facts.userPrincipalName,
          wids: widsOf(parts.directory, user),
        }
      : {}),
    ...granted,
  });
  return { token, expiresIn };
}

/** An id token; it is checked by clients, so it lives in real time. `instead` replaces claims by wrong ones. */
export function mintIdToken(
  parts: TokenParts,
  app: App,
  user: User,
  nonce: string | undefined,
  instead: Readonly<Record<string, string>> = {},
): Promise<string> {
  const issued = Math.floor(Date.now() / 1000);
  return parts.key.sign({
    aud: app.clientId,
    iss: issuerOf(parts),
    iat: issued,
    nbf: issued - 300,
    exp: issued + 3900,
    ver: '2.0',
    tid: parts.directory.tenantId,
    oid: user.id,
    sub: pairwise(app, user),
    name: user.facts.displayName,
    preferred_username: user.facts.userPrincipalName,
    ...(user.facts.mail === null ? {} : { email: user.facts.mail }),
    ...(parts.settings.rolesInIdToken ? { wids: widsOf(parts.directory, user) } : {}),
    // Says that somebody is a guest: where the account is at home.
    ...(user.facts.userType === 'Guest' ? { idp: 'https://sts.windows.net/guest-home/' } : {}),
    ...(nonce === undefined ? {} : { nonce }),
    ...instead,
  });
}

/** Template ids of the roles that somebody holds directly. */
export function widsOf(directory: Directory, user: User): string[] {
  return [
    ...directory.roles.filter((role) => role.holders.has(user.id)).map((role) => role.roleTemplateId),
    memberWid,
  ];
}

function pairwise(app: App, user: User): string {
  return createHash('sha256').update(`${app.clientId}:${user.id}`).digest('base64url');
}

function servicePrincipalId(app: App): string {
  const hex = createHash('sha256').update(`service principal ${app.clientId}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
