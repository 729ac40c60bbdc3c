// What the app proves itself with, by the settings, and when that ends. Signs in nowhere.
import { readFileSync } from 'node:fs';
import type { Config } from '../config.ts';
import type { SecretExpiry } from '../directory/credential-store.ts';
import { AppError } from '../errors.ts';
import { createSecret } from '../secret.ts';
import { certificateExpiry, type EntraApp } from './entra-client.ts';

/** Throws `bad-settings` when the certificate cannot be read. A federated token is read when it is needed. */
export function readApp({ entra }: Pick<Config, 'entra'>): {
  readonly app: EntraApp;
  readonly expiry: SecretExpiry;
} {
  const app = { entraUrl: entra.url, clientId: entra.clientId, clientSecret: entra.clientSecret };
  // Whoever issues the token writes the next one in time: there is nothing to foresee.
  if (entra.federatedTokenPath !== null)
    return {
      app: { ...app, federatedTokenPath: entra.federatedTokenPath },
      expiry: { expiresAt: null, expiryOf: null },
    };
  if (entra.clientCertificatePath === null) {
    const expiresAt = entra.clientSecretExpires;
    return { app, expiry: { expiresAt, expiryOf: expiresAt === null ? null : 'clientSecret' } };
  }
  try {
    const clientCertificate = createSecret(readFileSync(entra.clientCertificatePath, 'utf8'));
    const expiresAt = certificateExpiry(clientCertificate);
    return { app: { ...app, clientCertificate }, expiry: { expiresAt, expiryOf: 'certificate' } };
  } catch (error) {
    throw new AppError('bad-settings', { ROLLCALL_ENTRA_CLIENT_CERTIFICATE: 'cannot be read' }, error);
  }
}
