// A sign-in from the button in chat to the kept authorization: sends the person to Microsoft, takes what comes back
// once, from the right person only, and has it validated. What a credential is good for afterwards is not decided here.
import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../ambient.ts';
import type { AuditEnd } from '../audit-trail.ts';
import type { Grant } from '../directory/credential.ts';
import type { TenantId } from '../directory/ids.ts';
import type { Actor } from '../directory/run.ts';
import type {
  OpenSignIn,
  PendingSignIn,
  SignInAnswer,
  SignInRefusal,
  SignInResult,
  SignInStore,
} from '../directory/sign-in.ts';
import { toAppError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { PeopleService } from '../people.ts';
import { createSecret } from '../secret.ts';
import type { Web } from '../web.ts';
import { createAdminConsents, type ConsentRequest } from './admin-consent.ts';
import type { Authorizer } from './authorize.ts';
import {
  findPagesOrigin,
  makeSignInUrl,
  redeemCode,
  type CodeFlow,
  type Redeemed,
} from './authorization-code.ts';
import { missingScopes, scopesFor } from './consent.ts';
import type { EntraApp } from './entra-client.ts';
import { insist } from '../insist.ts';
import type { Keyring } from './keyring.ts';
import { permissionsMissing, PROBLEMS } from './problems.ts';
import { parseRedirect, type Redirect } from './redirect.ts';
import { whileAlive } from './sign-in-news.ts';
import { describeSignInFailure, needsConsent, provesNobody } from './sign-in-problems.ts';
import { parseProof, writeProof } from './sign-in-proof.ts';

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

const VALID_MS = 10 * 60_000;

/** Answers of others that a sign-in survives, and one more ends it. */
const MOST_STRANGERS = 5;

const chance = (): string => randomBytes(32).toString('base64url');
const hashOf = (state: string): string => createHash('sha256').update(state).digest('hex');

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
    const proof = { verifier: createSecret(chance()), nonce: chance() };
    const sealed = keyring.seal(writeProof(proof), { tenantId, kind: 'signIn', id });
    const state = chance();
    const url = await makeSignInUrl(flowFor(request), { state, ...proof }, kind === 'delegated');
    const createdAt = clock.now();
    const expiresAt = new Date(createdAt.getTime() + VALID_MS);
    await store.insert({ ...request, id, kind, sealed, createdAt, expiresAt }, hashOf(state));
    log.info('sign-in.begun', { tenantId, signInId: id, grant });
    return { url, signInId: id };
  }

  const refused = (reason: SignInRefusal, problem: (at: Date) => SignInProblem): SignInResult => ({
    kind: 'refused',
    reason,
    problem: problem(clock.now()),
  });

  const fromError = (thrown: unknown): SignInResult => {
    const error = toAppError(thrown);
    const problem = describeSignInFailure(error, clock.now(), options.egressAddresses);
    if (error.code !== 'sign-in-failed' && error.kind !== 'denied') return { kind: 'failed', problem };
    return { kind: 'refused', reason: needsConsent(error) ? 'consentNeeded' : 'signInError', problem };
  };

  /** What came back, for a sign-in that is ours, in time and not yet used: who it is. Throws `sign-in-…`. */
  async function prove(signIn: OpenSignIn, redirect: SignInRedirect): Promise<Answer> {
    const ended = (result: SignInResult): Answer => ({ kind: 'ended', result });
    if (redirect.kind === 'declined') return ended(refused('declined', PROBLEMS.declined));
    if (redirect.kind === 'refused') return ended(fromError(redirect.error));
    if (redirect.kind === 'nothing') return ended(refused('unknownState', PROBLEMS.unknownState));
    const { tenantId, id } = signIn;
    const proof = parseProof(keyring.open(signIn.sealed, { tenantId, kind: 'signIn', id }));
    const redeemed = await redeemCode(flowFor(signIn), proof, redirect.code);
    return judgePerson(signIn, redeemed) ?? { kind: 'proven', redeemed };
  }

  /** Whether it is the person who pressed the button, with all that was asked for; null when it is. */
  function judgePerson(signIn: PendingSignIn, { idToken, scopes }: Redeemed): Answer | null {
    const by = { objectId: idToken.oid, displayName: idToken.name };
    const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
    if (!same(idToken.tid, signIn.tenantId) || idToken.idp !== undefined)
      return { kind: 'stranger', result: refused('otherTenant', PROBLEMS.otherTenant), by };
    if (!same(idToken.oid, signIn.actor.objectId))
      return { kind: 'stranger', result: refused('otherPerson', PROBLEMS.otherPerson), by };
    const missing = missingScopes(scopesFor(signIn.grant, options.graphResource).needed, scopes);
    if (missing.length === 0) return null;
    return { kind: 'ended', result: refused('consentNeeded', (at) => permissionsMissing(missing, at)) };
  }

  async function finishTaken(signIn: OpenSignIn, redirect: Redirect): Promise<SignInResult> {
    const { tenantId, id: signInId } = signIn;
    if (redirect.kind === 'consented') return finishConsent(signIn, redirect.tenant);
    const answer = await prove(signIn, redirect).catch((error: unknown): Answer => {
      log.warn('sign-in.failed', { tenantId, signInId }, error);
      const result = fromError(error);
      // A code that is worth nothing proves nobody; whoever sent it must not end the sign-in of the right person.
      return provesNobody(error) ? { kind: 'stranger', result, by: null } : { kind: 'ended', result };
    });
    if (answer.kind === 'ended') await end(signIn, answer.result);
    if (answer.kind === 'stranger') await turnAway(signIn, answer);
    if (answer.kind !== 'proven') return answer.result;
    return settle(signIn, () => options.authorizer.authorize(signIn, answer.redeemed));
  }

  /** The person is proven: what comes now is done between two writes of its line in the audit trail, and is told. */
  async function settle(signIn: OpenSignIn, work: () => Promise<SignInResult>): Promise<SignInResult> {
    const { tenantId, id } = signIn;
    const line = { ...lineOf(signIn), id };
    // The answer of Microsoft cannot be had again: a database that restarts just now is waited for.
    await insist(clock, () => people.recordAudit({ ...line, before: null, after: null, result: 'begun' }));
    return people.audited(
      line,
      async () => {
        const result = await insist(clock, () => store.markProven(id))
          .then(work)
          .catch((error: unknown) => {
            log.warn('sign-in.failed', { tenantId, signInId: id }, error);
            return fromError(error);
          });
        await tell(signIn, result);
        return result;
      },
      endOfLine,
    );
  }

  async function finishConsent(signIn: OpenSignIn, tenant: string): Promise<SignInResult> {
    const wrong = consents.judge(signIn, tenant);
    if (wrong !== null) {
      await turnAway(signIn, { kind: 'stranger', result: wrong, by: null });
      return wrong;
    }
    return settle(signIn, () => consents.finish(signIn));
  }

  /** The sign-in stays open for the person who pressed, but not for ever: the link is in wrong hands. */
  async function turnAway(signIn: OpenSignIn, { result, by }: Extract<Answer, { kind: 'stranger' }>) {
    const { tenantId, id: signInId } = signIn;
    log.warn('sign-in.stranger', { tenantId, signInId, problem: problemCode(result) });
    try {
      await insist(clock, () =>
        people.recordAudit({
          ...{ ...lineOf(signIn), actor: by, action: 'sign-in.refused', before: null },
          ...{ after: problemCode(result), result: 'refused' },
        }),
      );
      if (!(await insist(clock, () => store.reopen(signInId, MOST_STRANGERS)))) await end(signIn, result);
    } catch (error) {
      log.error('sign-in.not-reopened', { tenantId, signInId }, error);
    }
  }

  /** For the audit trail first, then for the card; the person in the browser is told in any case. */
  async function end(signIn: PendingSignIn, result: SignInResult): Promise<void> {
    const { tenantId, id } = signIn;
    try {
      const line = { ...lineOf(signIn), id, before: null, after: null, ...endOfLine(result) };
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
        lineOf({ ...request, grant: 'everything' }),
        () => options.authorizer.authorizeApp(request).catch(fromError),
        endOfLine,
      )
      .catch(fromError);

  async function finish(query: Readonly<Record<string, string | undefined>>): Promise<SignInAnswer> {
    const redirect = parseRedirect(query);
    if (redirect.kind === 'nothing') return refused('unknownState', PROBLEMS.unknownState);
    const taken = await insist(clock, () => store.take(hashOf(redirect.state), clock.now()));
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

/** `stranger`: not, or not provably, the person who pressed the button; `by` is who it is. */
type Answer =
  | { readonly kind: 'proven'; readonly redeemed: Redeemed }
  | { readonly kind: 'ended'; readonly result: SignInResult }
  | { readonly kind: 'stranger'; readonly result: SignInResult; readonly by: Actor | null };

const lineOf = ({ tenantId, actor, conversationId, grant }: Omit<BeginRequest, 'backup'>) => ({
  ...{ tenantId, actor, conversationId, action: 'credential.authorized', target: grant },
});

const problemCode = (result: SignInResult): string | null =>
  'problem' in result ? result.problem.code : null;

const endOfLine = (result: SignInResult): AuditEnd => ({
  after: result.kind === 'connected' ? result.credential.health.state : problemCode(result),
  result: 'problem' in result ? result.kind : 'done',
});

type SignInRedirect = Exclude<Redirect, { kind: 'consented' }>;
type SignInProblem = Extract<SignInResult, { kind: 'refused' }>['problem'];
