// The key with which the local Entra signs tokens, made at start, and the document in which it is published.
import { exportJWK, generateKeyPair, SignJWT, calculateJwkThumbprint } from 'jose';
import type { CryptoKey, JWK, JWTPayload } from 'jose';

export interface SigningKey {
  readonly publicKey: CryptoKey;
  /** What `/discovery/v2.0/keys` answers. */
  readonly jwks: { readonly keys: readonly JWK[] };
  sign(claims: JWTPayload): Promise<string>;
}

export async function createSigningKey(): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return {
    publicKey,
    jwks: { keys: [{ ...jwk, kid, x5t: kid, use: 'sig', alg: 'RS256' }] },
    sign: (claims) =>
      new SignJWT(claims).setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid, x5t: kid }).sign(privateKey),
  };
}
