// Turns a proven sign-in into a kept authorization: validates it, decides whether this person may authorize, keeps it,
// and makes the first such person the owner. Speaks to Microsoft through probes only.
import type { Clock } from '../ambient.ts';
import type { Credential } from '../directory/credential.ts';
import type { Authorization, Finding, SecretExpiry } from '../directory/credential-store.ts';
import { sameId, type TenantId } from '../directory/ids.ts';
import { mayDo, type OwnersPresence } from '../directory/person.ts';
import type { PendingSignIn, SignInResult } from '../directory/sign-in.ts';
import { AppError, toAppError } from '../errors.ts';
import type { PeopleService } from '../people.ts';
import { idleExpiry } from './expiry.ts';
import type { Redeemed } from './authorization-code.ts';
import type { HealthKeeper } from './health.ts';
import { insist } from '../insist.ts';
import { notAdmin, ownerMeanwhile, ownersUnknown, PROBLEMS } from './problems.ts';
import { decideRoles, type RoleVerdict } from './roles.ts';
import { validate, type Probe } from './validate.ts';
import type { Vault } from './vault.ts';

export type SignedInPerson = Pick<
  PendingSignIn,
  'tenantId' | 'actor' | 'grant' | 'kind' | 'backup' | 'conversationId'
>;

export interface Authorizer {
  /** Throws `sign-in-…`, `graph-…` and `database-…`; nothing is kept then. */
  authorize(signIn: SignedInPerson, redeemed: Redeemed): Promise<SignInResult>;
  /** The app itself, for somebody who may: no sign-in is needed once an owner is known. Throws the same. */
  authorizeApp(request: Omit<SignedInPerson, 'kind' | 'grant' | 'backup'>): Promise<SignInResult>;
  /** Whether the calls of the app work, for nobody in particular. Keeps nothing. Throws what Microsoft refused. */
  tryApp(tenantId: TenantId): Promise<Finding>;
}

interface Options {
  readonly vault: Vault;
  readonly health: Pick<HealthKeeper, 'record'>;
  readonly people: Pick<
    PeopleService,
    'hasOwner' | 'roleOf' | 'listPeople' | 'claimFirstOwner' | 'findOwners'
  >;
  /** A probe that signs in with this token. */
  readonly probeWith: (tenantId: TenantId, accessToken: string) => Probe;
  /** A probe that signs in as the app, anew. */
  readonly probeApp: (tenantId: TenantId) => Probe;
  /** When the secret or certificate of the app ends. */
  readonly appExpiry: SecretExpiry;
  readonly clock: Clock;
}

/** Requests to Graph are patient for minutes; somebody who looks at a card is not. */
const TRY_OUT_WITHIN_MS = 20_000;
const ASK_WITHIN_MS = 5_000;
const askWithin = () => AbortSignal.timeout(ASK_WITHIN_MS);

/** Null: may authorize. A succession: nobody owns Rollcall, or only people who are `gone`; this one does from now on. */
type Judged = SignInResult | Succession | null;
interface Succession {
  readonly gone: ReadonlySet<string>;
}

const isSuccession = (judged: Judged): judged is Succession => judged !== null && 'gone' in judged;

