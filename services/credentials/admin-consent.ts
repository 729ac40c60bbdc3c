// Consent of an administrator for the whole organisation (Entra docs: admin consent, v2.0): the page at Microsoft, and
// what is done with its answer. The answer proves nothing: only calls of the app that work do.
import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../ambient.ts';
import type { TenantId } from '../directory/ids.ts';
import type { PendingSignIn, SignInResult, SignInStore } from '../directory/sign-in.ts';
import { toAppError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { PeopleService } from '../people.ts';
import { createSecret } from '../secret.ts';
import type { Authorizer } from './authorize.ts';
import { consentUrl } from './consent.ts';
import type { EntraApp } from './entra-client.ts';
import type { Keyring } from './keyring.ts';
import { PROBLEMS } from './problems.ts';
import { writeProof } from './sign-in-proof.ts';

export type ConsentRequest = Pick<PendingSignIn, 'tenantId' | 'actor' | 'conversationId'>;

export interface AdminConsents {
  /** Throws `token-keys-missing`, `sign-in-unreachable`, `database-…`. */
  begin(request: ConsentRequest): Promise<{ readonly url: string; readonly signInId: string }>;
  /** What is wrong with the answer itself; null when nothing is. */
  judge(signIn: PendingSignIn, tenant: string): SignInResult | null;
  /** Tries the app, for as long as new permissions usually take. Throws `sign-in-…`, `graph-…`, `database-…`. */
  finish(signIn: PendingSignIn): Promise<SignInResult>;
}

interface Options {
  readonly app: EntraApp;
  /** The origin of Microsoft's pages, as its own discovery says. */
  readonly findPages: (tenantId: TenantId) => Promise<string>;
  readonly graphResource: string;
  readonly redirectUri: string;
  readonly keyring: Keyring;
  readonly store: Pick<SignInStore, 'insert'>;
  readonly authorizer: Pick<Authorizer, 'authorizeApp'>;
  readonly people: Pick<PeopleService, 'hasOwner'>;
  readonly clock: Clock;
  readonly ids: { next(): string };
  readonly log: Log;
}

const VALID_MS = 10 * 60_000;
/** Permissions reach all of Microsoft's servers within seconds, mostly; whoever waits longer is told so. */
const AGAIN_AFTER_MS = [2_000, 4_000, 8_000, 12_000];

const chance = (): string => randomBytes(32).toString('base64url');

/** The consents of this process; another process may finish what this one began. */
export function createAdminConsents(options: Options): AdminConsents {
  const { keyring, store, clock, log } = options;
  return {
    begin: async (request) => {
      const { tenantId } = request;
      const id = options.ids.next();
      const state = chance();
      // No code comes back: the proof of a sign-in only keeps one from being taken for the other.
      const proof = writeProof({ verifier: createSecret(chance()), nonce: chance() });
      const sealed = keyring.seal(proof, { tenantId, kind: 'signIn', id });
      const entraUrl = await options.findPages(tenantId);
      const createdAt = clock.now();
      await store.insert(
        {
          ...{ ...request, id, grant: 'everything', kind: 'application', backup: false, sealed },
          ...{ createdAt, expiresAt: new Date(createdAt.getTime() + VALID_MS) },
        },
        createHash('sha256').update(state).digest('hex'),
      );
      log.info('consent.begun', { tenantId, signInId: id });
      const { app, graphResource, redirectUri } = options;
      const { clientId } = app;
      return {
        url: consentUrl({ entraUrl, clientId, graphResource, redirectUri, tenantId, state }),
        signInId: id,
      };
    },
    judge: (signIn, tenant) => {
      if (signIn.kind !== 'application')
        return { kind: 'refused', reason: 'unknownState', problem: PROBLEMS.unknownState(clock.now()) };
      if (tenant.toLowerCase() !== signIn.tenantId.toLowerCase())
        return { kind: 'refused', reason: 'otherTenant', problem: PROBLEMS.consentElsewhere(clock.now()) };
      return null;
    },
    finish: async (signIn) => {
      // Consent proves nobody: who becomes the first owner has to sign in.
      if (!(await options.people.hasOwner(signIn.tenantId))) return { kind: 'consented' };
      for (const pauseMs of [...AGAIN_AFTER_MS, null]) {
        const result = await options.authorizer.authorizeApp(signIn).catch((error: unknown) => {
          if (toAppError(error).code !== 'sign-in-failed') throw error;
          const { aadsts = null } = toAppError(error).details;
          log.info('consent.not-there-yet', { tenantId: signIn.tenantId, aadsts });
          return null;
        });
        const waits = result === null || (result.kind === 'refused' && result.reason === 'consentNeeded');
        if (!waits) return result;
        if (pauseMs !== null) await clock.sleep(pauseMs);
      }
      return { kind: 'refused', reason: 'consentNeeded', problem: PROBLEMS.consentNotThereYet(clock.now()) };
    },
  };
}
