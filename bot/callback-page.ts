// The page that a browser shows when it comes back from Microsoft's sign-in: how it ended, in people's words, and that
// Teams is the place to go on. No script, nothing of the address; every text from outside is escaped.
import type { CredentialProblem, SignInResult } from '../services/index.ts';
import { escapeHtml, makePage } from './page.ts';
import { CONSENTED, REFUSAL_TITLE } from './views/sign-in.ts';

export interface CallbackPage {
  readonly title: string;
  readonly lines: readonly string[];
  /** For who looks it up at Microsoft. */
  readonly details?: string | null;
}

const BACK = 'You can go back to Teams and close this window.';

/** Somebody opened the address without coming from a sign-in. */
export const NOTHING_TO_DO: CallbackPage = { title: 'Rollcall', lines: [BACK] };

/** The account is still being checked. */
export const STILL_CHECKING: CallbackPage = {
  title: 'Your account is being checked',
  lines: [
    'You can go back to Teams: the card there shows the result in a moment.',
    'When it does not, load this page again.',
  ],
};

export const RESTARTING: CallbackPage = {
  title: 'Rollcall is restarting',
  lines: ['Nothing was lost. Load this page again in a minute, or press the button in Teams once more.'],
};

export const SOMETHING_WRONG: CallbackPage = {
  title: 'Something went wrong in Rollcall',
  lines: ['Nothing was changed. Go back to Teams and press the button once more.'],
};

export function describeResult(result: SignInResult): CallbackPage {
  switch (result.kind) {
    case 'connected':
      return { title: '✓ You are connected', lines: [BACK, 'The card there shows what Rollcall may read.'] };
    case 'consented':
      return { title: '✓ The permissions are granted', lines: [BACK, CONSENTED] };
    case 'refused':
    case 'failed': {
      const { happened, remedy } = result.problem;
      const title = result.kind === 'refused' ? REFUSAL_TITLE[result.reason] : 'The account did not pass';
      return {
        title,
        lines: [happened, remedy, 'You can go back to Teams.'],
        details: detailsOf(result.problem),
      };
    }
  }
}

/** What Microsoft's own log is searched by; null for problems that are not Microsoft's. */
function detailsOf({ code, correlationId, at }: CredentialProblem): string | null {
  if (!code.startsWith('AADSTS') && correlationId === null) return null;
  const id = correlationId === null ? [] : [`correlation id ${correlationId}`];
  return [code, ...id, `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`].join(' · ');
}

export const drawPage = ({ title, lines, details }: CallbackPage): string =>
  makePage(
    title,
    [...lines.map((line) => `  <p>${escapeHtml(line)}</p>`), ...smallPrint(details ?? null)].join('\n'),
  );

const smallPrint = (details: string | null): readonly string[] =>
  details === null ? [] : [`  <p><small>${escapeHtml(details)}</small></p>`];
