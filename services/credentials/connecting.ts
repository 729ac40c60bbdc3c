// Authorizations as the bot sees them: shows, begins, finishes, tests, orders and removes them, with a line in the
// audit trail for each change. Puts the parts of this folder together; decides nothing itself.
import type { Ambient } from '../ambient.ts';
import type { Config } from '../config.ts';
import { CLOUD_ADDRESSES } from '../clouds.ts';
import {
  GRANTS,
  type AppConsent,
  type Credential,
  type CredentialId,
  type Grant,
} from '../directory/credential.ts';
import type { CredentialStore } from '../directory/credential-store.ts';
import type { TenantId } from '../directory/ids.ts';
import type { NoticeStore } from '../directory/notice.ts';
import type { ClaimStore } from '../directory/people-store.ts';
import type { Actor } from '../directory/run.ts';
import type {
  CardAddress,
  SignInAnswer,
  SignInNews,
  SignInResult,
  SignInStore,
} from '../directory/sign-in.ts';
import { AppError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { PeopleService } from '../people.ts';
import type { Web } from '../web.ts';
import { createAppTokenSource } from './app-token.ts';
import { lineOf, testEnd } from './audit-lines.ts';
import { createAuthorizer } from './authorize.ts';
import type { ConsentRequest } from './admin-consent.ts';
import { compareConsent } from './consent.ts';
import { createCredentialTokens } from './credential-tokens.ts';
import { createDelegatedTokens } from './delegated-token.ts';
import { openRunCredentials, type RunCredentials } from './failover.ts';
import { createHealthKeeper } from './health.ts';
import type { Keyring } from './keyring.ts';
import { readApp } from './read-app.ts';
import { createSignInNewsBoard } from './sign-in-news.ts';
import { createSignIns, type BeginRequest } from './sign-in.ts';
import { createCredentialTester } from './test-credential.ts';
import type { Probe } from './validate.ts';
import type { Vault } from './vault.ts';
import { startWatch } from './watch.ts';

/** The tokens of one sign-in. */
export interface ProbeTokens {
  accessToken(tenantId: TenantId, signal: AbortSignal): Promise<string>;
  invalidate(tenantId: TenantId): void;
}

export interface ConnectingOptions {
  readonly config: Config;
  readonly ambient: Ambient;
  readonly log: Log;
  readonly web: Web;
  readonly credentials: CredentialStore;
  readonly signIns: SignInStore;
  readonly notices: NoticeStore;
  readonly claims: ClaimStore;
  readonly keyring: Keyring;
  readonly vault: Vault;
  readonly people: PeopleService;
  /** Small reads with these tokens. */
  readonly openProbe: (tenantId: TenantId, tokens: ProbeTokens) => Probe;
}

export interface ConnectingService {
  getConnections(tenantId: TenantId): Promise<{
    readonly grants: readonly { readonly grant: Grant; readonly credentials: readonly Credential[] }[];
    readonly consent: AppConsent | null;
    readonly egressAddresses: readonly string[];
  }>;
  beginSignIn(request: BeginRequest): Promise<{ readonly url: string; readonly signInId: string }>;
  beginConsent(request: ConsentRequest): Promise<{ readonly url: string; readonly signInId: string }>;
  finishSignIn(query: Readonly<Record<string, string | undefined>>): Promise<SignInAnswer>;
  connectApp(request: { tenantId: TenantId; actor: Actor; conversationId: string }): Promise<SignInResult>;
  testCredential(
    tenantId: TenantId,
    id: CredentialId,
    actor: Actor,
    conversationId?: string,
  ): Promise<Credential | null>;
  makePrimary(
    tenantId: TenantId,
    id: CredentialId,
    actor: Actor,
    conversationId?: string,
  ): Promise<Credential | null>;
  removeCredential(
    tenantId: TenantId,
    id: CredentialId,
    actor: Actor,
    conversationId?: string,
  ): Promise<boolean>;
  attachConnectCard(tenantId: TenantId, signInId: string, card: CardAddress): Promise<void>;
  takeFinishedSignIns(): Promise<readonly SignInNews[]>;
  markSignInTold(news: Pick<SignInNews, 'signInId' | 'revision'>): Promise<void>;
  /** The credentials for one run. */
  openRun(tenantId: TenantId, log: Log): RunCredentials;
  /** Ends what goes on by itself: tests that come round, and the watch over what is about to end. */
  stopWatching(): void;
}

const CONSENT_TIMEOUT_MS = 8_000;

/** The service of this process. Throws `bad-settings` when the certificate cannot be read. */
export function createConnecting(options: ConnectingOptions): ConnectingService {
  const { config, ambient, log, web, credentials, people, vault } = options;
  const { clock, ids } = ambient;
  const { app, expiry } = readApp(config);
  const graphResource = CLOUD_ADDRESSES[config.cloud].graphUrl;
  const redirectUri = `${config.publicUrl}/auth/callback`;
  const appTokens = createAppTokenSource({ ...app, graphResource, web, clock, log });
  const delegated = createDelegatedTokens({ app, graphResource, vault, web, clock, log });
  const tokens = createCredentialTokens(appTokens, delegated);
  const health = createHealthKeeper({
    ...{ credentials, notices: options.notices, people, clock, log },
    egressAddresses: config.egressAddresses,
  });
  const probeApp = (tenantId: TenantId): Probe => {
    // Permissions may have been granted since the last sign-in.
    appTokens.invalidate(tenantId);
    return options.openProbe(tenantId, appTokens);
  };
  const authorizer = createAuthorizer({
    ...{ vault, health, people, clock, probeApp, appExpiry: expiry },
    probeWith: (tenantId, accessToken) =>
      options.openProbe(tenantId, {
        accessToken: () => Promise.resolve(accessToken),
        invalidate: () => undefined,
      }),
  });
  const signIns = createSignIns({
    ...{ app, graphResource, redirectUri, egressAddresses: config.egressAddresses },
    ...{ keyring: options.keyring, store: options.signIns, authorizer, people, web, clock, ids, log },
  });
  const tester = createCredentialTester({
    ...{ credentials, tokens, health, clock, log },
    probeFor: (credential) =>
      options.openProbe(credential.tenantId, {
        accessToken: (_, signal) => tokens.accessToken(credential, signal),
        invalidate: () => tokens.invalidate(credential),
      }),
  });

  const news = createSignInNewsBoard({ store: options.signIns, credentials, people, clock, log });
  const stopWatching = startWatch({
    ...{ credentials, claims: options.claims, notices: options.notices, tester, health, people, clock, log },
    ...{ allowedTenants: config.allowedTenants, appExpiry: expiry },
  });

  async function readConsent(tenantId: TenantId): Promise<AppConsent | null> {
    try {
      const probe = options.openProbe(tenantId, appTokens);
      return compareConsent(await probe.readPermissions(AbortSignal.timeout(CONSENT_TIMEOUT_MS)));
    } catch (error) {
      log.warn('consent.not-read', { tenantId }, error);
      return null;
    }
  }

  return {
    stopWatching,
    getConnections: async (tenantId) => {
      const [all, consent] = await Promise.all([credentials.list(tenantId), readConsent(tenantId)]);
      const grants = GRANTS.map((grant) => ({
        grant,
        credentials: all
          .filter((credential) => credential.grant === grant)
          .sort((one, other) => one.position - other.position),
      }));
      return { grants, consent, egressAddresses: config.egressAddresses };
    },
    beginSignIn: (request) => {
      if (!config.allowedTenants.has(request.tenantId)) throw new AppError('tenant-not-allowed');
      return signIns.begin(request);
    },
    beginConsent: (request) => {
      if (!config.allowedTenants.has(request.tenantId)) throw new AppError('tenant-not-allowed');
      return signIns.beginConsent(request);
    },
    finishSignIn: (query) => signIns.finish(query),
    connectApp: (request) => signIns.connectApp(request),
    testCredential: async (tenantId, id, actor, conversationId) => {
      const credential = await credentials.get(tenantId, id);
      if (credential === null) return null;
      return people.audited(
        lineOf(credential, 'credential.tested', actor, conversationId ?? null),
        () => tester.testWithSiblings(credential),
        (tested) => testEnd(credential, tested),
      );
    },
    makePrimary: async (tenantId, id, actor, conversationId) => {
      const before = await credentials.get(tenantId, id);
      if (before === null) return null;
      return people.audited(
        lineOf(before, 'credential.made-primary', actor, conversationId ?? null),
        () => credentials.makePrimary(tenantId, id),
        (primary) =>
          primary && before.position !== primary.position
            ? { before: 'backup', after: 'primary', result: 'done' }
            : null,
      );
    },
    removeCredential: async (tenantId, id, actor, conversationId) => {
      const credential = await credentials.get(tenantId, id);
      if (credential === null) return false;
      const gone = await people.audited(
        lineOf(credential, 'credential.removed', actor, conversationId ?? null),
        () => credentials.remove(tenantId, id),
        (removed) => (removed ? { before: removed.health.state, result: 'done' } : null),
      );
      if (gone === null) return false;
      tokens.invalidate(gone);
      // It is removed, whether or not people can be told now: the watch tells them then.
      await health
        .tellNews()
        .catch((error: unknown) => log.warn('credential.news-not-told', { tenantId }, error));
      return true;
    },
    attachConnectCard: (tenantId, signInId, card) => options.signIns.attachCard(tenantId, signInId, card),
    takeFinishedSignIns: () => news.take(),
    markSignInTold: (told) => news.markTold(told),
    openRun: (tenantId, runLog) =>
      openRunCredentials({ tenantId, credentials, tokens, health, clock, log: runLog }),
  };
}
