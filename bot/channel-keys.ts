// Checks the token that comes with each activity: is it really Teams that speaks to this bot? Every token is verified
// here before the chat framework sees the request, so that no unverified token reaches its caches. Knows no activity
// beyond the three fields that a token is bound to.
import { createRemoteJWKSet, decodeJwt, errors as joseErrors, jwtVerify, type JWTPayload } from 'jose';
import { z } from 'zod';
import type { Ambient, ChannelConfig } from '../services/index.ts';

/** What a token must have been made for. */
export interface TokenSubject {
  readonly channelId: string;
  readonly serviceUrl: string;
}

export type TokenVerdict =
  | { readonly kind: 'good'; readonly claims: JWTPayload }
  /** `why` is for the log and never for the sender. */
  | { readonly kind: 'refused'; readonly why: string }
  /** The keys could not be had: nobody can be believed for now. */
  | { readonly kind: 'keysUnreachable'; readonly error: unknown };

export interface ChannelKeys {
  /** Needs no network: scheme, shape, issuer and audience of a token that nobody has verified yet. */
  precheck(authorization: string | undefined): string | null;
  verify(authorization: string, subject: TokenSubject): Promise<TokenVerdict>;
}

const FETCH_TIMEOUT_MS = 5_000;
const METADATA_KEPT_MS = 24 * 60 * 60_000;
/** Bot Framework docs, "Authenticate requests from the Bot Connector service": five minutes of clock skew. */
const CLOCK_SKEW_S = 300;
const TOKEN_MAX_CHARACTERS = 8_192;

const metadata = z.object({ jwks_uri: z.url() });
const keySet = z.object({
  keys: z.array(z.object({ kid: z.string(), endorsements: z.array(z.string()).default([]) })),
});

/** Rules of Bot Framework docs, "Authenticate requests from the Bot Connector service to your bot", all seven. */
export function createChannelKeys(config: ChannelConfig, appId: string, { clock }: Ambient): ChannelKeys {
  let kept: { readonly keys: ReturnType<typeof createRemoteJWKSet>; readonly untilMs: number } | undefined;

  const findKeys = async () => {
    const nowMs = clock.now().getTime();
    if (kept && nowMs < kept.untilMs) return kept.keys;
    const response = await fetch(config.metadataUrl, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
    if (!response.ok) throw new Error(`The metadata address answered ${response.status}`);
    const { jwks_uri: address } = metadata.parse(await response.json());
    // An unknown key id asks again at most twice a minute: keys may roll over at any time.
    const keys = createRemoteJWKSet(new URL(address), { timeoutDuration: FETCH_TIMEOUT_MS });
    kept = { keys, untilMs: nowMs + METADATA_KEPT_MS };
    return keys;
  };

  return {
    precheck: (authorization) => {
      const token = tokenOf(authorization);
      if (token === null) return 'no-token';
      if (token.length > TOKEN_MAX_CHARACTERS) return 'token-too-long';
      try {
        const { iss, aud } = decodeJwt(token);
        if (iss !== config.issuer) return 'foreign-issuer';
        return aud === appId ? null : 'foreign-audience';
      } catch (error) {
        if (error instanceof joseErrors.JWTInvalid) return 'not-a-token';
        throw error;
      }
    },
    verify: async (authorization, { channelId, serviceUrl }) => {
      try {
        const keys = await findKeys();
        const { payload, protectedHeader } = await jwtVerify(tokenOf(authorization) ?? '', keys, {
          issuer: config.issuer,
          audience: appId,
          algorithms: ['RS256', 'RS384', 'RS512'],
          clockTolerance: CLOCK_SKEW_S,
          currentDate: clock.now(),
          requiredClaims: ['exp', 'serviceurl'],
        });
        if (payload.serviceurl !== serviceUrl) return refused('serviceurl-claim');
        const row = keySet.parse(keys.jwks()).keys.find(({ kid }) => kid === protectedHeader.kid);
        return row?.endorsements.includes(channelId) === true
          ? { kind: 'good', claims: payload }
          : refused('key-not-endorsed');
      } catch (error) {
        return explain(error);
      }
    },
  };
}

const refused = (why: string): TokenVerdict => ({ kind: 'refused', why });

function tokenOf(authorization: string | undefined): string | null {
  const [scheme, token, ...rest] = (authorization ?? '').split(' ');
  return scheme === 'Bearer' && token !== undefined && token !== '' && rest.length === 0 ? token : null;
}

/** Whether the token is at fault, or the way to the keys. */
function explain(error: unknown): TokenVerdict {
  const unreachable =
    !(error instanceof joseErrors.JOSEError) ||
    error instanceof joseErrors.JWKSTimeout ||
    error instanceof joseErrors.JWKSInvalid ||
    error.code === 'ERR_JOSE_GENERIC';
  return unreachable ? { kind: 'keysUnreachable', error } : refused(error.code);
}
