// Decides sign-in and consent: is the request valid, who may consent to what, where does the browser go. Pure
// apart from looking things up; pages.ts draws, interactive.ts serves.
import type { Directory } from '../directory.ts';
import type { User } from '../model.ts';
import { SignInError } from './aadsts.ts';
import type { App, Apps } from './apps.ts';
import { isRedirectOf } from './apps.ts';
import { parseScopes, userConsentable } from './scopes.ts';

/** A valid authorize or admin-consent request. */
export interface AuthorizationRequest {
  readonly app: App;
  readonly redirectUri: string;
  readonly parameters: URLSearchParams;
}

/** Checks what may never be redirected to: the app and its address. Throws SignInError for an error page. */
export function parseAuthorization(apps: Apps, parameters: URLSearchParams): AuthorizationRequest {
  const app = apps.find(parameters.get('client_id') ?? '');
  if (!app) throw new SignInError(parameters.has('client_id') ? 700016 : 900144);
  if (app.disabled) throw new SignInError(7000112);
  const redirectUri = parameters.get('redirect_uri');
  if (redirectUri === null) throw new SignInError(900971);
  if (!isRedirectOf(app, redirectUri)) throw new SignInError(50011);
  return { app, redirectUri, parameters };
}

/** Permissions that the sign-in asks for and nobody has consented to; all of them with `prompt=consent`. */
export function missingConsent(
  request: AuthorizationRequest,
  graphNames: readonly string[],
): readonly string[] {
  const { app, parameters } = request;
  const scopes = parseScopes(parameters.get('scope') ?? undefined, graphNames);
  const asked = scopes.wantsAll ? app.registeredPermissions : scopes.permissions;
  if (parameters.get('prompt') === 'consent') return asked;
  return asked.filter(
    (permission) => permission !== 'User.Read' && !app.delegatedPermissions.includes(permission),
  );
}

const privileged = ['62e90394-69f5-4237-9190-012177145e10', 'e8611ab8-c189-46e8-94e1-60213ab1f814'];
const appAdministrators = ['9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3', '158c047a-c907-4556-b7ef-446551a6b5f7'];

/**
 * Whether somebody may consent (Entra docs: grant tenant-wide admin consent): global and privileged role
 * administrators to anything, application administrators to anything but application permissions of Graph, others
 * to what needs no administrator.
 */
export function mayConsent(
  directory: Directory,
  user: User,
  permissions: readonly string[],
  application: boolean,
): boolean {
  const holds = (templates: readonly string[]): boolean =>
    directory.roles.some((role) => templates.includes(role.roleTemplateId) && role.holders.has(user.id));
  if (holds(privileged)) return true;
  if (application) return false;
  return holds(appAdministrators) || permissions.every((permission) => userConsentable.has(permission));
}

/** How the answer reaches the app: an address to go to, or a form to post. */
export type Landing =
  | { readonly by: 'redirect'; readonly to: string }
  | { readonly by: 'form'; readonly to: string; readonly fields: Readonly<Record<string, string>> };

/** Sends `answer` and the state back in the response mode that was asked for. */
export function landing(request: AuthorizationRequest, answer: Readonly<Record<string, string>>): Landing {
  const state = request.parameters.get('state');
  const fields = { ...answer, ...(state === null ? {} : { state }) };
  const mode = request.parameters.get('response_mode') ?? 'query';
  if (mode === 'form_post') return { by: 'form', to: request.redirectUri, fields };
  const target = new URL(request.redirectUri);
  if (mode === 'fragment') target.hash = new URLSearchParams(fields).toString();
  else for (const [name, value] of Object.entries(fields)) target.searchParams.set(name, value);
  return { by: 'redirect', to: target.href };
}

/** The fields of an error that goes back to the app. */
export function errorFields(
  problem: SignInError,
  error = problem.failure.error,
): Readonly<Record<string, string>> {
  return {
    error,
    error_description: problem.message,
    error_uri: `https://login.microsoftonline.com/error?code=${problem.code}`,
  };
}
