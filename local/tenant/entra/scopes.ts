// Reads the `scope` parameter: which resource, which permissions (Entra docs: scopes and permissions). Pure.
import { connectorAudience } from './tokens.ts';
import { SignInError } from './aadsts.ts';

const openId: ReadonlySet<string> = new Set(['openid', 'profile', 'email', 'offline_access']);

export interface Scopes {
  /** `aud` of the access token. */
  readonly audience: string;
  readonly isGraph: boolean;
  /** `.default`: everything that was consented. */
  readonly wantsAll: boolean;
  /** Named permissions without the resource. */
  readonly permissions: readonly string[];
  readonly openId: readonly string[];
}

/** `graphNames` are the origins under which Graph is known; a scope without a resource means Graph. */
export function parseScopes(text: string | undefined, graphNames: readonly string[]): Scopes {
  const words = (text ?? '').split(/\s+/u).filter((word) => word !== '');
  if (words.length === 0) throw new SignInError(900144);
  const openIdWords = words.filter((word) => openId.has(word));
  const named = words.filter((word) => !openId.has(word)).map(splitScope);
  const resources = new Set(named.map(({ resource }) => resource || (graphNames[0] ?? '')));
  if (resources.size > 1) throw new SignInError(28002);
  const [audience = graphNames[0] ?? ''] = resources;
  const isGraph = graphNames.includes(audience);
  if (!isGraph && audience !== connectorAudience) throw new SignInError(500011);
  const wantsAll = named.some(({ permission }) => permission === '.default');
  if (wantsAll && named.length > 1) throw new SignInError(70011);
  const permissions = wantsAll ? [] : [...new Set(named.map(({ permission }) => permission))];
  return { audience, isGraph, wantsAll, permissions, openId: openIdWords };
}

function splitScope(word: string): { resource: string; permission: string } {
  const cut = word.lastIndexOf('/');
  return cut < 0
    ? { resource: '', permission: word }
    : { resource: word.slice(0, cut).replace(/\/$/u, ''), permission: word.slice(cut + 1) };
}

/** Delegated permissions that a person may consent to without an administrator. */
export const userConsentable: ReadonlySet<string> = new Set([
  'User.Read',
  'User.ReadBasic.All',
  'MailboxSettings.Read',
]);
