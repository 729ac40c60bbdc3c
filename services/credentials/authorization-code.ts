// The authorization code flow at Microsoft (Entra docs: OAuth 2.0 authorization code flow; OpenID Connect; PKCE, RFC
// 7636) as two calls: where to send the browser, and what the code that it brings back is worth. Judges nobody.
import { createHash } from 'node:crypto';
import { ResponseMode } from '@azure/msal-node';
import { z } from 'zod';
import type { TenantId } from '../directory/ids.ts';
import { AppError } from '../errors.ts';
import { createSecret, type Secret } from '../secret.ts';
import type { Web } from '../web.ts';
import { convertSignInError, openEntraClient, type EntraApp } from './entra-client.ts';
import { readRefreshToken } from './refresh-token.ts';

/** What makes this sign-in ours; `verifier` and `nonce` are never sent before the code is redeemed or only hashed. */
export interface Proof {
  readonly state: string;
  readonly verifier: Secret;
  readonly nonce: string;
}

export interface CodeFlow {
  readonly app: EntraApp;
  readonly tenantId: TenantId;
  readonly redirectUri: string;
  readonly scopes: string[];
  readonly web: Web;
}

/** Claims of the id token (Entra docs: id token claims). It came straight from Microsoft over TLS, by our own request. */
const idTokenSchema = z.object({
  aud: z.string(),
  tid: z.string(),
  oid: z.string(),
  name: z.string().catch(''),
  preferred_username: z.string().catch(''),
  /** Only of guests: where the account is at home. */
  idp: z.string().optional(),
  /** Template ids of directory roles; only when the app registration asks for them. */
  wids: z.array(z.string()).optional(),
});
export type IdToken = z.infer<typeof idTokenSchema>;

export interface Redeemed {
  readonly idToken: IdToken;
  readonly accessToken: string;
  /** As granted: may be less or more than was asked for. */
  readonly scopes: readonly string[];
  readonly refreshToken: Secret | null;
}

/** The address at Microsoft to open. Throws `sign-in-…`. */
export async function makeSignInUrl(flow: CodeFlow, proof: Proof, offline: boolean): Promise<string> {
  const entra = openEntraClient(flow.app, flow.tenantId, flow.web);
  try {
    const url = await entra.client.getAuthCodeUrl({
      scopes: flow.scopes,
      redirectUri: flow.redirectUri,
      responseMode: ResponseMode.QUERY,
      codeChallenge: createHash('sha256').update(proof.verifier.reveal()).digest('base64url'),
      codeChallengeMethod: 'S256',
      state: proof.state,
      nonce: proof.nonce,
      prompt: 'select_account',
    });
    return offline ? url : withoutOfflineAccess(url);
  } catch (error) {
    throw convertSignInError(error, entra.network);
  }
}

/** The origin of Microsoft's pages for people, as its own discovery says. Throws `sign-in-…`. */
export async function findPagesOrigin({ app, tenantId, redirectUri, web }: CodeFlow): Promise<string> {
  const entra = openEntraClient(app, tenantId, web);
  try {
    return new URL(await entra.client.getAuthCodeUrl({ scopes: [], redirectUri })).origin;
  } catch (error) {
    throw convertSignInError(error, entra.network);
  }
}

/** MSAL always asks to come back without the person; who only proves who she is need not consent to that. */
function withoutOfflineAccess(address: string): string {
  const url = new URL(address);
  const scopes = (url.searchParams.get('scope') ?? '')
    .split(' ')
    .filter((scope) => scope !== 'offline_access');
  url.searchParams.set('scope', scopes.join(' '));
  return url.href;
}

/** Redeems the code, once. Throws `sign-in-failed`, `sign-in-unreachable`. */
export async function redeemCode(
  flow: CodeFlow,
  proof: Pick<Proof, 'verifier' | 'nonce'>,
  code: string,
): Promise<Redeemed> {
  const entra = openEntraClient(flow.app, flow.tenantId, flow.web);
  try {
    const result = await entra.client.acquireTokenByCode({
      code,
      scopes: flow.scopes,
      redirectUri: flow.redirectUri,
      codeVerifier: proof.verifier.reveal(),
      nonce: proof.nonce,
    });
    const idToken = idTokenSchema.safeParse(result.idTokenClaims).data;
    // MSAL resolves with an empty token when the answer had none.
    if (!result.accessToken) throw new AppError('sign-in-unreachable', { reason: 'emptyToken' });
    if (idToken?.aud !== flow.app.clientId) throw new AppError('sign-in-failed', { reason: 'badIdToken' });
    const refreshToken = readRefreshToken(entra.client);
    return {
      idToken,
      accessToken: result.accessToken,
      scopes: result.scopes,
      refreshToken: refreshToken === null ? null : createSecret(refreshToken),
    };
  } catch (error) {
    throw convertSignInError(error, entra.network);
  }
}
