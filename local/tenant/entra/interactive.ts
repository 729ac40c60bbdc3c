// Serves what a person meets: authorize (authorization code with PKCE) and admin consent. There is no session: an
// account is picked each time.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Faults } from '../faults.ts';
import { readBody } from '../http.ts';
import type { User } from '../model.ts';
import { SignInError } from './aadsts.ts';
import { errorFields, landing, mayConsent, missingConsent, parseAuthorization } from './authorization.ts';
import type { AuthorizationRequest, Landing } from './authorization.ts';
import { enforceConditionalAccess } from './conditional-access.ts';
import {
  approvalNeededPage,
  blockedByPolicyPage,
  consentPage,
  errorPage,
  foreignAccountPage,
  postingPage,
  signInPage,
} from './pages.ts';
import { parseScopes } from './scopes.ts';
import type { EntraParts } from './token-endpoint.ts';

/** What the pages add to the parameters of the request. */
const choices = ['as', 'cancel', 'consent'];

type Answer = { readonly page: string; readonly status?: number } | Landing;
type Parts = EntraParts & { readonly faults: Faults };

/** Serves an interactive path (after the tenant); false when it is none. */
export async function serveInteractive(
  parts: Parts,
  path: string,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const isAdminConsent = path === 'adminconsent' || path === 'v2.0/adminconsent';
  if (path !== 'oauth2/v2.0/authorize' && !isAdminConsent) return false;
  const form = request.method === 'POST' ? new URLSearchParams(await readBody(request)) : url.searchParams;
  // Its second version demands a scope (Entra docs: admin consent).
  const complete = path !== 'v2.0/adminconsent' || form.has('scope');
  const answer = complete
    ? answerForm(parts, form, isAdminConsent, url)
    : { page: errorPage(new SignInError(900144)), status: 400 };
  send(response, answer);
  return true;
}

function answerForm(parts: Parts, form: URLSearchParams, isAdminConsent: boolean, url: URL): Answer {
  const parameters = new URLSearchParams([...form].filter(([name]) => !choices.includes(name)));
  try {
    const request = parseAuthorization(parts.apps, parameters);
    try {
      return isAdminConsent ? adminConsent(parts, request, form) : authorize(parts, request, form, url);
    } catch (error) {
      if (!(error instanceof SignInError)) throw error;
      return landing(request, errorFields(error));
    }
  } catch (error) {
    if (!(error instanceof SignInError)) throw error;
    return { page: errorPage(error), status: 400 };
  }
}

/** Who is blocked is told at Microsoft and not sent back (Entra docs: Conditional Access, what users see). */
function blockedPage(parts: Parts, user: User): { readonly page: string } | undefined {
  try {
    const nowMs = parts.clock.nowMs();
    enforceConditionalAccess(user.conditionalAccess, nowMs, nowMs);
    return undefined;
  } catch (error) {
    if (!(error instanceof SignInError)) throw error;
    return { page: blockedByPolicyPage(user, error) };
  }
}

function authorize(parts: Parts, request: AuthorizationRequest, form: URLSearchParams, url: URL): Answer {
  const { app, parameters } = request;
  if (parameters.get('response_type') !== 'code') throw new SignInError(9002313);
  if (parameters.get('prompt') === 'none') throw new SignInError(50058);
  const method = parameters.get('code_challenge_method');
  if (parameters.has('code_challenge') && method !== 'S256') throw new SignInError(50147);
  const missing = missingConsent(request, parts.graphNames());
  if (form.has('cancel')) return landing(request, cancelled(form.has('as') ? 65004 : undefined));
  const named = form.get('as');
  if (named === null || named.trim() === '')
    return { page: signInPage(app.name, orderedPeople(parts, parameters), parameters) };
  if (isForeign(parts, named)) return foreignAccount(app.name, named, parameters);
  const user = signIn(parts, named.trim());
  const blocked = blockedPage(parts, user);
  if (blocked) return blocked;
  const fault = parts.faults.find(['sign-in-error'], { method: 'GET', url: url.pathname, page: 1 });
  if (fault?.match.path !== undefined) {
    parts.faults.serve(fault);
    throw new SignInError(fault.options.code ?? 53003);
  }
  if (missing.length > 0 && form.get('consent') !== 'yes') {
    if (!mayConsent(parts.directory, user, missing, false))
      return { page: approvalNeededPage(app.name, user, parameters) };
    return { page: consentPage(app.name, user, missing, parameters, false) };
  }
  if (missing.length > 0) grant(parts, request, user, missing, false);
  const nonce = parameters.get('nonce');
  const challenge = parameters.get('code_challenge');
  const code = parts.seenSecrets.note(
    'an authorization code',
    parts.grants.issueCode({
      c: app.clientId,
      u: user.id,
      r: request.redirectUri,
      s: parameters.get('scope') ?? '',
      ...(nonce === null ? {} : { n: nonce }),
      ...(challenge === null ? {} : { h: challenge }),
    }),
  );
  return landing(request, { code, session_state: user.id });
}

