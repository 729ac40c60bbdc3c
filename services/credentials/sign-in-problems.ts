// Says in people's words why the answer to a sign-in was worth nothing, where the words for a kept authorization would
// mislead: somebody sits in front of it and has just signed in; and what kind of failure it is.
import { CONSENT_NEEDED } from '../directory/consent-needed.ts';
import type { CredentialProblem } from '../directory/credential.ts';
import { toAppError } from '../errors.ts';
import { describeFailure } from './problems.ts';

interface Words {
  /** Ours, for reasons that have no number of Microsoft. */
  readonly code?: string;
  readonly happened: string;
  readonly remedy: string;
  readonly who: string;
}

const PERSON = 'The person who signs in';
const OPERATOR = 'The operator of Rollcall';

const NO_GOOD: Words = {
  happened: 'What came back from Microsoft is not the answer to this sign-in, or was used before.',
  remedy: 'Press the button in Teams again, and finish in the window that opens then.',
  who: PERSON,
};

/** Numbers about the code that the browser brought back (Entra docs: error codes). */
const BY_NUMBER: ReadonlyMap<number, Words> = new Map([
  [70000, NO_GOOD],
  [9002313, NO_GOOD],
  [54005, NO_GOOD],
  [700005, NO_GOOD],
  [
    70008,
    {
      happened: 'The answer of Microsoft came too late.',
      remedy: 'Press the button in Teams again, and finish within a few minutes.',
      who: PERSON,
    },
  ],
]);

/** MSAL's words, and ours, for what has no number. */
const BY_REASON: ReadonlyMap<string, Words> = new Map([
  ['nonce_mismatch', { ...NO_GOOD, code: 'other-answer' }],
  [
    'noRefreshToken',
    {
      code: 'no-offline-access',
      happened: 'Microsoft signed you in, but did not let Rollcall come back without you.',
      remedy:
        'Accept "Maintain access to data you have given it access to" (offline_access) when you connect again; if Microsoft does not ask, a Global Administrator must grant it to Rollcall.',
      who: 'The person who signs in, or a Global Administrator',
    },
  ],
  [
    'emptyToken',
    {
      code: 'empty-answer',
      happened: 'Microsoft signed you in, but sent Rollcall an empty answer.',
      remedy: 'Press the button in Teams again. If it stays, tell the operator of Rollcall the time.',
      who: PERSON,
    },
  ],
  [
    'badIdToken',
    {
      code: 'other-app',
      happened: 'The answer of Microsoft does not say who signed in, or is for another application.',
      remedy: 'Check ROLLCALL_ENTRA_CLIENT_ID and ROLLCALL_ENTRA_URL in the settings.',
      who: OPERATOR,
    },
  ],
]);

/** Numbers that mean that the code is used, late, made up, or of another sign-in (Entra docs: error codes). */
const NO_GOOD_CODE: ReadonlySet<unknown> = new Set([70000, 70008, 54005, 501481, 700005, 9002313]);

/** Whether what was sent is worth nothing, so that anybody could have sent it. */
export const provesNobody = (thrown: unknown): boolean => {
  const { aadsts, reason } = toAppError(thrown).details;
  // MSAL says the last one itself: the code is good, and was given for another sign-in.
  return NO_GOOD_CODE.has(aadsts) || reason === 'nonce_mismatch';
};

export const needsConsent = (thrown: unknown): boolean =>
  CONSENT_NEEDED.has(toAppError(thrown).details.aadsts);

/** `egressAddresses`: from where Rollcall calls Microsoft, for rules that go by address. */
export function describeSignInFailure(
  thrown: unknown,
  at: Date,
  egressAddresses: readonly string[],
): CredentialProblem {
  const { details } = toAppError(thrown);
  const general = describeFailure(thrown, at, egressAddresses);
  const own =
    (typeof details.aadsts === 'number' ? BY_NUMBER.get(details.aadsts) : undefined) ??
    (typeof details.reason === 'string' ? BY_REASON.get(details.reason) : undefined);
  return own === undefined ? general : { ...general, ...own };
}
