// Consent of an administrator for the whole organisation (Entra docs: admin consent, v2.0): the page at Microsoft, and
// what is done with its answer. The answer proves nothing: only calls of the app that work do.
import type { Clock } from '../ambient.ts';
import { sameId, type TenantId } from '../directory/ids.ts';
import { SIGN_IN_VALID_MS, type PendingSignIn, type SignInStore } from '../directory/sign-in.ts';
import { toAppError } from '../errors.ts';
import type { Log } from '../log.ts';
import { hashOneTimeText, makeOneTimeText } from '../one-time-text.ts';
import { createSecret } from '../secret.ts';
import type { Authorizer } from './authorize.ts';
import { consentUrl } from './consent.ts';
import type { EntraApp } from './entra-client.ts';
import { unproven, type Unproven } from './judge-answer.ts';
import type { Keyring } from './keyring.ts';
import { PROBLEMS } from './problems.ts';
import { writeProof } from './sign-in-proof.ts';

export type ConsentRequest = Pick<PendingSignIn, 'tenantId' | 'actor' | 'conversationId'>;

export interface AdminConsents {
  /** Throws `token-keys-missing`, `sign-in-unreachable`, `database-…`. */
  begin(request: ConsentRequest): Promise<{ readonly url: string; readonly signInId: string }>;
  /**
   * What is wrong with the answer; null when the calls of the app work. They are tried for as long as new permissions
   * usually take. Throws `sign-in-…`, `graph-…`.
   */
  judge(signIn: PendingSignIn, tenant: string): Promise<Unproven | null>;
}

interface Options {
  readonly app: EntraApp;
  /** The origin of Microsoft's pages, as its own discovery says. */
  readonly findPages: (tenantId: TenantId) => Promise<string>;
  readonly graphResource: string;
  readonly redirectUri: string;
  readonly keyring: Keyring;
  readonly store: Pick<SignInStore, 'insert'>;
  readonly authorizer: Pick<Authorizer, 'tryApp'>;
  readonly clock: Clock;
  readonly ids: { next(): string };
  readonly log: Log;
}

/** Permissions reach all of Microsoft's servers within seconds, mostly; whoever waits longer is told so. */
const AGAIN_AFTER_MS = [2_000, 4_000, 8_000, 12_000];

/** The consents of this process; another process may finish what this one began. */
export function createAdminConsents(options: Options): AdminConsents {
  const { keyring, store, clock, log } = options;

  /** Trouble that is not about consent is thrown. */
  async function works(tenantId: TenantId): Promise<boolean> {
    try {
      return (await options.authorizer.tryApp(tenantId)).state !== 'failed';
    } catch (error) {
      const { code, details } = toAppError(error);
      if (code !== 'sign-in-failed') throw error;
      log.info('consent.not-there-yet', { tenantId, aadsts: details.aadsts ?? null });
      return false;
    }
  }

  return {
    begin: async (request) => {
      const { tenantId } = request;
      const id = options.ids.next();
      const state = makeOneTimeText();
      // No code comes back that it could prove; it stands there like that of any sign-in.
      const proof = writeProof({ verifier: createSecret(makeOneTimeText()), nonce: makeOneTimeText() });
      const sealed = keyring.seal(proof, { tenantId, kind: 'signIn', id });
      const entraUrl = await options.findPages(tenantId);
      const createdAt = clock.now();
      await store.insert(
        {
          ...{ ...request, id, purpose: 'consent', grant: 'everything', kind: 'application' },
          ...{ backup: false, sealed },
          ...{ createdAt, expiresAt: new Date(createdAt.getTime() + SIGN_IN_VALID_MS) },
        },
        hashOneTimeText(state),
      );
      log.info('consent.begun', { tenantId, signInId: id });
      const { app, graphResource, redirectUri } = options;
      const { clientId } = app;
      return {
        url: consentUrl({ entraUrl, clientId, graphResource, redirectUri, tenantId, state }),
        signInId: id,
      };
    },
    judge: async ({ tenantId, purpose }, tenant) => {
      const refused = (
        reason: 'unknownState' | 'otherTenant' | 'consentNeeded',
        problem: keyof typeof PROBLEMS,
      ) => unproven({ kind: 'refused', reason, problem: PROBLEMS[problem](clock.now()) });
      if (purpose !== 'consent') return refused('unknownState', 'unknownState');
      if (!sameId(tenant, tenantId)) return refused('otherTenant', 'consentElsewhere');
      for (const pauseMs of [...AGAIN_AFTER_MS, null]) {
        if (await works(tenantId)) return null;
        if (pauseMs !== null) await clock.sleep(pauseMs);
      }
      return { ...refused('consentNeeded', 'consentNotThereYet'), isShown: true };
    },
  };
}
