// Access tokens for Microsoft Graph in the name of the app itself (client credentials), one per tenant, kept until
// shortly before they expire. Does not know what they are used for; no delegated sign-in.
import { AuthError, ConfidentialClientApplication } from '@azure/msal-node';
import { z } from 'zod';
import type { Clock } from '../ambient.ts';
import type { TenantId } from '../directory/ids.ts';
import { AppError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Secret } from '../secret.ts';
import type { Web } from '../web.ts';
import { explainSignInError } from './aadsts.ts';
import { createSignInNetwork, knownAuthorities, type SignInNetwork } from './sign-in-network.ts';

export interface AppTokenOptions {
  /** Origin of the sign-in service. */
  readonly entraUrl: string;
  /** Origin of Microsoft Graph in the cloud (`CLOUD_ADDRESSES`), also when another server stands in for it: it
   * names the audience of the token, not the address that is called. */
  readonly graphResource: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly web: Web;
  readonly clock: Clock;
  readonly log: Log;
}

export interface AppTokenSource {
  /**
   * A token that is valid now. Throws `sign-in-failed` when Microsoft refuses, with the details `aadsts` (the code),
   * `correlationId`, `reason` (OAuth's word) and, in people's words, `happened` and `remedy`; `sign-in-unreachable`
   * when Microsoft cannot be asked; and the signal's reason.
   */
  accessToken(tenantId: TenantId, signal: AbortSignal): Promise<string>;
  /** Forgets the token: Graph did not accept it, or its permissions have changed. */
  invalidate(tenantId: TenantId): void;
}

interface SignIn {
  readonly client: ConfidentialClientApplication;
  readonly network: SignInNetwork;
}

/** Waits between tries when Microsoft cannot be reached; their number is the number of further tries. */
const RETRY_WAITS_MS = [1000, 3000];

export function createAppTokenSource(options: AppTokenOptions): AppTokenSource {
  const signIns = new Map<TenantId, SignIn>();
  const underWay = new Map<TenantId, Promise<string>>();

  function signInTo(tenantId: TenantId): SignIn {
    const known = signIns.get(tenantId);
    if (known) return known;
    const signIn = openSignIn(options, tenantId);
    signIns.set(tenantId, signIn);
    return signIn;
  }

  async function fetchToken(tenantId: TenantId): Promise<string> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await acquire(signInTo(tenantId), options.graphResource);
      } catch (error) {
        // MSAL remembers a failure and would answer the next calls with it.
        signIns.delete(tenantId);
        const waitMs = RETRY_WAITS_MS[attempt];
        const appError = error instanceof AppError ? error : new AppError('unexpected', {}, error);
        options.log.warn('sign-in.attempt-failed', { tenantId, attempt: attempt + 1 }, appError);
        if (appError.kind !== 'transient' || waitMs === undefined) throw appError;
        await options.clock.sleep(waitMs);
      }
    }
  }

  /** Callers at the same time share one sign-in; one of them giving up does not end it for the others. */
  function shared(tenantId: TenantId): Promise<string> {
    const running = underWay.get(tenantId);
    if (running) return running;
    const started = fetchToken(tenantId).finally(() => underWay.delete(tenantId));
    underWay.set(tenantId, started);
    return started;
  }

  return {
    accessToken: (tenantId, signal) => untilAborted(shared(tenantId), signal),
    invalidate: (tenantId) => {
      signIns.delete(tenantId);
    },
  };
}

function openSignIn(options: AppTokenOptions, tenantId: TenantId): SignIn {
  const network = createSignInNetwork(options.entraUrl, options.web);
  const client = new ConfidentialClientApplication({
    auth: {
      clientId: options.clientId,
      clientSecret: options.clientSecret.reveal(),
      authority: `${options.entraUrl}/${tenantId}`,
      knownAuthorities: knownAuthorities(options.entraUrl),
    },
    system: { networkClient: network.network },
  });
  return { client, network };
}

async function acquire({ client, network }: SignIn, graphResource: string): Promise<string> {
  try {
    const result = await client.acquireTokenByClientCredential({ scopes: [`${graphResource}/.default`] });
    // MSAL resolves with an empty token when the answer had none.
    if (!result?.accessToken) throw new AppError('sign-in-unreachable', { reason: 'emptyToken' });
    return result.accessToken;
  } catch (error) {
    throw convertSignInError(error, network);
  }
}

/** What we read of MSAL's errors: `errorNo` is a number at run time although its type says text. */
const msalError = z.object({
  errorCode: z.string(),
  errorNo: z.coerce.number().int().positive().optional().catch(undefined),
  correlationId: z.string().optional().catch(undefined),
});

/** OAuth error codes that ask to come back later (RFC 6749, 4.1.2.1). */
const TRANSIENT_CODES: ReadonlySet<string> = new Set(['temporarily_unavailable', 'server_error']);

function convertSignInError(error: unknown, network: SignInNetwork): AppError {
  if (error instanceof AppError) return error;
  const problem = network.lastProblem();
  if (problem !== null) return new AppError('sign-in-unreachable', { reason: problem }, error);
  if (!(error instanceof AuthError)) return new AppError('unexpected', {}, error);
  const { errorCode, errorNo, correlationId } = msalError.parse(error);
  // MSAL passes on the codes of token requests, but not those of discovery.
  const refusal = network.lastRefusal();
  const aadsts = errorNo ?? refusal?.aadsts;
  const words = aadsts === undefined ? undefined : explainSignInError(aadsts);
  const transient = TRANSIENT_CODES.has(errorCode) || words?.transient === true;
  return new AppError(
    transient ? 'sign-in-unreachable' : 'sign-in-failed',
    {
      aadsts,
      correlationId: refusal?.correlationId ?? correlationId,
      reason: errorCode,
      happened: words?.happened,
      remedy: words?.remedy,
    },
    error,
  );
}

/** The promise's outcome, or the signal's reason as soon as it is aborted. */
async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () =>
      reject(signal.reason instanceof Error ? signal.reason : new Error('The sign-in was cancelled'));
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
