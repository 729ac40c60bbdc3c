// The channel's own identity: its signing keys, their OpenID metadata, and the tokens it sends to the bot.
// Also makes every kind of wrong token, so that a test can prove that the bot refuses it.
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import type { CryptoKey } from 'jose';
import type { JsonObject } from './json.ts';

/** What a request to the bot carries. `good` is what Teams sends; the rest are what an attacker would. */
export const tokenKinds = [
  'good',
  'none',
  'garbage',
  'basic',
  'alg-none',
  'expired',
  'not-yet-valid',
  'no-audience',
  'wrong-audience',
  'wrong-issuer',
  'emulator',
  'no-service-url',
  'wrong-service-url',
  'rogue-key',
  'unknown-key',
  'unendorsed-key',
  'other-channel-key',
] as const;
export type TokenKind = (typeof tokenKinds)[number];

/** Bot Framework docs, authentication: the issuer of every token of the Connector. */
export const channelIssuer = 'https://api.botframework.com';

/** Keys, metadata and tokens of the channel. */
export interface ChannelTokens {
  readonly keys: { readonly keys: readonly JsonObject[] };
  metadata(origin: string): Record<string, unknown>;
  /** The value of the Authorization header; undefined for a request without one. */
  authorization(kind: TokenKind, serviceUrl: string): Promise<string | undefined>;
}

async function createKey(
  kid: string,
  endorsements?: readonly string[],
): Promise<{ privateKey: CryptoKey; jwk: JsonObject }> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid, x5t: kid, use: 'sig', alg: 'RS256' };
  return { privateKey, jwk: endorsements ? { ...jwk, endorsements: [...endorsements] } : jwk };
}

/** Makes fresh keys. `botAppId` is the audience, `tenantId` the tenant of the emulator-like token. */
export async function createChannelTokens(botAppId: string, tenantId: string): Promise<ChannelTokens> {
  // The key's name is new at each start, so that a bot that remembers old keys looks the new one up.
  const kid = `teams-${Date.now().toString(36)}`;
  const [teams, unendorsed, otherChannel, rogue] = await Promise.all([
    createKey(kid, ['msteams']),
    createKey(`${kid}-unendorsed`),
    createKey(`${kid}-webchat`, ['webchat']),
    createKey(kid),
  ]);

  const sign = (kind: TokenKind, serviceUrl: string): Promise<string> => {
    const now = Math.floor(Date.now() / 1000);
    const claims: Record<string, string> = kind === 'no-service-url' ? {} : { serviceurl: serviceUrl };
    if (kind === 'wrong-service-url') claims.serviceurl = 'https://smba.trafficmanager.example/emea/';
    if (kind === 'emulator') Object.assign(claims, { appid: botAppId, ver: '1.0', tid: tenantId });
    const issuers: Partial<Record<TokenKind, string>> = {
      'wrong-issuer': 'https://login.example.com/',
      emulator: `https://sts.windows.net/${tenantId}/`,
    };
    const jwt = new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: kidOf(kind), x5t: kidOf(kind) })
      .setIssuer(issuers[kind] ?? channelIssuer)
      .setNotBefore(kind === 'not-yet-valid' ? now + 3600 : now - (kind === 'expired' ? 7200 : 0))
      .setExpirationTime(kind === 'expired' ? now - 3600 : now + 3600);
    if (kind === 'wrong-audience') jwt.setAudience('00000000-0000-0000-0000-000000000000');
    else if (kind !== 'no-audience') jwt.setAudience(botAppId);
    return jwt.sign(keyOf(kind));
  };
  const kidOf = (kind: TokenKind): string => {
    if (kind === 'unknown-key') return `${kid}-unknown`;
    if (kind === 'unendorsed-key') return `${kid}-unendorsed`;
    return kind === 'other-channel-key' ? `${kid}-webchat` : kid;
  };
  const keyOf = (kind: TokenKind): CryptoKey => {
    if (kind === 'unendorsed-key') return unendorsed.privateKey;
    if (kind === 'other-channel-key') return otherChannel.privateKey;
    return kind === 'rogue-key' || kind === 'unknown-key' ? rogue.privateKey : teams.privateKey;
  };

  return {
    keys: { keys: [teams.jwk, unendorsed.jwk, otherChannel.jwk] },
    metadata: (origin) => ({
      issuer: channelIssuer,
      authorization_endpoint: 'https://invalid.botframework.com',
      jwks_uri: `${origin}/v1/.well-known/keys`,
      id_token_signing_alg_values_supported: ['RS256'],
      token_endpoint_auth_methods_supported: ['private_key_jwt'],
    }),
    async authorization(kind, serviceUrl) {
      if (kind === 'none') return undefined;
      if (kind === 'garbage') return 'Bearer not-a-token';
      if (kind === 'basic') return `Basic ${Buffer.from('bot:secret').toString('base64')}`;
      if (kind !== 'alg-none') return `Bearer ${await sign(kind, serviceUrl)}`;
      const unsigned = new UnsecuredJWT({ serviceurl: serviceUrl })
        .setIssuer(channelIssuer)
        .setAudience(botAppId);
      return `Bearer ${unsigned.setExpirationTime('1h').encode()}`;
    },
  };
}
