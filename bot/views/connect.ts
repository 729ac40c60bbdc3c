// The card of connections: a part for each thing that is read, and one for the app itself.
import { CAPABILITIES, type Connections, type Credential, type Grant } from '../../services/index.ts';
import type { CardData, CardView } from '../../cards/index.ts';
import { button } from './button.ts';
import {
  accountName,
  credentialsOf,
  GRANT_TEXT,
  healthText,
  partState,
  problemLines,
  problemOf,
  rankText,
  timesLine,
  wantsConsent,
  works,
} from './connection-text.ts';
import { createFormat, listText, type Format } from './format.ts';
import type { Reader } from './reader.ts';

/** More of one part are on its own card. */
const SHOWN_ACCOUNTS = 3;

export type Banner = CardData<'connect'>['banner'][number];
type Part = CardData<'connect'>['parts'][number];

/** `banner` says what has just happened. Without an owner the card says who may begin. */
export function viewConnect(
  connections: Connections,
  reader: Reader,
  banner: Banner | null = null,
  hasOwner = true,
): CardView {
  const format = createFormat(reader);
  const told = new Map<string, Grant>();
  const parts = SHOWN_GRANTS.map((grant) => partOf(connections, grant, told, format));
  const ready = isReady(connections);
  const summary = banner?.title ?? (ready ? 'Rollcall is connected' : 'Connect Rollcall to Microsoft 365');
  return {
    card: 'connect',
    summary,
    data: {
      fallbackText: `${summary}. ${parts.map(({ title, state }) => `${title}: ${state}`).join('; ')}.`,
      title: 'Connection to Microsoft 365',
      lead: [...(hasOwner ? [] : FIRST), ...(ready ? [] : [CHOICE])],
      banner: banner === null ? [] : [banner],
      parts,
      notes: [...backupNotes(connections), ...addressNotes(connections)],
      buttons: [
        ...(ready ? [button('Sync now', 'sync.start', { v: 1 }, 'positive')] : []),
        button('Refresh', 'connect.show', { v: 1 }),
      ],
    },
  };
}

const CHOICE =
  'Let the app itself read everything, or authorize an account for each of users, groups and domains.';

/** Anybody can open the card then; who has not the roles should not find out at Microsoft. */
const FIRST = [
  'An administrator begins: a Global Administrator, or a Cloud Application Administrator who is User Administrator too. Whoever is first becomes the owner of Rollcall.',
  'If that is not you, ask such an administrator to type “connect” to Rollcall.',
];

/** What is recommended comes first. */
const SHOWN_GRANTS: readonly Grant[] = ['everything', ...CAPABILITIES];

/** Users and groups can be read: a sync makes sense. */
const isReady = (connections: Connections): boolean =>
  (['users', 'groups'] as const).every((grant) =>
    [...credentialsOf(connections, grant), ...credentialsOf(connections, 'everything')].some(works),
  );

/** What one account alone reads, once for all: the three have the same advice. */
function backupNotes(connections: Connections): string[] {
  if (credentialsOf(connections, 'everything').some(works)) return [];
  const alone = CAPABILITIES.filter((grant) => credentialsOf(connections, grant).length === 1);
  return alone.length === 0
    ? []
    : [
        `No backup yet for ${listText(alone)}: let a second administrator authorize one, for the day the first one leaves.`,
      ];
}

/** Conditional Access must let these through. */
export function addressNotes({ egressAddresses }: Connections): string[] {
  if (egressAddresses.length === 0) return [];
  return [
    `Allow these addresses of Rollcall in Conditional Access: ${egressAddresses.slice(0, 10).join(', ')}`,
  ];
}

function partOf(connections: Connections, grant: Grant, told: Map<string, Grant>, format: Format): Part {
  const credentials = credentialsOf(connections, grant);
  const { text, color } = partState(connections, grant);
  const hidden = credentials.length - SHOWN_ACCOUNTS;
  return {
    title: GRANT_TEXT[grant].title,
    state: text,
    color,
    lines: adviceFor(grant, credentials),
    accounts: credentials.slice(0, SHOWN_ACCOUNTS).map((credential, index) => ({
      ...accountOf(credential, told, format),
      rank: rankText(credential, index, credentials.length),
    })),
    more: hidden > 0 ? [`And ${format.count(hidden, 'more backup', 'more backups')}.`] : [],
    buttons: [
      ...(credentials.some(wantsConsent) ? [grantPermissions] : []),
      ...authorizeButtons(grant, credentials, isReady(connections) ? 'default' : 'positive'),
      ...(credentials.length > 0 ? [button('Manage', 'connect.manage', { v: 1, grant })] : []),
    ],
  };
}

/** Microsoft's page grants all that is registered: to the app itself, and to people who sign in. */
export const grantPermissions = button('Grant permissions', 'connect.consent', { v: 1 }, 'positive');

/** The app is one: it has no backup. */
export function authorizeButtons(
  grant: Grant,
  credentials: readonly Credential[],
  style: 'default' | 'positive' = 'default',
) {
  if (grant === 'everything')
    return credentials.length > 0
      ? []
      : [button('Authorize the app', 'connect.begin', { v: 1, grant, as: 'primary' }, style)];
  return credentials.length === 0
    ? [
        button(`Authorize for ${GRANT_TEXT[grant].title.toLowerCase()}`, 'connect.begin', {
          v: 1,
          grant,
          as: 'primary',
        }),
      ]
    : [button('Authorize a backup', 'connect.begin', { v: 1, grant, as: 'backup' })];
}

const adviceFor = (grant: Grant, own: readonly Credential[]): string[] =>
  grant === 'everything' && own.length === 0
    ? ['The app belongs to no person, so nobody’s leaving can stop the sync.']
    : [];

/** Accounts of several parts were often authorized and used together: their dates are said once. */
function timesOnce(credential: Credential, told: Map<string, Grant>, format: Format): string {
  const line = timesLine(credential, format);
  const key = `${credential.account?.objectId ?? 'app'} ${line}`;
  const before = told.get(key);
  if (before !== undefined) return `Dates as under ${GRANT_TEXT[before].title}`;
  told.set(key, credential.grant);
  return line;
}

/** What is wrong with an account is said where it is met first (`told`): its other parts point there. */
function accountOf(
  credential: Credential,
  told: Map<string, Grant>,
  format: Format,
): Omit<Part['accounts'][number], 'rank'> {
  const { text, color } = healthText(credential);
  const problem = problemOf(credential);
  const key = `${credential.account?.objectId ?? 'app'} ${problem?.code ?? ''}`;
  const before = problem === null ? undefined : told.get(key);
  if (problem !== null && before === undefined) told.set(key, credential.grant);
  return {
    name: accountName(credential),
    state: before === undefined ? text : `${text}: see ${GRANT_TEXT[before].title}`,
    color,
    problem: problem === null || before !== undefined ? [] : problemLines(problem),
    times: timesOnce(credential, told, format),
  };
}
