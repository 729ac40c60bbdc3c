// Access tokens in the name of the people who authorized: refreshes them, and sees to it that of two processes that
// refresh at once the newer refresh token is kept. Knows neither the order of credentials nor their health.
import { z } from 'zod';
import type { Clock } from '../ambient.ts';
import type { Credential, CredentialId } from '../directory/credential.ts';
import { AppError, toAppError } from '../errors.ts';
import type { Log } from '../log.ts';
import { createSecret } from '../secret.ts';
import type { Web } from '../web.ts';
import { scopesFor } from './consent.ts';
import { convertSignInError, openEntraClient, type EntraApp } from './entra-client.ts';
import { accountExpiry } from './expiry.ts';
import { readRefreshToken } from './refresh-token.ts';
import { untilAborted } from './until-aborted.ts';
import type { HeldSecret, NextSecret, Vault } from './vault.ts';

export interface DelegatedToken {
  readonly accessToken: string;
  /** Template ids of the account's directory roles; null when Microsoft did not tell. */
  readonly roleTemplateIds: readonly string[] | null;
}

export interface DelegatedTokens {
  /**
   * A token that is valid now. Throws `sign-in-failed` (refused), `sign-in-unreachable`, `token-key-unknown`,
   * `secret-unreadable`, `database-…`, and the signal's reason.
   */
  token(credential: Credential, signal: AbortSignal): Promise<DelegatedToken>;
  /** The next token is fetched anew. */
  invalidate(id: CredentialId): void;
}

interface Options {
  readonly app: EntraApp;
  readonly graphResource: string;
  readonly vault: Vault;
  readonly web: Web;
  readonly clock: Clock;
  readonly log: Log;
}

/** What Microsoft gave for the secret that was held. */
interface Followed {
  readonly held: HeldSecret;
  readonly next: NextSecret;
}

interface Fetched extends DelegatedToken {
  readonly expiresAtMs: number;
}

/** Before its end, so that no request travels with a token that ends on the way. */
const EARLY_MS = 5 * 60_000;
/** When Microsoft does not say how long a token lives. */
const SHORT_MS = 10 * 60_000;
/** Waits between tries when Microsoft or the database cannot be reached; their number is that of further tries. */
const RETRY_WAITS_MS = [1000, 3000];
const claimsSchema = z.object({ wids: z.array(z.string()).nullable().catch(null) });

/** The delegated tokens of this process. */
export function createDelegatedTokens(options: Options): DelegatedTokens {
  const { clock, log, vault } = options;
  const tokens = new Map<CredentialId, Fetched>();
  const underWay = new Map<CredentialId, Promise<Fetched>>();
  /** Refresh tokens that could not be saved yet: the database was away. The older ones still work (Entra docs). */
  const unsaved = new Map<CredentialId, Followed>();

  async function held(credential: Credential): Promise<HeldSecret> {
    const waiting = unsaved.get(credential.id);
    if (waiting) {
      unsaved.delete(credential.id);
      await save(credential, waiting);
    }
    const kept = await vault.open(credential.tenantId, credential.id);
    if (kept === null) throw new AppError('sign-in-failed', { reason: 'authorizationRemoved' });
    return kept;
  }

  async function save(credential: Credential, { held, next }: Followed): Promise<void> {
    const { tenantId, id } = credential;
    try {
      const kept = await vault.replace(tenantId, id, held, next, accountExpiry(credential, next.obtainedAt));
      // Another process keeps a newer one; our access token is as good.
      if (!kept) log.info('credential.refreshed-elsewhere', { credentialId: id });
    } catch (error) {
      unsaved.set(id, { held, next });
      log.warn('credential.refresh-not-saved', { credentialId: id }, error);
    }
  }

  async function refresh(credential: Credential): Promise<Fetched> {
    const before = await held(credential);
    try {
      return await exchange(credential, before);
    } catch (error) {
      if (toAppError(error).code !== 'sign-in-failed') throw error;
      // Another process may have refreshed, or the person authorized anew, while we asked.
      const now = await held(credential);
      if (now.version === before.version) throw error;
      return exchange(credential, now);
    }
  }

  async function exchange(credential: Credential, before: HeldSecret): Promise<Fetched> {
    const entra = openEntraClient(options.app, credential.tenantId, options.web);
    try {
      const result = await entra.client.acquireTokenByRefreshToken({
        refreshToken: before.secret.reveal(),
        scopes: scopesFor(credential.grant, options.graphResource).scopes,
        forceCache: true,
      });
      const next = readRefreshToken(entra.client);
      if (next !== null && next !== before.secret.reveal())
        await save(credential, {
          held: before,
          next: { secret: createSecret(next), obtainedAt: clock.now() },
        });
      // MSAL resolves with an empty token when the answer had none.
      if (!result?.accessToken) throw new AppError('sign-in-unreachable', { reason: 'emptyToken' });
      return {
        accessToken: result.accessToken,
        roleTemplateIds: claimsSchema.safeParse(result.idTokenClaims).data?.wids ?? null,
        expiresAtMs: result.expiresOn?.getTime() ?? clock.now().getTime() + SHORT_MS,
      };
    } catch (error) {
      throw convertSignInError(error, entra.network);
    }
  }

  async function insist(credential: Credential): Promise<Fetched> {
    for (let attempt = 0; ; attempt++) {
      try {
        const fetched = await refresh(credential);
        tokens.set(credential.id, fetched);
        return fetched;
      } catch (error) {
        const waitMs = RETRY_WAITS_MS[attempt];
        const appError = toAppError(error);
        log.warn('sign-in.attempt-failed', { credentialId: credential.id, attempt: attempt + 1 }, appError);
        if (appError.kind !== 'transient' || waitMs === undefined) throw appError;
        await clock.sleep(waitMs);
      }
    }
  }

  function shared(credential: Credential): Promise<Fetched> {
    const running = underWay.get(credential.id);
    if (running) return running;
    const started = insist(credential).finally(() => underWay.delete(credential.id));
    underWay.set(credential.id, started);
    return started;
  }

  return {
    token: async (credential, signal) => {
      const known = tokens.get(credential.id);
      if (known && known.expiresAtMs - EARLY_MS > clock.now().getTime()) return known;
      return untilAborted(shared(credential), signal);
    },
    invalidate: (id) => {
      tokens.delete(id);
    },
  };
}
