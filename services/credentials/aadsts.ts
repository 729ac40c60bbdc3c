// Words for Microsoft's sign-in error codes. Decides nothing: the numbers only pick the words, because Microsoft may
// change them (Entra docs: error codes).
import { SIGN_IN_ERRORS, type Helper, type SignInErrorRow } from './aadsts-table.ts';

export interface SignInExplanation {
  readonly code: number;
  readonly happened: string;
  readonly remedy: string;
  readonly who: Helper;
  readonly transient: boolean;
  /** False when the table does not have the code; the words are then general. */
  readonly known: boolean;
}

const ROW_BY_CODE: ReadonlyMap<number, SignInErrorRow> = new Map(
  SIGN_IN_ERRORS.flatMap((row) => row.codes.map((code) => [code, row] as const)),
);

/** Whether the table has the code: only then is what it says more than what OAuth's word says. */
export const isKnownCode = (code: number): boolean => ROW_BY_CODE.has(code);

/** Whether Microsoft refused the proof of the app, by its settings, and not an account. */
export const isOwnProof = (code: number): boolean => ROW_BY_CODE.get(code)?.ownProof === true;

/** Words for an AADSTS code; general ones when the code is not in the table. */
export function explainSignInError(code: number): SignInExplanation {
  const row = ROW_BY_CODE.get(code);
  if (row) {
    const { happened, remedy, who } = row;
    return { code, happened, remedy, who, transient: row.transient === true, known: true };
  }
  return {
    code,
    happened: `Microsoft refused the sign-in with the code AADSTS${code}.`,
    remedy:
      'Look the code up at https://login.microsoftonline.com/error, and the sign-in by its correlation id.',
    who: 'entraAdministrator',
    transient: false,
    known: false,
  };
}
