// POST /{tenant}/oauth2/v2.0/token: client credentials (secret or certificate), authorization code with PKCE,
// refresh tokens (Entra docs: OAuth 2.0 flows).
import { createPublicKey } from 'node:crypto';
import { decodeJwt, jwtVerify } from 'jose';
import type { App, Apps } from './apps.ts';
import { isSecretOf } from './apps.ts';
import { SignInError } from './aadsts.ts';
import type { Grants } from './grants.ts';
import { checkFederatedAssertion } from './federated-assertion.ts';
import { parseScopes } from './scopes.ts';
import type { SeenSecrets } from './seen-secrets.ts';
import type { Scopes } from './scopes.ts';
import { mintAccessToken, mintIdToken } from './tokens.ts';
import type { TokenParts } from './tokens.ts';
import { twistAnswer, twistedClaims } from './twists.ts';
import type { Twist } from './twists.ts';
import type { Perform } from '../history.ts';
import type { User } from '../model.ts';

export interface EntraParts extends TokenParts {
  readonly apps: Apps;
  readonly grants: Grants;
  readonly seenSecrets: SeenSecrets;
  /** Consent given on a page changes the tenant. */
  readonly perform: Perform;
  /** Names of Graph as a resource; the first is the one meant when none is given. */
  readonly graphNames: () => readonly string[];
}

const secretFields = [
  ['code_verifier', 'a code verifier'],
  ['client_assertion', 'a client assertion'],
  ['refresh_token', 'a refresh token'],
  ['access_token', 'an access token'],
  ['id_token', 'an id token'],
] as const;

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** What was sent and what was given, for tests that look for it elsewhere. */
function noteSecrets({ seenSecrets }: EntraParts, form: URLSearchParams, answer: object): void {
  for (const [name, kind] of secretFields) {
    const values = [form.get(name), Reflect.get(answer, name)];
    for (const value of values) if (typeof value === 'string') seenSecrets.note(kind, value);
  }
}

/** The answer of the token endpoint as a JSON value; throws SignInError. `tenant` is the first part of the path. */
export async function grantToken(
  parts: EntraParts,
  tenant: string,
  form: URLSearchParams,
  twist?: Twist,
): Promise<object> {
  const answer = await answerGrant(parts, tenant, form, twist);
  noteSecrets(parts, form, answer);
  return answer;
}

async function answerGrant(
  parts: EntraParts,
  tenant: string,
  form: URLSearchParams,
  twist: Twist | undefined,
): Promise<object> {
  const app = findApp(parts, form);
  const grantType = form.get('grant_type');
  await proveClient(parts, app, form);
  switch (grantType) {
    case 'client_credentials':
      if (['common', 'organizations', 'consumers'].includes(tenant)) throw new SignInError(9001023);
      return twistAnswer(twist, await clientCredentials(parts, app, form));
    case 'authorization_code':
      return twistAnswer(twist, await authorizationCode(parts, app, form, twist));
    case 'refresh_token':
      return twistAnswer(twist, await refreshToken(parts, app, form));
    case null:
      throw new SignInError(900144);
    default:
      throw new SignInError(9002313);
  }
}

function findApp(parts: EntraParts, form: URLSearchParams): App {
  const clientId = form.get('client_id');
  if (clientId === null) throw new SignInError(900144);
  const app = parts.apps.find(clientId);
  if (!app) throw new SignInError(700016);
  if (app.disabled) throw new SignInError(7000112);
  return app;
}

async function proveClient(parts: EntraParts, app: App, form: URLSearchParams): Promise<void> {
  const assertion = form.get('client_assertion');
  if (assertion !== null && form.get('client_assertion_type') === assertionType)
    return checkAssertion(parts, app, assertion);
  const secret = form.get('client_secret');
  if (secret === null) throw new SignInError(7000218);
  if (!isSecretOf(app, secret)) throw new SignInError(7000215);
  if (app.secretExpired) throw new SignInError(7000222);
}

