// What the answer to a sign-in is worth: whether it proves the person who pressed the button, with all that was asked
// for. Keeps nothing, ends nothing, and believes nothing that anybody could have written into an address.
import type { OpenSignIn, PendingSignIn, SignInRefusal, SignInResult } from '../directory/sign-in.ts';
import type { Actor } from '../directory/run.ts';
import { sameId } from '../directory/ids.ts';
import { toAppError } from '../errors.ts';
import type { Clock } from '../ambient.ts';
import type { Log } from '../log.ts';
import { redeemCode, type CodeFlow, type Redeemed } from './authorization-code.ts';
import { isOperatorTrouble } from './candidates.ts';
import { missingScopes, scopesFor } from './consent.ts';
import type { Keyring } from './keyring.ts';
import { permissionsMissing, PROBLEMS } from './problems.ts';
import type { Redirect } from './redirect.ts';
import { describeSignInFailure, needsConsent, provesNobody } from './sign-in-problems.ts';
import { parseProof } from './sign-in-proof.ts';

export type Answer =
  /** The person who pressed the button, with everything that was asked for. */
  | { readonly kind: 'proven'; readonly redeemed: Redeemed }
  /** The person who pressed the button, without it. */
  | { readonly kind: 'ended'; readonly result: SignInResult }
  | Unproven;

/** Not, or not provably, the person who pressed the button. */
export interface Unproven {
  readonly kind: 'unproven';
  readonly result: SignInResult;
  /** Who it is, when that is proven. */
  readonly by: Actor | null;
  /** It may well have been the person who pressed: the card says so too. */
  readonly isShown: boolean;
  /** False when the answer may be as good as any, and we cannot look into it. */
  readonly counts: boolean;
}

interface Options {
  readonly graphResource: string;
  readonly egressAddresses: readonly string[];
  readonly keyring: Keyring;
  readonly flowFor: (signIn: PendingSignIn) => CodeFlow;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

export interface AnswerJudge {
  /** Never throws. */
  readonly judge: (signIn: OpenSignIn, redirect: SignInRedirect) => Promise<Answer>;
  readonly fromError: (thrown: unknown) => SignInResult;
  readonly refused: (reason: SignInRefusal, problem: (at: Date) => RefusalProblem) => SignInResult;
}

export function createAnswerJudge(options: Options): AnswerJudge {
  const { keyring, clock, log } = options;

  const refused: AnswerJudge['refused'] = (reason, problem) => ({
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

  async function redeem(signIn: OpenSignIn, code: string): Promise<Answer> {
    const { tenantId, id } = signIn;
    const proof = parseProof(keyring.open(signIn.sealed, { tenantId, kind: 'signIn', id }));
    const redeemed = await redeemCode(options.flowFor(signIn), proof, code);
    return judgePerson(signIn, redeemed) ?? { kind: 'proven', redeemed };
  }

  /** Whether it is the person who pressed the button, with all that was asked for; null when it is. */
  function judgePerson(signIn: PendingSignIn, { idToken, scopes }: Redeemed): Answer | null {
    const by = { objectId: idToken.oid, displayName: idToken.name };
    if (!sameId(idToken.tid, signIn.tenantId) || idToken.idp !== undefined)
      return unproven(refused('otherTenant', PROBLEMS.otherTenant), { by });
    if (!sameId(idToken.oid, signIn.actor.objectId))
      return unproven(refused('otherPerson', PROBLEMS.otherPerson), { by });
    const missing = missingScopes(scopesFor(signIn.grant, options.graphResource).needed, scopes);
    if (missing.length === 0) return null;
    return { kind: 'ended', result: refused('consentNeeded', (at) => permissionsMissing(missing, at)) };
  }

  return {
    refused,
    fromError,
    judge: async (signIn, redirect) => {
      if (redirect.kind === 'declined')
        return unproven(refused('declined', PROBLEMS.declined), { isShown: true });
      if (redirect.kind === 'refused') return unproven(fromError(redirect.error), { isShown: true });
      if (redirect.kind === 'nothing' || signIn.purpose === 'consent')
        return unproven(refused('unknownState', PROBLEMS.unknownState));
      try {
        return await redeem(signIn, redirect.code);
      } catch (error) {
        log.warn('sign-in.failed', { tenantId: signIn.tenantId, signInId: signIn.id }, error);
        return unproven(fromError(error), {
          isShown: !provesNobody(error),
          counts: !isOperatorTrouble(error),
        });
      }
    },
  };
}

/** Counted, and not shown on the card, unless said otherwise. */
export const unproven = (
  result: SignInResult,
  more: Partial<Omit<Unproven, 'kind' | 'result'>> = {},
): Unproven => ({ kind: 'unproven', result, by: null, isShown: false, counts: true, ...more });

export type SignInRedirect = Exclude<Redirect, { kind: 'consented' }>;
type RefusalProblem = Extract<SignInResult, { kind: 'refused' }>['problem'];
