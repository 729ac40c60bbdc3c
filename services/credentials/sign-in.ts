// A sign-in from the button in chat to the kept authorization: sends the person to Microsoft, takes what comes back
// once, from the right person only, and has it validated. What a credential is good for afterwards is not decided here.
import type { Clock } from '../ambient.ts';
import type { Grant } from '../directory/credential.ts';
import type { TenantId } from '../directory/ids.ts';
import type { Actor } from '../directory/run.ts';
import {
  SIGN_IN_VALID_MS,
  type OpenSignIn,
  type PendingSignIn,
  type SignInAnswer,
  type SignInResult,
  type SignInStore,
} from '../directory/sign-in.ts';
import type { Log } from '../log.ts';
import { hashOneTimeText, makeOneTimeText } from '../one-time-text.ts';
import type { PeopleService } from '../people.ts';
import { createSecret } from '../secret.ts';
import type { Web } from '../web.ts';
import { createAdminConsents, type ConsentRequest } from './admin-consent.ts';
import { problemCode, signInEnd, signInLine } from './audit-lines.ts';
import type { Authorizer } from './authorize.ts';
import { findPagesOrigin, makeSignInUrl, type CodeFlow } from './authorization-code.ts';
import { scopesFor } from './consent.ts';
import type { EntraApp } from './entra-client.ts';
import { insist } from '../insist.ts';
import { createAnswerJudge, unproven, type Unproven } from './judge-answer.ts';
import type { Keyring } from './keyring.ts';
import { PROBLEMS } from './problems.ts';
import { parseRedirect, type Redirect } from './redirect.ts';
import { whileAlive } from './sign-in-news.ts';
import { writeProof } from './sign-in-proof.ts';

export interface BeginRequest {
  readonly tenantId: TenantId;
  readonly actor: Actor;
  readonly grant: Grant;
  readonly backup: boolean;
  readonly conversationId: string;
}

export interface SignIns {
  /** Throws `token-keys-missing`, `sign-in-unreachable`, `database-…`. */
  begin(request: BeginRequest): Promise<{ readonly url: string; readonly signInId: string }>;
  /** The page on which an administrator consents for the organisation. Throws the same. */
  beginConsent(request: ConsentRequest): Promise<{ readonly url: string; readonly signInId: string }>;
  /** Never rejects for anything that a person can cause, nor for a database that is away. */
  finish(query: Readonly<Record<string, string | undefined>>): Promise<SignInAnswer>;
  /** The app itself, for somebody who may; without a sign-in once an owner is known. Never rejects, either. */
  connectApp(request: Pick<BeginRequest, 'tenantId' | 'actor' | 'conversationId'>): Promise<SignInResult>;
}

export interface SignInOptions {
  readonly app: EntraApp;
  readonly graphResource: string;
  readonly redirectUri: string;
  readonly egressAddresses: readonly string[];
  readonly keyring: Keyring;
  readonly store: SignInStore;
  readonly authorizer: Authorizer;
  readonly people: Pick<PeopleService, 'recordAudit' | 'audited' | 'hasOwner'>;
  readonly web: Web;
  readonly clock: Clock;
  readonly ids: { next(): string };
  readonly log: Log;
}

/** The answer that proves nothing which ends a sign-in; those before it do not. */
const MOST_UNPROVEN = 5;