/** A certificate assertion: signed by a registered key, by and about the app, to this endpoint, in time. */
async function checkAssertion(parts: EntraParts, app: App, assertion: string): Promise<void> {
  const { iss } = decodeClaims(assertion);
  if (iss !== undefined && iss !== app.clientId) return checkFederatedAssertion(app, assertion);
  for (const pem of app.certificateKeys ?? []) {
    try {
      await jwtVerify(assertion, createPublicKey(pem), {
        algorithms: ['RS256', 'PS256'],
        issuer: app.clientId,
        subject: app.clientId,
        clockTolerance: 300,
        currentDate: new Date(),
        requiredClaims: ['exp', 'jti', 'aud'],
      });
      const { aud } = decodeClaims(assertion);
      if (typeof aud === 'string' && aud.startsWith(`${parts.origin()}/`)) return;
    } catch (error) {
      // The next registered key may be the right one.
      if (!(error instanceof Error)) throw error;
    }
  }
  throw new SignInError(700027);
}

function decodeClaims(token: string): { aud?: unknown; iss?: unknown } {
  try {
    return decodeJwt(token);
  } catch {
    // No token at all: it fails where a good one is wanted.
    return {};
  }
}

/** A token is issued even when the app has no roles: then there is no `roles` claim. */
async function clientCredentials(parts: EntraParts, app: App, form: URLSearchParams): Promise<object> {
  const scopes = parseScopes(form.get('scope') ?? undefined, parts.graphNames());
  if (!scopes.wantsAll) throw new SignInError(70011);
  if (scopes.isGraph && app.conditionalAccess !== null) throw new SignInError(app.conditionalAccess);
  const roles = scopes.isGraph ? app.graphPermissions.filter((permission) => permission !== 'User.Read') : [];
  const { token, expiresIn } = await mintAccessToken(parts, app, scopes.audience, undefined, roles);
  return { token_type: 'Bearer', expires_in: expiresIn, ext_expires_in: expiresIn, access_token: token };
}

async function authorizationCode(
  parts: EntraParts,
  app: App,
  form: URLSearchParams,
  twist: Twist | undefined,
): Promise<object> {
  const text = form.get('code');
  if (text === null) throw new SignInError(900144);
  const { user, code } = parts.grants.redeemCode(
    text,
    app,
    form.get('redirect_uri') ?? undefined,
    form.get('code_verifier') ?? undefined,
  );
  const scope = form.get('scope') ?? code.s;
  return delegated(parts, app, user, parseScopes(scope, parts.graphNames()), code.t, code.n, twist);
}

async function refreshToken(parts: EntraParts, app: App, form: URLSearchParams): Promise<object> {
  const text = form.get('refresh_token');
  if (text === null) throw new SignInError(900144);
  const { user, scope, signedInAtMs } = parts.grants.redeemRefreshToken(text, app);
  // A refresh keeps what the sign-in asked for besides the permissions.
  const asked = form.get('scope') ?? scope;
  const kept = scope.split(' ').filter((word) => ['offline_access', 'openid', 'profile'].includes(word));
  return delegated(
    parts,
    app,
    user,
    parseScopes([...new Set([...asked.split(' '), ...kept])].join(' '), parts.graphNames()),
    signedInAtMs,
    undefined,
  );
}

async function delegated(
  parts: EntraParts,
  app: App,
  user: User,
  scopes: Scopes,
  signedInAtMs: number,
  nonce: string | undefined,
  twist?: Twist,
): Promise<object> {
  const granted = scopes.wantsAll
    ? app.delegatedPermissions
    : scopes.permissions.filter(
        (permission) => permission === 'User.Read' || app.delegatedPermissions.includes(permission),
      );
  // What everybody may accept alone does not stand for what was withdrawn.
  const isReal = (permission: string): boolean => permission !== 'User.Read';
  if (scopes.permissions.some(isReal) && !granted.some(isReal)) throw new SignInError(65001);
  const { token, expiresIn } = await mintAccessToken(parts, app, scopes.audience, user, granted);
  const kept = [...scopes.openId, ...granted].join(' ');
  return {
    token_type: 'Bearer',
    scope: [...scopes.openId.filter((word) => word !== 'offline_access'), ...granted].join(' '),
    expires_in: expiresIn,
    ext_expires_in: expiresIn,
    access_token: token,
    ...(scopes.openId.includes('offline_access')
      ? { refresh_token: parts.grants.issueRefreshToken(app, user, kept, signedInAtMs) }
      : {}),
    ...(scopes.openId.includes('openid')
      ? { id_token: await mintIdToken(parts, app, user, nonce, twistedClaims(twist, parts.origin())) }
      : {}),
  };
}
