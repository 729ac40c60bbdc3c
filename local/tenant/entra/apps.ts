// Registered applications: secrets, consented permissions, whether they may be used. No tokens here.
import { timingSafeEqual } from 'node:crypto';

/** An application as it is registered when the tenant starts. */
export interface AppRegistration {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly name: string;
  /** Application permissions of Graph that are registered and consented. */
  readonly graphPermissions: readonly string[];
  /** Delegated permissions of Graph that are consented; those of the same names as the above when not given. */
  readonly delegatedPermissions?: readonly string[];
  /** Exact redirect URIs; without a list, any https address and any address on this machine is good. */
  readonly redirectUris?: readonly string[];
  /** Public keys (PEM) whose certificate assertions are accepted. */
  readonly certificateKeys?: readonly string[];
  /** Issuers outside whose tokens stand for the app (Entra docs: workload identity federation). */
  readonly federatedCredentials?: readonly FederatedCredential[];
}

export interface FederatedCredential {
  readonly issuer: string;
  readonly subject: string;
  /** `api://AzureADTokenExchange` when not given. */
  readonly audience?: string;
  /** Public key (PEM) of the issuer, which Entra would fetch from it. */
  readonly key: string;
}

export interface App extends AppRegistration {
  /** What the registration lists; `.default` consent grants exactly this. */
  readonly registeredPermissions: readonly string[];
  /** What is consented now: roles of the app, and scopes of people. */
  graphPermissions: readonly string[];
  delegatedPermissions: readonly string[];
  /** AADSTS number with which Conditional Access for workload identities refuses the app. */
  conditionalAccess: number | null;
  disabled: boolean;
  secretExpired: boolean;
}

export interface Apps {
  list(): readonly App[];
  find(clientId: string): App | undefined;
}

export function createApps(registrations: readonly AppRegistration[]): Apps {
  const apps = registrations.map((registration): App => ({
    ...registration,
    registeredPermissions: registration.graphPermissions,
    delegatedPermissions: registration.delegatedPermissions ?? registration.graphPermissions,
    conditionalAccess: null,
    disabled: false,
    secretExpired: false,
  }));
  return {
    list: () => apps,
    find: (clientId) => apps.find((app) => app.clientId.toLowerCase() === clientId.toLowerCase()),
  };
}

export function isSecretOf(app: App, secret: string): boolean {
  const [known, given] = [Buffer.from(app.clientSecret), Buffer.from(secret)];
  return known.length === given.length && timingSafeEqual(known, given);
}

/** Whether the app may be answered at `uri`. */
export function isRedirectOf(app: App, uri: string): boolean {
  if (app.redirectUris) return app.redirectUris.includes(uri);
  if (!URL.canParse(uri)) return false;
  const { protocol, hostname } = new URL(uri);
  return protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1'].includes(hostname));
}