/** The sign-ins of this process; another process may finish what this one began. */
export function createSignIns(options: SignInOptions): SignIns {
  const { keyring, store, people, clock, log } = options;

  const flowFor = ({ tenantId, grant }: Pick<PendingSignIn, 'tenantId' | 'grant'>): CodeFlow => ({
    app: options.app,
    tenantId,
    redirectUri: options.redirectUri,
    scopes: scopesFor(grant, options.graphResource).scopes,
    web: options.web,
  });

  const consents = createAdminConsents({
    ...options,
    findPages: (tenantId) => findPagesOrigin(flowFor({ tenantId, grant: 'everything' })),
  });

  async function begin(request: BeginRequest): Promise<{ url: string; signInId: string }> {
    const { tenantId, grant } = request;
    const kind = grant === 'everything' ? 'application' : 'delegated';
    const id = options.ids.next();
    const proof = { verifier: createSecret(makeOneTimeText()), nonce: makeOneTimeText() };
    const sealed = keyring.seal(writeProof(proof), { tenantId, kind: 'signIn', id });
    const state = makeOneTimeText();
    const url = await makeSignInUrl(flowFor(request), { state, ...proof }, kind === 'delegated');
    const createdAt = clock.now();
    const expiresAt = new Date(createdAt.getTime() + SIGN_IN_VALID_MS);
    const signIn = { ...request, id, purpose: 'signIn', kind, sealed, createdAt, expiresAt } as const;
    await store.insert(signIn, hashOneTimeText(state));
    log.info('sign-in.begun', { tenantId, signInId: id, grant });
    return { url, signInId: id };
  }

  const { judge, refused, fromError } = createAnswerJudge({ ...options, flowFor });

  async function finishTaken(signIn: OpenSignIn, redirect: Redirect): Promise<SignInResult> {
    if (redirect.kind === 'consented') return finishConsent(signIn, redirect.tenant);
    const answer = await judge(signIn, redirect);
    if (answer.kind === 'ended') await end(signIn, answer.result);
    if (answer.kind === 'unproven') await turnAway(signIn, answer);
    if (answer.kind !== 'proven') return answer.result;
    return settle(signIn, () => options.authorizer.authorize(signIn, answer.redeemed));
  }

  /** The person is proven: what comes now is done between two writes of its line in the audit trail, and is told. */
  async function settle(signIn: OpenSignIn, work: () => Promise<SignInResult>): Promise<SignInResult> {
    const { tenantId, id } = signIn;
    const line = { ...signInLine(signIn), id };
    // The answer of Microsoft cannot be had again: a database that restarts just now is waited for.
    await insist(clock, () => people.recordAudit({ ...line, before: null, after: null, result: 'begun' }));
    const result = await people.audited(
      line,
      () =>
        insist(clock, () => store.markProven(id))
          .then(work)
          .catch((error: unknown) => {
            log.warn('sign-in.failed', { tenantId, signInId: id }, error);
            return fromError(error);
          }),
      signInEnd,
    );
    // Last: until then another process that looks for what was left behind finds it, and completes the line, too.
    await tell(signIn, result);
    return result;
  }

  /** Anybody can write that consent was given: until the calls of the app work, nothing is told or recorded of it. */
  async function finishConsent(signIn: OpenSignIn, tenant: string): Promise<SignInResult> {
    const { tenantId, id: signInId } = signIn;
    const wrong = await consents.judge(signIn, tenant).catch((error: unknown) => {
      log.warn('consent.not-tried', { tenantId, signInId }, error);
      return unproven(fromError(error), { isShown: true, counts: false });
    });
    if (wrong !== null) {
      await turnAway(signIn, wrong);
      return wrong.result;
    }
    // Consent proves nobody: who becomes the first owner has to sign in.
    return settle(signIn, async () =>
      (await people.hasOwner(tenantId)) ? connectApp(signIn) : { kind: 'consented' },
    );
  }

  /** The sign-in stays open for the person who pressed, but not for ever: the link is in wrong hands. */
  async function turnAway(signIn: OpenSignIn, { result, by, isShown, counts }: Unproven): Promise<void> {
    const { tenantId, id: signInId } = signIn;
    log.warn('sign-in.turned-away', { tenantId, signInId, problem: problemCode(result) });
    try {
      await insist(clock, () =>
        people.recordAudit({
          ...{ ...signInLine(signIn), actor: by, action: 'sign-in.refused', before: null },
          ...{ after: problemCode(result), result: 'refused' },
        }),
      );
      const waits = { most: counts ? MOST_UNPROVEN : null, shown: isShown ? result : null };
      if (!(await insist(clock, () => store.reopen(signInId, waits)))) await end(signIn, result);
    } catch (error) {
      log.error('sign-in.not-reopened', { tenantId, signInId }, error);
    }
  }

  /** For the audit trail first, then for the card; the person in the browser is told in any case. */
  async function end(signIn: PendingSignIn, result: SignInResult): Promise<void> {
    const { tenantId, id } = signIn;
    try {
      const line = { ...signInLine(signIn), id, before: null, after: null, ...signInEnd(result) };
      await insist(clock, () => people.recordAudit(line));
    } catch (error) {
      log.error('audit.not-stored', { tenantId, signInId: id }, error);
    }
    await tell(signIn, result);
  }

  async function tell({ tenantId, grant, id: signInId }: PendingSignIn, result: SignInResult): Promise<void> {
    const told = { result: result.kind, problem: problemCode(result) };
    log.info('sign-in.ended', { tenantId, signInId, grant, ...told });
    try {
      await insist(clock, () => store.finish(signInId, result));
    } catch (error) {
      log.error('sign-in.end-not-stored', { tenantId, signInId }, error);
    }
  }

  const connectApp = (request: Omit<BeginRequest, 'backup' | 'grant'>): Promise<SignInResult> =>
    people
      .audited(
        signInLine({ ...request, grant: 'everything', purpose: 'signIn' }),
        () => options.authorizer.authorizeApp(request).catch(fromError),
        signInEnd,
      )
      .catch(fromError);

  async function finish(query: Readonly<Record<string, string | undefined>>): Promise<SignInAnswer> {
    const redirect = parseRedirect(query);
    if (redirect.kind === 'nothing') return refused('unknownState', PROBLEMS.unknownState);
    const taken = await insist(clock, () => store.take(hashOneTimeText(redirect.state), clock.now()));
    if (taken.kind === 'unknown') return refused('unknownState', PROBLEMS.unknownState);
    if (taken.kind === 'alreadyUsed') return taken.result ?? { kind: 'checking' };
    if (taken.kind === 'taken')
      return whileAlive(options, taken.signIn.id, () => finishTaken(taken.signIn, redirect));
    const result = refused('late', PROBLEMS.late);
    await end(taken.signIn, result);
    return result;
  }

  return {
    begin,
    beginConsent: (request) => consents.begin(request),
    connectApp,
    finish: (query) =>
      finish(query).catch((error: unknown) => {
        log.error('sign-in.not-taken', {}, error);
        return fromError(error);
      }),
  };
}
