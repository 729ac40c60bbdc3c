// The page that a browser shows when it comes back from Microsoft's sign-in: how it ended, in people's words, and that
// Teams is the place to go on. No script, nothing of the address; every text from outside is escaped.
import type { SignInResult } from '../services/index.ts';
import { REFUSAL_TITLE } from './views/sign-in.ts';

export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy':
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

export interface CallbackPage {
  readonly title: string;
  readonly lines: readonly string[];
}

const BACK = 'You can go back to Teams and close this window.';

/** Somebody opened the address without coming from a sign-in. */
export const NOTHING_TO_DO: CallbackPage = { title: 'Rollcall', lines: [BACK] };

/** The account is still being checked. */
export const STILL_CHECKING: CallbackPage = {
  title: 'Your account is being checked',
  lines: ['You can go back to Teams: the card there shows the result in a moment.'],
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
    case 'refused':
    case 'failed': {
      const { happened, remedy } = result.problem;
      const title = result.kind === 'refused' ? REFUSAL_TITLE[result.reason] : 'The account did not pass';
      return { title, lines: [happened, remedy, 'You can go back to Teams.'] };
    }
  }
}

export const drawPage = ({ title, lines }: CallbackPage): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Rollcall</title>
<style>
  body { font: 16px/1.5 "Segoe UI", system-ui, sans-serif; color: #242424; background: #f5f5f5; margin: 0; padding: 0 1rem; }
  main { max-width: 28rem; margin: 15vh auto; padding: 2rem; background: #fff; border-radius: 8px; }
  h1 { font-size: 1.25rem; margin: 0 0 .75rem; color: #5b5fc7; }
  p { margin: 0 0 .5rem; overflow-wrap: anywhere; }
</style>
<main>
  <h1>${escape(title)}</h1>
${lines.map((line) => `  <p>${escape(line)}</p>`).join('\n')}
</main>
</html>
`;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escape = (text: string) => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