/** The authorizer of this process. */
export function createAuthorizer(options: Options): Authorizer {
  const { vault, health, people, clock } = options;
  const never = new AbortController().signal;

  /** Whether this person may authorize. `probes` tell of owners who may have left, in this order. */
  async function judge(
    { tenantId, actor }: SignedInPerson,
    roles: () => Promise<RoleVerdict>,
    probes: readonly Probe[],
  ): Promise<Judged> {
    const succession = await judgeOwners(tenantId, actor, probes);
    if (!isSuccession(succession)) return succession;
    const verdict = await roles();
    if (verdict === 'enough') return succession;
    const problem = verdict === 'missing' ? PROBLEMS.firstOwnerNeedsRoles : PROBLEMS.firstOwnerRolesUnknown;
    return { kind: 'refused', reason: 'roleNeeded', problem: problem(clock.now()) };
  }

  async function judgeOwners(
    tenantId: TenantId,
    actor: SignedInPerson['actor'],
    probes: readonly Probe[],
  ): Promise<Judged> {
    if (!(await people.hasOwner(tenantId))) return { gone: new Set() };
    if (mayDo(await people.roleOf(tenantId, actor.objectId), 'admin')) return null;
    // With the sign-in that was just made, and with what is authorized already.
    const asks = [
      ...probes.map((probe) => (objectId: string) => probe.readPerson(objectId, askWithin())),
      undefined,
    ];
    let told: OwnersPresence = { kind: 'here' };
    for (const ask of asks) {
      told = await people.findOwners(tenantId, ask);
      if (told.kind !== 'unknown') break;
    }
    if (told.kind === 'gone') return { gone: told.gone };
    const owners = (await people.listPeople(tenantId)).filter(({ role }) => role === 'owner');
    const names = owners.slice(0, 3).map(({ displayName }) => displayName);
    const problem = told.kind === 'here' ? notAdmin : ownersUnknown;
    return { kind: 'refused', reason: 'roleNeeded', problem: problem(names, clock.now()) };
  }

  /** What fails for a while says nothing against an authorization: it is kept, and tested again soon. */
  async function tryOut(test: (signal: AbortSignal) => Promise<Finding>): Promise<Finding | null> {
    const signal = AbortSignal.timeout(TRY_OUT_WITHIN_MS);
    try {
      return await test(signal);
    } catch (error) {
      if (!signal.aborted && toAppError(error).kind !== 'transient') throw error;
      return null;
    }
  }

  async function keep(
    signIn: SignedInPerson,
    authorization: Authorization,
    secret: Redeemed['refreshToken'],
    finding: Finding | null,
    succession: Succession | null,
  ): Promise<SignInResult> {
    // Before anything is kept: of two who would be the first, only one may leave something behind. Should keeping fail
    // then, the owner is still somebody who was proven to be an administrator.
    const becameOwner = succession !== null && (await becomeOwner(signIn, succession));
    if (!becameOwner) {
      const refusal = await (succession ? refuseSecond(signIn) : refuseAfterAll(signIn));
      if (refusal !== null) return refusal;
    }
    const kept = await insist(clock, () => vault.authorize(authorization, secret, signIn.backup));
    // Not tried yet, when Microsoft is away: it stays so until a test has passed, and nobody is told that it works.
    const credential = finding ? await insist(clock, () => health.record(kept, finding, 'test')) : kept;
    return { kind: 'connected', credential: credential ?? kept, becameOwner };
  }

  const becomeOwner = (
    { tenantId, actor, conversationId }: SignedInPerson,
    { gone }: Succession,
  ): Promise<boolean> => insist(clock, () => people.claimFirstOwner(tenantId, actor, conversationId, gone));

  /** Somebody was faster. Null when it was the same person, in another window or with an answer that got lost. */
  async function refuseSecond({ tenantId, actor }: SignedInPerson): Promise<SignInResult | null> {
    const kept = await insist(clock, () => people.listPeople(tenantId));
    const same = kept.find(({ objectId }) => sameId(objectId, actor.objectId));
    if (mayDo(same?.role ?? null, 'admin')) return null;
    const owner = kept.find(({ role }) => role === 'owner')?.displayName ?? 'Somebody else';
    return { kind: 'refused', reason: 'roleNeeded', problem: ownerMeanwhile(owner, clock.now()) };
  }

  const validateApp = (tenantId: TenantId, at: Date, signal: AbortSignal): Promise<Finding> =>
    validate(
      { grant: 'everything', kind: 'application', roleTemplateIds: null },
      options.probeApp(tenantId),
      at,
      signal,
    );

  /** Trying out took its time, in which the role may have been taken away. */
  async function refuseAfterAll(signIn: SignedInPerson): Promise<SignInResult | null> {
    const judged = await insist(clock, () => judge(signIn, () => Promise.resolve('unknown'), []));
    return isSuccession(judged) ? null : judged;
  }

  async function authorizeApp(signIn: SignedInPerson, succession: Succession | null): Promise<SignInResult> {
    const { tenantId, actor } = signIn;
    const at = clock.now();
    const finding = await tryOut((signal) => validateApp(tenantId, at, signal));
    if (finding?.state === 'failed')
      return { kind: 'refused', reason: 'consentNeeded', problem: finding.problem };
    const authorization = {
      ...{ tenantId, grant: 'everything', kind: 'application', account: null },
      ...{ authorizedBy: actor, authorizedAt: at },
      ...options.appExpiry,
    } as const satisfies Authorization;
    return keep(signIn, authorization, null, finding, succession);
  }

  async function authorizeAccount(
    signIn: SignedInPerson,
    { idToken, refreshToken, ...redeemed }: Redeemed,
    succession: Succession | null,
  ): Promise<SignInResult> {
    const { tenantId, actor, grant, kind } = signIn;
    if (refreshToken === null) throw new AppError('sign-in-failed', { reason: 'noRefreshToken' });
    const at = clock.now();
    const candidate = { grant, kind, roleTemplateIds: idToken.wids ?? null };
    const probe = options.probeWith(tenantId, redeemed.accessToken);
    const finding = await tryOut((signal) => validate(candidate, probe, at, signal));
    if (finding?.state === 'failed')
      return { kind: 'refused', reason: 'consentNeeded', problem: finding.problem };
    const account: Credential['account'] = {
      objectId: idToken.oid,
      displayName: idToken.name || actor.displayName,
      userPrincipalName: idToken.preferred_username,
    };
    const authorization = { tenantId, grant, kind, account, authorizedBy: actor, authorizedAt: at };
    return keep(signIn, { ...authorization, ...idleExpiry(at) }, refreshToken, finding, succession);
  }

  return {
    authorize: async (signIn, redeemed) => {
      const { wids } = redeemed.idToken;
      const probe = options.probeWith(signIn.tenantId, redeemed.accessToken);
      const judged = await judge(
        signIn,
        async () => decideRoles(wids ?? (await probe.readRoleTemplates(never))),
        signIn.kind === 'application' ? [probe, options.probeApp(signIn.tenantId)] : [probe],
      );
      if (judged !== null && !isSuccession(judged)) return judged;
      return signIn.kind === 'application'
        ? authorizeApp(signIn, judged)
        : authorizeAccount(signIn, redeemed, judged);
    },
    tryApp: (tenantId) => validateApp(tenantId, clock.now(), AbortSignal.timeout(TRY_OUT_WITHIN_MS)),
    authorizeApp: async (request) => {
      const signIn = { ...request, grant: 'everything', kind: 'application', backup: false } as const;
      if (!(await people.hasOwner(request.tenantId)))
        return { kind: 'refused', reason: 'roleNeeded', problem: PROBLEMS.notTheApp(clock.now()) };
      const judged = await judge(signIn, () => Promise.resolve('unknown'), []);
      return judged === null || isSuccession(judged) ? authorizeApp(signIn, null) : judged;
    },
  };
}
