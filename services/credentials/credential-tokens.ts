// A token for any credential, whether it is the app's or somebody's. Chooses none and judges none.
import type { Credential } from '../directory/credential.ts';
import type { AppTokenSource } from './app-token.ts';
import type { DelegatedTokens } from './delegated-token.ts';

export interface CredentialTokens {
  /** Throws what `AppTokenSource` and `DelegatedTokens` throw. */
  accessToken(credential: Credential, signal: AbortSignal): Promise<string>;
  /** Template ids of the roles of the account, as the newest sign-in told them; null for the app and when not told. */
  roleTemplateIds(credential: Credential, signal: AbortSignal): Promise<readonly string[] | null>;
  invalidate(credential: Credential): void;
}

/** Tokens by the kind of the credential. */
export const createCredentialTokens = (
  app: AppTokenSource,
  delegated: DelegatedTokens,
): CredentialTokens => ({
  accessToken: async (credential, signal) =>
    credential.kind === 'application'
      ? app.accessToken(credential.tenantId, signal)
      : (await delegated.token(credential, signal)).accessToken,
  roleTemplateIds: async (credential, signal) =>
    credential.kind === 'application' ? null : (await delegated.token(credential, signal)).roleTemplateIds,
  invalidate: (credential) => {
    if (credential.kind === 'application') app.invalidate(credential.tenantId);
    else delegated.invalidate(credential.id);
  },
});
