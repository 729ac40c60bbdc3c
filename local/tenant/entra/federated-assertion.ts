// A token of an issuer outside that stands for an app (Entra docs: workload identity federation). Checks it; the issuer's
// key comes with the registration, because nothing outside is asked here.
import { createPublicKey } from 'node:crypto';
import { decodeJwt, jwtVerify } from 'jose';
import { SignInError } from './aadsts.ts';
import type { App } from './apps.ts';

const usualAudience = 'api://AzureADTokenExchange';

/** Throws the matching SignInError: which of issuer, audience and subject is not registered, or a bad signature. */
export async function checkFederatedAssertion(app: App, assertion: string): Promise<void> {
  const { iss, sub, aud } = decodeJwt(assertion);
  const byIssuer = (app.federatedCredentials ?? []).filter(({ issuer }) => issuer === iss);
  if (byIssuer.length === 0) throw new SignInError(700211);
  const audiences = new Set([aud].flat());
  const byAudience = byIssuer.filter(({ audience = usualAudience }) => audiences.has(audience));
  if (byAudience.length === 0) throw new SignInError(700212);
  const credential = byAudience.find(({ subject }) => subject === sub);
  if (!credential) throw new SignInError(700213);
  try {
    await jwtVerify(assertion, createPublicKey(credential.key), {
      algorithms: ['RS256', 'PS256', 'ES256'],
      clockTolerance: 300,
      requiredClaims: ['exp'],
    });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new SignInError(700027);
  }
}
