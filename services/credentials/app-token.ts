// Access tokens for Microsoft Graph in the name of the app itself (client credentials), one per tenant, kept until
// shortly before they expire. Does not know what they are used for; no delegated sign-in.
import type { Clock } from '../ambient.ts';
import type { TenantId } from '../directory/ids.ts';
import { AppError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Web } from '../web.ts';
import { convertSignInError, openEntraClient, type EntraApp, type EntraClient } from './entra-client.ts';
import { untilAborted } from './until-aborted.ts';

export interface AppTokenOptions extends EntraApp {
  /** Origin of Microsoft Graph in the cloud (`CLOUD_ADDRESSES`), also when another server stands in for it: it
   * names the audience of the token, not the address that is called. */
  readonly graphResource: string;
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

/** Waits between tries when Microsoft cannot be reached; their number is the number of further tries. */
const RETRY_WAITS_MS = [1000, 3000];

export function createAppTokenSource(options: AppTokenOptions): AppTokenSource {
  const signIns = new Map<TenantId, EntraClient>();
  const underWay = new Map<TenantId, Promise<string>>();

  function signInTo(tenantId: TenantId): EntraClient {
    const known = signIns.get(tenantId);
    if (known) return known;
    const signIn = openEntraClient(options, tenantId, options.web);
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

async function acquire({ client, network }: EntraClient, graphResource: string): Promise<string> {
  try {
    const result = await client.acquireTokenByClientCredential({ scopes: [`${graphResource}/.default`] });
    // MSAL resolves with an empty token when the answer had none.
    if (!result?.accessToken) throw new AppError('sign-in-unreachable', { reason: 'emptyToken' });
    return result.accessToken;
  } catch (error) {
    throw convertSignInError(error, network);
  }
}
