// THE table of permissions that each authorization asks for (Graph docs: permissions reference), and the comparison of
// what was granted with it. Pure; asks Microsoft for nothing.
import type { AppConsent, Capability, Grant } from '../directory/credential.ts';
import type { TenantId } from '../directory/ids.ts';

/** Delegated permissions by capability, without the resource. */
const DELEGATED: Readonly<Record<Capability, readonly string[]>> = {
  users: ['User.Read.All'],
  groups: ['GroupMember.Read.All', 'Member.Read.Hidden'],
  domains: ['Domain.Read.All'],
};

/** Without these a capability can still be read, with less. */
const OPTIONAL: ReadonlySet<string> = new Set(['Member.Read.Hidden']);

/** Who signed in and which roles she holds (Graph docs: get user, list memberOf). Needs no administrator. */
const SIGNED_IN = 'User.Read';

/** Application permissions for everything. */
export const APP_PERMISSIONS: readonly string[] = Object.values(DELEGATED).flat();

export interface Scopes {
  /** As MSAL wants them: with the resource. MSAL adds `openid profile offline_access` itself. */
  readonly scopes: string[];
  /** Permissions without the resource, without which the authorization is of no use. */
  readonly needed: readonly string[];
}

/**
 * The scopes of a sign-in. For everything, the app itself reads: the sign-in then proves only who asks.
 * `graphResource` is the origin of Graph in the cloud: national clouds need their own prefix.
 */
export function scopesFor(grant: Grant, graphResource: string): Scopes {
  const wanted = grant === 'everything' ? [] : DELEGATED[grant];
  return {
    scopes: [...wanted, SIGNED_IN].map((permission) => `${graphResource}/${permission}`),
    needed: wanted.filter((permission) => !OPTIONAL.has(permission)),
  };
}

/** Which of the needed permissions were not granted; Microsoft writes scopes with and without the resource. */
export function missingScopes(needed: readonly string[], granted: readonly string[]): readonly string[] {
  const names = new Set(granted.map((scope) => scope.slice(scope.lastIndexOf('/') + 1).toLowerCase()));
  return needed.filter((permission) => !names.has(permission.toLowerCase()));
}

/** Permissions of the app against what it needs. */
export function compareConsent(granted: ReadonlySet<string>): AppConsent {
  return {
    granted: [...granted].sort(),
    missing: APP_PERMISSIONS.filter((permission) => !granted.has(permission)),
    unneeded: [...granted].filter((permission) => !APP_PERMISSIONS.includes(permission)).sort(),
  };
}

/** Where a Global Administrator grants what is registered (Entra docs: admin consent, v2.0). */
export function consentUrl(options: {
  readonly entraUrl: string;
  readonly clientId: string;
  readonly graphResource: string;
  readonly redirectUri: string;
  readonly tenantId: TenantId;
  /** Comes back with the answer. */
  readonly state: string;
}): string {
  const query = new URLSearchParams({
    client_id: options.clientId,
    scope: `${options.graphResource}/.default`,
    redirect_uri: options.redirectUri,
    state: options.state,
  });
  return `${options.entraUrl}/${options.tenantId}/v2.0/adminconsent?${query.toString()}`;
}
