// One conversation with Microsoft's sign-in service for one tenant: opens MSAL's client with what the app registration
// proves itself with, and turns MSAL's errors into ours. Keeps no tokens; asks for none by itself.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { AuthError, ConfidentialClientApplication } from '@azure/msal-node';
import { z } from 'zod';
import type { TenantId } from '../directory/ids.ts';
import { AppError } from '../errors.ts';
import type { Secret } from '../secret.ts';
import type { Web } from '../web.ts';
import { explainSignInError, isKnownCode } from './aadsts.ts';
import { createSignInNetwork, knownAuthorities, type SignInNetwork } from './sign-in-network.ts';

export interface EntraApp {
  /** Origin of the sign-in service. */
  readonly entraUrl: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
  /** PEM with the private key and the certificate; used instead of the secret when given. */
  readonly clientCertificate?: Secret | undefined;
  /**
   * Path of a file with a token of another issuer that stands for the app; used instead of the secret when given. What
   * issues it writes it anew before it ends (Entra docs: workload identity federation).
   */
  readonly federatedTokenPath?: string | undefined;
}

export interface EntraClient {
  readonly client: ConfidentialClientApplication;
  readonly network: SignInNetwork;
}

/** A client with an empty cache of its own. Throws `bad-settings` when the certificate cannot be read. */
export function openEntraClient(app: EntraApp, tenantId: TenantId, web: Web): EntraClient {
  const network = createSignInNetwork(app.entraUrl, web);
  const client = new ConfidentialClientApplication({
    auth: {
      clientId: app.clientId,
      ...proofOf(app),
      authority: `${app.entraUrl}/${tenantId}`,
      knownAuthorities: knownAuthorities(app.entraUrl),
    },
    system: { networkClient: network.network },
  });
  return { client, network };
}

/** When the certificate ends. Throws when the text is none. */
export const certificateExpiry = (pem: Secret): Date => new Date(new X509Certificate(pem.reveal()).validTo);

function proofOf({ clientCertificate, clientSecret, federatedTokenPath: path }: EntraApp) {
  // Read for each sign-in: the one that was there at the start ends within the hour.
  if (path !== undefined) return { clientAssertion: () => readFederatedToken(path) };
  if (!clientCertificate) return { clientSecret: clientSecret.reveal() };
  try {
    const pem = clientCertificate.reveal();
    const certificate = new X509Certificate(pem);
    return {
      clientCertificate: {
        thumbprintSha256: certificate.fingerprint256.replaceAll(':', ''),
        privateKey: createPrivateKey(pem).export({ type: 'pkcs8', format: 'pem' }).toString(),
        x5c: certificate.toString(),
      },
    };
  } catch (error) {
    throw new AppError('bad-settings', { setting: 'ROLLCALL_ENTRA_CLIENT_CERTIFICATE' }, error);
  }
}

async function readFederatedToken(path: string): Promise<string> {
  const token = await readFile(path, 'utf8').then(
    (text) => text.trim(),
    () => '',
  );
  // It is written anew under us: who reads just then finds nothing, and finds it a moment later.
  if (token === '') throw new AppError('sign-in-unreachable', { reason: 'federatedTokenFile' });
  return token;
}

/** What we read of MSAL's errors: `errorNo` is a number at run time although its type says text. */
const msalError = z.object({
  errorCode: z.string(),
  errorNo: z.coerce.number().int().positive().optional().catch(undefined),
  correlationId: z.string().optional().catch(undefined),
});

/**
 * Words with which Microsoft refuses for good (RFC 6749, 4.1.2.1 and 5.2; OpenID Connect Core, 3.1.2.6), and MSAL's for
 * an answer to another question. Everything else may come from whatever stands between, and passes.
 */
const REFUSALS: ReadonlySet<string> = new Set([
  ...['invalid_grant', 'invalid_client', 'unauthorized_client', 'invalid_scope', 'access_denied'],
  ...['interaction_required', 'consent_required', 'login_required', 'nonce_mismatch'],
]);

/** Words that ask to come back later (RFC 6749, 4.1.2.1), whatever the number. */
const PASSING: ReadonlySet<string> = new Set(['temporarily_unavailable', 'server_error']);

/** A number of the table says more than the word; one that is not in it says no more than the word. */
const isRefusal = (reason: string, aadsts: number | undefined): boolean =>
  aadsts !== undefined && isKnownCode(aadsts) ? !explainSignInError(aadsts).transient : REFUSALS.has(reason);

/**
 * `sign-in-failed` when Microsoft refuses, with the details `aadsts` (the code), `correlationId`, `reason` (OAuth's
 * word) and, in people's words, `happened` and `remedy`; `sign-in-unreachable` when asking later may help.
 */
export function convertSignInError(error: unknown, network: SignInNetwork): AppError {
  if (error instanceof AppError) return error;
  const problem = network.lastProblem();
  if (problem !== null) return new AppError('sign-in-unreachable', { reason: problem }, error);
  if (!(error instanceof AuthError)) return new AppError('unexpected', {}, error);
  const { errorCode, errorNo, correlationId } = msalError.parse(error);
  // MSAL passes on the codes of token requests, but not those of discovery.
  const refusal = network.lastRefusal();
  const id = refusal?.correlationId ?? correlationId;
  return toSignInError(errorCode, errorNo ?? refusal?.aadsts, id, { error, lifetimeMs: refusal?.lifetimeMs });
}

/**
 * The error for a refusal of Microsoft: OAuth's word, the number of AADSTS if told, and the correlation id. `lifetimeMs`:
 * how long a sign-in is good for, when that was the reason.
 */
export function toSignInError(
  reason: string,
  aadsts: number | undefined,
  correlationId: string | undefined,
  more: { readonly error?: unknown; readonly lifetimeMs?: number | undefined } = {},
): AppError {
  const { error: cause, lifetimeMs } = more;
  const words = aadsts === undefined ? undefined : explainSignInError(aadsts);
  const transient = PASSING.has(reason) || !isRefusal(reason, aadsts);
  return new AppError(
    transient ? 'sign-in-unreachable' : 'sign-in-failed',
    { aadsts, correlationId, reason, happened: words?.happened, remedy: words?.remedy, lifetimeMs },
    cause,
  );
}
