// What is said of an error: the words of the table of errors, or, where Microsoft said more, the words that fit
// better. The only place that knows which details carry words.
import { ERRORS, type ErrorCode, type ErrorDetails } from '../../services/index.ts';

export interface ErrorText {
  /** One sentence: what happened. */
  readonly text: string;
  /** One sentence: what to do now. */
  readonly remedy: string;
}

/** A refused sign-in comes with its own words: they name the secret, the consent or the rule that is to blame. */
export function errorText(code: ErrorCode, details: ErrorDetails): ErrorText {
  const { text, remedy } = ERRORS[code];
  const better = code === 'sign-in-failed' || code === 'sign-in-unreachable' ? details : {};
  return { text: words(better.happened) ?? text, remedy: words(better.remedy) ?? remedy };
}

const words = (value: ErrorDetails[string]): string | null =>
  typeof value === 'string' && value !== '' ? value : null;
