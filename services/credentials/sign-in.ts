// A sign-in from the button in chat to the kept authorization: sends the person to Microsoft, takes what comes back
// once, from the right person only, and has it validated. What a credential is good for afterwards is not decided here.
import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../ambient.ts';
import type { Grant } from '../directory/credential.ts';
import type { TenantId } from '../directory/ids.ts';
import type { Actor } from '../directory/run.ts';
import type {
  OpenSignIn,
  PendingSignIn,
  SignInRefusal,
  SignInResult,
  SignInStore,
} from '../directory/sign-in.ts';
import { toAppError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { PeopleService } from '../people.ts';
import { createSecret } from '../secret.ts';
import type { Web } from '../web.ts';
import type { Authorizer } from './authorize.ts';
import { makeSignInUrl, redeemCode, type CodeFlow, type Redeemed } from './authorization-code.ts';
import { missingScopes, scopesFor } from './consent.ts';
import type { EntraApp } from './entra-client.ts';
import { insist } from '../insist.ts';
import type { Keyring } from './keyring.ts';
import { describeFailure, permissionsMissing, PROBLEMS } from './problems.ts';
import { parseRedirect, type Redirect } from './redirect.ts';
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
  /** Never rejects for anything that a person can cause, nor for a database that is away. */
  finish(query: Readonly<Record<string, string | undefined>>): Promise<SignInResult>;
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
  readonly people: Pick<PeopleService, 'recordAudit'>;
  readonly web: Web;
  readonly clock: Clock;
  readonly ids: { next(): string };
  readonly log: Log;
}

const VALID_MS = 10 * 60_000;

/** Numbers that mean that an administrator has to consent (Entra docs: error codes). */
const CONSENT_NEEDED: ReadonlySet<unknown> = new Set([65001, 90094, 90095, 65005, 650056, 650057]);

const chance = (): string => randomBytes(32).toString('base64url');
const hashOf = (state: string): string => createHash('sha256').update(state).digest('hex');

/** The sign-ins of this process; another process may finish what this one began. */
export function createSignIns(options: SignInOptions): SignIns {
  const { keyring, store, clock, log } = options;

  const flowFor = ({ tenantId, grant }: Pick<PendingSignIn, 'tenantId' | 'grant'>): CodeFlow => ({
    app: options.app,
    tenantId,
    redirectUri: options.redirectUri,
    scopes: scopesFor(grant, options.graphResource).scopes,
    web: options.web,
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
    const problem = describeFailure(error, clock.now(), options.egressAddresses);
    if (error.code !== 'sign-in-failed' && error.kind !== 'denied') return { kind: 'failed', problem };
    const consent = CONSENT_NEEDED.has(error.details.aadsts);
    return { kind: 'refused', reason: consent ? 'consentNeeded' : 'signInError', problem };
  };

  /** What came back, for a sign-in that is ours, in time and not yet used. */
  async function complete(signIn: OpenSignIn, redirect: Redirect): Promise<SignInResult> {
    if (redirect.kind === 'declined') return refused('declined', PROBLEMS.declined);
    if (redirect.kind === 'refused') return fromError(redirect.error);
    if (redirect.kind === 'nothing') return refused('unknownState', PROBLEMS.unknownState);
    const { tenantId, id } = signIn;
    const proof = parseProof(keyring.open(signIn.sealed, { tenantId, kind: 'signIn', id }));
    const redeemed = await redeemCode(flowFor(signIn), proof, redirect.code);
    return judgePerson(signIn, redeemed) ?? options.authorizer.authorize(signIn, redeemed);
  }

  /** Whether it is the person who pressed the button, with all that was asked for; null when it is. */
  function judgePerson(signIn: PendingSignIn, { idToken, scopes }: Redeemed): SignInResult | null {
    const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
    if (!same(idToken.tid, signIn.tenantId) || idToken.idp !== undefined)
      return refused('otherTenant', PROBLEMS.otherTenant);
    if (!same(idToken.oid, signIn.actor.objectId)) return refused('otherPerson', PROBLEMS.otherPerson);
    const missing = missingScopes(scopesFor(signIn.grant, options.graphResource).needed, scopes);
    return missing.length > 0 ? refused('consentNeeded', (at) => permissionsMissing(missing, at)) : null;
  }

  async function finishTaken(signIn: OpenSignIn, redirect: Redirect): Promise<SignInResult> {
    const result = await complete(signIn, redirect).catch((error: unknown) => {
      log.warn('sign-in.failed', { tenantId: signIn.tenantId, signInId: signIn.id }, error);
      return fromError(error);
    });
    await end(signIn, result);
    return result;
  }

  /** Tells the card and the audit trail; the person in the browser is told in any case. */
  async function end(signIn: PendingSignIn, result: SignInResult): Promise<void> {
    const { tenantId, grant, id: signInId } = signIn;
    const problem = 'problem' in result ? result.problem.code : null;
    log.info('sign-in.ended', { tenantId, signInId, grant, result: result.kind, problem });
    try {
      await insist(clock, () => store.finish(signInId, result));
      await audit(signIn, result);
    } catch (error) {
      log.error('sign-in.end-not-stored', { tenantId, signInId }, error);
    }
  }

  const audit = (request: Omit<BeginRequest, 'backup'>, result: SignInResult): Promise<void> =>
    options.people.recordAudit({
      ...{ tenantId: request.tenantId, actor: request.actor, conversationId: request.conversationId },
      ...{ action: 'credential.authorized', target: request.grant, before: null },
      after: result.kind === 'connected' ? result.credential.health.state : result.problem.code,
      result: result.kind === 'connected' ? 'done' : result.kind,
    });

  async function connectApp(request: Omit<BeginRequest, 'backup' | 'grant'>): Promise<SignInResult> {
    const result = await options.authorizer.authorizeApp(request).catch(fromError);
    await audit({ ...request, grant: 'everything' }, result).catch((error: unknown) => {
      log.error('audit.not-stored', { tenantId: request.tenantId }, error);
    });
    return result;
  }

  async function finish(query: Readonly<Record<string, string | undefined>>): Promise<SignInResult> {
    const redirect = parseRedirect(query);
    if (redirect.kind === 'nothing') return refused('unknownState', PROBLEMS.unknownState);
    const taken = await insist(clock, () => store.take(hashOf(redirect.state), clock.now()));
    if (taken.kind === 'unknown') return refused('unknownState', PROBLEMS.unknownState);
    if (taken.kind === 'alreadyUsed') return refused('alreadyUsed', PROBLEMS.alreadyUsed);
    if (taken.kind === 'taken') return finishTaken(taken.signIn, redirect);
    const result = refused('late', PROBLEMS.late);
    await end(taken.signIn, result);
    return result;
  }

  return {
    begin,
    connectApp,
    finish: (query) =>
      finish(query).catch((error: unknown) => {
        log.error('sign-in.not-taken', {}, error);
        return fromError(error);
      }),
  };
}

type SignInProblem = Extract<SignInResult, { kind: 'refused' }>['problem'];
