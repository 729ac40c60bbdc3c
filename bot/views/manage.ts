// The card of the accounts behind one part: health, what is wrong, and what can be done to each.
import type { AppConsent, Connections, Credential, Grant } from '../../services/index.ts';
import type { CardData, CardView } from '../../cards/index.ts';
import { plain, unmarked } from '../../cards/plain-text.ts';
import { button } from './button.ts';
import { addressNotes, authorizeButtons, grantPermissions, type Banner } from './connect.ts';
import {
  accountName,
  credentialsOf,
  GRANT_TEXT,
  healthText,
  problemLines,
  problemOf,
  rankText,
  referenceLines,
  timesOf,
  wantsConsent,
  works,
} from './connection-text.ts';
import { createFormat, listText, type Format } from './format.ts';
import { firstOf, rangeText } from './pager-text.ts';
import type { Reader } from './reader.ts';
import { authorizeAgain } from './whose-account.ts';

/** What fits on a card. */
const SHOWN_ACCOUNTS = 5;

type Account = CardData<'manage'>['accounts'][number];
type Note = CardData<'manage'>['notes'][number];

export interface ManageOptions {
  /** What has just happened. */
  readonly banner?: Banner | null;
  /** The banner tells people to grant permissions. */
  readonly consentAsked?: boolean;
  /** 0 is the first. */
  readonly page?: number;
}

export function viewManage(
  connections: Connections,
  grant: Grant,
  reader: Reader,
  { banner = null, consentAsked = false, page = 0 }: ManageOptions = {},
): CardView {
  const format = createFormat(reader);
  const credentials = credentialsOf(connections, grant);
  const { title, reads } = GRANT_TEXT[grant];
  const summary = banner?.title ?? `Connection: ${title.toLowerCase()}`;
  const { consent } = connections;
  const first = firstOf(page, credentials.length, SHOWN_ACCOUNTS);
  const go = (title: string, to: number) => button(title, 'connect.manage', { v: 1, grant, page: to });
  return {
    card: 'manage',
    summary,
    data: {
      fallbackText: summary,
      title,
      lead:
        grant === 'everything'
          ? 'Rollcall reads with the app itself wherever no authorized account works.'
          : `Rollcall reads ${reads} with the first of these that works.`,
      banner: banner === null ? [] : [banner],
      accounts: credentials
        .map((credential, index) => accountOf(credential, index, credentials.length, format))
        .slice(first, first + SHOWN_ACCOUNTS),
      empty: credentials.length > 0 ? [] : ['Nothing is authorized here yet.'],
      notes: [
        ...pageNotes(first, credentials.length, format),
        ...(grant === 'everything' && consent !== null ? consentNotes(consent) : []),
        ...addressNotes(connections).map((line) => ({ title: 'Conditional Access', lines: [line] })),
      ],
      buttons: [
        ...(consentAsked ||
        credentials.some(wantsConsent) ||
        (grant === 'everything' && needsConsent(consent, credentials))
          ? [grantPermissions]
          : []),
        ...authorizeButtons(grant, credentials),
        ...(credentials.length > 1 ? [button('Test all now', 'connect.testAll', { v: 1, grant })] : []),
        ...(first > 0 ? [go('Previous', first / SHOWN_ACCOUNTS - 1)] : []),
        ...(first + SHOWN_ACCOUNTS < credentials.length ? [go('Next', first / SHOWN_ACCOUNTS + 1)] : []),
        button('All connections', 'connect.show', { v: 1 }),
      ],
    },
  };
}

/** Where consent was withdrawn altogether, the app cannot even ask what it may read. */
const needsConsent = (consent: AppConsent | null, credentials: readonly Credential[]): boolean =>
  consent === null ? !credentials.some(works) : consent.missing.length > 0;

function accountOf(credential: Credential, index: number, of: number, format: Format): Account {
  const { text, color } = healthText(credential);
  const problem = problemOf(credential);
  const { id, kind, account, health } = credential;
  const address = plain(account?.userPrincipalName ?? '', 80, 24);
  return {
    name: accountName(credential),
    rank: rankText(credential, index, of),
    state: health.state === 'failed' ? `${text} since ${format.when(health.since)}` : text,
    color,
    problem:
      problem === null
        ? []
        : [
            ...problemLines(problem),
            ...(health.state === 'failed' && kind === 'delegated'
              ? [`Only ${accountName(credential)} can authorize this account again.`]
              : []),
            ...referenceLines(problem, format),
          ],
    facts: [...(address === '' ? [] : [{ name: 'Account', value: address }]), ...timesOf(credential, format)],
    buttons: [
      button('Test now', 'connect.test', { v: 1, id }),
      // Signing in again repairs it in its place.
      ...(health.state === 'failed' && kind === 'delegated' ? [authorizeAgain(credential)] : []),
      ...(index === 0 || health.state === 'failed'
        ? []
        : [button('Make primary', 'connect.makePrimary', { v: 1, id })]),
      button('Remove', 'connect.askRemove', { v: 1, id }),
    ],
  };
}

const pageNotes = (first: number, total: number, format: Format): Note[] =>
  total <= SHOWN_ACCOUNTS
    ? []
    : [
        {
          title: 'Accounts on this card',
          lines: [rangeText(first, Math.min(SHOWN_ACCOUNTS, total - first), total, format)],
        },
      ];

/** What the app may read in this organisation against what it needs: too little and too much. */
function consentNotes({ granted, missing, unneeded }: AppConsent): Note[] {
  const names = (permissions: readonly string[]) => listText(permissions.map((name) => plain(name, 60)));
  return [
    {
      title: 'Permissions of the app',
      lines: [
        granted.length === 0 ? 'None is granted yet.' : `Granted: ${names(granted)}`,
        ...(missing.length > 0 ? [`Missing: ${names(missing)}. A Global Administrator can grant them.`] : []),
        ...(unneeded.length > 0
          ? [`More than needed: ${names(unneeded)}. Rollcall works without; you may take them away.`]
          : []),
      ],
    },
  ];
}

/** Asks before an account is taken away. */
export function viewRemoveCredential(credential: Credential): CardView {
  const { id, grant } = credential;
  const title = credential.kind === 'application' ? 'Remove the app?' : 'Remove this account?';
  const lines = [
    `${accountName(credential)} would no longer be used to read ${GRANT_TEXT[grant].reads}.`,
    credential.kind === 'application'
      ? 'Its permissions at Microsoft stay as they are. It can be authorized again at any time.'
      : 'Rollcall forgets this sign-in at once. It can be authorized again at any time.',
  ];
  return {
    card: 'notice',
    summary: title,
    data: {
      fallbackText: unmarked(`${title} ${lines.join(' ')}`),
      title,
      tone: 'warning',
      lines,
      remedy: [],
      buttons: [
        button('Remove it', 'connect.remove', { v: 1, id }, 'destructive'),
        button('Keep it', 'connect.manage', { v: 1, grant }),
      ],
    },
  };
}
