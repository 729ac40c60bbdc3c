// The key with which the local Entra signs tokens, made at start, and the document in which it is published.
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey, JWK, JWTPayload } from 'jose';

/** Everything waits for the key, which can take half a second to find; nobody else has to. */
export interface SigningKey {
  publicKey(): Promise<CryptoKey>;
  /** What `/discovery/v2.0/keys` answers. */
  jwks(): Promise<{ readonly keys: readonly JWK[] }>;
  sign(claims: JWTPayload): Promise<string>;
}

/** Begins to make a key and returns at once. */
export function createSigningKey(): SigningKey {
  const making = makeKey();
  return {
    publicKey: async () => (await making).publicKey,
    jwks: async () => ({ keys: [(await making).jwk] }),
    async sign(claims) {
      const { kid, privateKey } = await making;
      return new SignJWT(claims)
        .setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid, x5t: kid })
        .sign(privateKey);
    },
  };
}

async function makeKey(): Promise<{ publicKey: CryptoKey; privateKey: CryptoKey; kid: string; jwk: JWK }> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return { publicKey, privateKey, kid, jwk: { ...jwk, kid, x5t: kid, use: 'sig', alg: 'RS256' } };
}
