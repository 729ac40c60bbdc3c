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
import type { Reader } from './reader.ts';

/** What fits on a card. */
const SHOWN_ACCOUNTS = 5;

type Account = CardData<'manage'>['accounts'][number];
type Note = CardData<'manage'>['notes'][number];

/** `consentAsked`: the banner tells people to grant permissions. */
export function viewManage(
  connections: Connections,
  grant: Grant,
  reader: Reader,
  banner: Banner | null = null,
  consentAsked = false,
): CardView {
  const format = createFormat(reader);
  const credentials = credentialsOf(connections, grant);
  const { title, reads } = GRANT_TEXT[grant];
  const summary = banner?.title ?? `Connection: ${title.toLowerCase()}`;
  const { consent } = connections;
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
        .slice(0, SHOWN_ACCOUNTS)
        .map((credential, index) => accountOf(credential, index, credentials.length, format)),
      empty: credentials.length > 0 ? [] : ['Nothing is authorized here yet.'],
      notes: [
        ...moreNotes(credentials.length - SHOWN_ACCOUNTS, format),
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
  const { id, grant, kind, account, health } = credential;
  const address = plain(account?.userPrincipalName ?? '', 80, 24);
  return {
    name: accountName(credential),
    rank: rankText(credential, index, of),
    state: health.state === 'failed' ? `${text} since ${format.when(health.since)}` : text,
    color,
    problem: problem === null ? [] : [...problemLines(problem), ...referenceLines(problem, format)],
    facts: [...(address === '' ? [] : [{ name: 'Account', value: address }]), ...timesOf(credential, format)],
    buttons: [
      button('Test now', 'connect.test', { v: 1, id }),
      // Signing in again repairs it in its place.
      ...(health.state === 'failed' && kind === 'delegated'
        ? [
            button('Authorize again', 'connect.begin', {
              v: 1,
              grant,
              as: index === 0 ? 'primary' : 'backup',
            }),
          ]
        : []),
      ...(index === 0 ? [] : [button('Make primary', 'connect.makePrimary', { v: 1, id })]),
      button('Remove', 'connect.askRemove', { v: 1, id }),
    ],
  };
}

const moreNotes = (hidden: number, format: Format): Note[] =>
  hidden > 0
    ? [
        {
          title: format.count(hidden, 'more account', 'more accounts'),
          lines: ['Remove one to see the next.'],
        },
      ]
    : [];

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
  const lines = [
    `${accountName(credential)} would no longer be used to read ${GRANT_TEXT[grant].reads}.`,
    'Rollcall forgets this sign-in at once. It can be authorized again at any time.',
  ];
  return {
    card: 'notice',
    summary: 'Remove this account?',
    data: {
      fallbackText: unmarked(`Remove this account? ${lines.join(' ')}`),
      title: 'Remove this account?',
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
