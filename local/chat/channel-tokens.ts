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

/** Makes fresh keys. `botAppId` is the audience, `tenantId` the tenant of the emulator-like token. */
export async function createChannelTokens(botAppId: string, tenantId: string): Promise<ChannelTokens> {
  // The key's name is new at each start, so that a bot that remembers old keys looks the new one up.
  const kid = `teams-${Date.now().toString(36)}`;
  const own = await generateKeyPair('RS256');
  const material = await exportJWK(own.publicKey);
  // One key under three names: what differs for the bot is the endorsement, and keys are slow to make.
  const keyNamed = (name: string, endorsements?: readonly string[]): JsonObject => ({
    ...material,
    kid: name,
    x5t: name,
    use: 'sig',
    ...(endorsements ? { endorsements } : {}),
  });
  let rogue: Promise<CryptoKey> | undefined;
  const rogueKey = (): Promise<CryptoKey> =>
    (rogue ??= generateKeyPair('RS256').then((pair) => pair.privateKey));

  const sign = async (kind: TokenKind, serviceUrl: string): Promise<string> => {
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
    return jwt.sign(kind === 'rogue-key' || kind === 'unknown-key' ? await rogueKey() : own.privateKey);
  };
  const kidOf = (kind: TokenKind): string => {
    if (kind === 'unknown-key') return `${kid}-unknown`;
    if (kind === 'unendorsed-key') return `${kid}-unendorsed`;
    return kind === 'other-channel-key' ? `${kid}-webchat` : kid;
  };

  return {
    keys: {
      keys: [
        keyNamed(kid, ['msteams']),
        keyNamed(`${kid}-unendorsed`),
        keyNamed(`${kid}-webchat`, ['webchat']),
      ],
    },
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