/** Consent for the whole organization (Entra docs: admin consent): named scopes, or everything registered. */
function adminConsent(parts: Parts, request: AuthorizationRequest, form: URLSearchParams): Answer {
  const { app, parameters } = request;
  const scope = parameters.get('scope');
  const scopes = scope === null ? undefined : parseScopes(scope, parts.graphNames());
  const registered = scopes === undefined || scopes.wantsAll;
  const permissions = registered ? app.registeredPermissions : scopes.permissions;
  const denied = { ...cancelled(65004), admin_consent: 'True' };
  if (form.has('cancel')) return landing(request, denied);
  const named = form.get('as');
  if (named === null || named.trim() === '')
    return { page: signInPage(app.name, parts.directory.people, parameters) };
  if (isForeign(parts, named)) return foreignAccount(app.name, named, parameters);
  const user = signIn(parts, named.trim());
  const blocked = blockedPage(parts, user);
  if (blocked) return blocked;
  if (!mayConsent(parts.directory, user, permissions, registered)) {
    return { page: approvalNeededPage(app.name, user, parameters) };
  }
  if (form.get('consent') !== 'yes')
    return { page: consentPage(app.name, user, permissions, parameters, true) };
  grant(parts, request, user, permissions, registered);
  return landing(request, {
    admin_consent: 'True',
    tenant: parts.directory.tenantId,
    ...(scope === null ? {} : { scope }),
  });
}

function grant(
  parts: Parts,
  { app }: AuthorizationRequest,
  user: User,
  permissions: readonly string[],
  application: boolean,
): void {
  if (!mayConsent(parts.directory, user, permissions, application)) throw new SignInError(90094);
  const withNew = (before: readonly string[]): string[] => [...new Set([...before, ...permissions])];
  parts.perform({
    do: 'change-app',
    clientId: app.clientId,
    delegatedPermissions: withNew(app.delegatedPermissions),
    ...(application ? { graphPermissions: withNew(app.graphPermissions) } : {}),
  });
}

/** Whether the account is at home in another organization: its domain is none of this tenant. */
function isForeign({ directory }: Parts, name: string): boolean {
  const [, domain] = name.trim().toLowerCase().split('@');
  if (domain === undefined || directory.findUser(name.trim())) return false;
  return !directory.domains.some(({ id, isVerified }) => isVerified && id === domain);
}

/** Told at Microsoft, which offers to pick another account; nothing leads back to the application. */
const foreignAccount = (appName: string, name: string, parameters: URLSearchParams): Answer => ({
  page: foreignAccountPage(appName, name.trim(), new SignInError(50020), parameters),
  status: 400,
});

function signIn(parts: Parts, name: string): User {
  const user = parts.directory.findUser(name);
  if (!user) throw new SignInError(50034);
  if (!user.facts.accountEnabled) throw new SignInError(50057);
  return user;
}

/** Whom `login_hint` names comes first. */
function orderedPeople(parts: Parts, parameters: URLSearchParams): Parts['directory']['people'] {
  const hint = parameters.get('login_hint')?.toLowerCase();
  const isHinted = (name: string): number => (name.toLowerCase() === hint ? 0 : 1);
  return [...parts.directory.people].sort(
    (a, b) => isHinted(a.userPrincipalName) - isHinted(b.userPrincipalName),
  );
}

/** Cancel on the account page has a subcode and no number; on the consent page it is AADSTS65004. */
function cancelled(code: 65004 | undefined): Readonly<Record<string, string>> {
  return code === undefined
    ? { error: 'access_denied', error_subcode: 'cancel' }
    : errorFields(new SignInError(code));
}

function send(response: ServerResponse, answer: Answer): void {
  if ('page' in answer) {
    response.writeHead(answer.status ?? 200, {
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-store',
    });
    response.end(answer.page);
  } else if (answer.by === 'redirect') {
    response.writeHead(302, { Location: answer.to, 'Cache-Control': 'no-store' });
    response.end();
  } else {
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' });
    response.end(postingPage(answer.to, answer.fields));
  }
}
