// The card on the way through Microsoft's sign-in: the link, the wait while the account is checked, and how it ended.
import type { CredentialId, Grant, SignInRefusal, SignInResult } from '../../services/index.ts';
import type { CardView } from '../../cards/index.ts';
import { plain, unmarked } from '../../cards/plain-text.ts';
import { button } from './button.ts';
import type { Banner } from './connect.ts';
import { accountName, GRANT_TEXT, problemLines, problemOf, referenceLines } from './connection-text.ts';
import { createFormat } from './format.ts';
import type { Reader } from './reader.ts';

export interface SignInLink {
  readonly url: string;
  readonly grant: Grant;
  readonly as: 'primary' | 'backup';
  /** The account to authorize again, if it is one. */
  readonly again?: CredentialId | null;
  /** Who pressed the button: nobody else can finish the sign-in. */
  readonly person: string;
}

/** What Microsoft asks to be allowed, in the words of its own page. */
const ASKS: Readonly<Record<Grant, string>> = {
  users: 'read all users’ full profiles, also while you are away',
  groups: 'read group memberships, also hidden ones, also while you are away',
  domains: 'read domains, also while you are away',
  everything: 'sign you in, to see that you may decide this',
};

export function viewSignIn({ url, grant, as, again, person }: SignInLink): CardView {
  const title =
    grant === 'everything'
      ? 'Sign in at Microsoft to authorize the app'
      : `Sign in at Microsoft to authorize ${as === 'backup' ? 'a backup for ' : ''}${GRANT_TEXT[grant].title.toLowerCase()}`;
  const name = plain(person, 60);
  return {
    card: 'signIn',
    summary: title,
    data: {
      fallbackText: title,
      title,
      tone: 'default',
      lines: [
        `This link is for ${name === '' ? 'you' : name} alone. It works once, for 10 minutes.`,
        'This card changes by itself when you are back.',
      ],
      facts: [{ name: 'Microsoft will ask to', value: ASKS[grant] }],
      remedy: [
        'Your account should be a Global Administrator, or both Cloud Application Administrator and User Administrator.',
      ],
      links: [{ title: 'Sign in (opens in browser)', url }],
      buttons: [
        button('New link', 'connect.begin', { v: 1, grant, as, ...(again ? { id: again } : {}) }),
        button('Back', 'connect.show', { v: 1 }),
      ],
    },
  };
}

/** Who may grant is often somebody else than who asks: the link may be passed on. */
export function viewConsentLink(url: string): CardView {
  const title = 'Grant the permissions at Microsoft';
  return {
    card: 'signIn',
    summary: title,
    data: {
      fallbackText: title,
      title,
      tone: 'default',
      lines: [
        'A Global Administrator signs in and accepts, for the whole organisation. You may pass the link on.',
        'It works once, for 10 minutes. This card changes by itself afterwards.',
      ],
      facts: [
        {
          name: 'Microsoft will ask for',
          value: 'all that Rollcall reads: users, groups, members and domains',
        },
      ],
      remedy: [],
      links: [{ title: 'Grant permissions (opens in browser)', url }],
      buttons: [button('New link', 'connect.consent', { v: 1 }), button('Back', 'connect.show', { v: 1 })],
    },
  };
}

/** The person is back from Microsoft; the account is being tried. */
export function viewChecking(): CardView {
  const title = 'Checking the account';
  const lines = ['Rollcall makes the same calls as a sync. This takes a few seconds.'];
  return {
    card: 'signIn',
    summary: title,
    data: {
      fallbackText: `${title}. ${lines.join(' ')}`,
      title,
      tone: 'emphasis',
      lines,
      facts: [],
      remedy: [],
      links: [],
      buttons: [button('Show connections', 'connect.show', { v: 1 })],
    },
  };
}

/** How it ended, for somebody who may not see the accounts: nothing but that. */
export function viewEnded(result: SignInResult, reader: Reader): CardView {
  const { title, tone, lines } = resultBanner(result, reader);
  return {
    card: 'signIn',
    summary: title,
    data: {
      fallbackText: unmarked(`${title}. ${lines.join(' ')}`).slice(0, 1000),
      ...{ title, tone, lines, facts: [], remedy: [], links: [], buttons: [] },
    },
  };
}

/** For people who were sent back: what is the matter, in a few words. */
export const REFUSAL_TITLE: Readonly<Record<SignInRefusal, string>> = {
  declined: 'The sign-in was cancelled',
  consentNeeded: 'Microsoft needs an administrator’s consent',
  otherTenant: 'That account belongs to another organisation',
  otherPerson: 'That was another account than yours',
  late: 'That took longer than 10 minutes',
  unknownState: 'This sign-in is not known here',
  roleNeeded: 'This account has too few rights',
  signInError: 'Microsoft refused the sign-in',
};

/** While nobody owns Rollcall. */
export const CONSENTED =
  'Now press “Authorize the app” and sign in: so Rollcall learns who its first owner is.';

/** How a sign-in or a test of the app ended, for the top of a card. */
export function resultBanner(result: SignInResult, reader: Reader): Banner {
  if (result.kind === 'connected') {
    const { credential, becameOwner } = result;
    const problem = problemOf(credential);
    return {
      tone: problem === null ? 'good' : 'warning',
      title:
        credential.kind === 'application'
          ? '✓ The app passes sync validation'
          : '✓ Account passes sync validation',
      lines: [
        `${accountName(credential)} is authorized to read ${GRANT_TEXT[credential.grant].reads}${credential.position > 0 ? ', as a backup' : ''}.`,
        ...(problem === null ? [] : problemLines(problem)),
        ...(becameOwner
          ? ['You are now the owner of Rollcall in your organisation. Type “admins” to let others use it.']
          : []),
      ],
    };
  }
  if (result.kind === 'consented')
    return { tone: 'good', title: '✓ The permissions are granted', lines: [CONSENTED] };
  const { problem } = result;
  const title = result.kind === 'refused' ? REFUSAL_TITLE[result.reason] : 'The account did not pass';
  return {
    tone: 'attention',
    title,
    lines: [
      ...problemLines(problem),
      'Nothing was changed.',
      ...referenceLines(problem, createFormat(reader)),
    ],
  };
}
