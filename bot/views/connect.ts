// The card of connections: a part for each thing that is read, and one for the app itself.
import { GRANTS, type Connections, type Credential, type Grant } from '../../services/index.ts';
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
  timesOf,
  works,
} from './connection-text.ts';
import { createFormat, type Format } from './format.ts';
import type { Reader } from './reader.ts';

/** More of one part are on its own card. */
const SHOWN_ACCOUNTS = 3;

export type Banner = CardData<'connect'>['banner'][number];
type Part = CardData<'connect'>['parts'][number];

/** `banner` says what has just happened. */
export function viewConnect(
  connections: Connections,
  reader: Reader,
  banner: Banner | null = null,
): CardView {
  const format = createFormat(reader);
  const parts = GRANTS.map((grant) => partOf(connections, grant, format));
  const ready = isReady(connections);
  const summary = banner?.title ?? (ready ? 'Rollcall is connected' : 'Connect Rollcall to Microsoft 365');
  return {
    card: 'connect',
    summary,
    data: {
      fallbackText: `${summary}. ${parts.map(({ title, state }) => `${title}: ${state}`).join('; ')}.`,
      title: 'Connection to Microsoft 365',
      lead: ready ? [] : ['Authorize an account for each of these, or the app itself for everything.'],
      banner: banner === null ? [] : [banner],
      parts,
      notes: addressNotes(connections),
      buttons: [
        ...(ready ? [button('Sync now', 'sync.start', { v: 1 }, 'positive')] : []),
        button('Refresh', 'connect.show', { v: 1 }),
      ],
    },
  };
}

/** Users and groups can be read: a sync makes sense. */
const isReady = (connections: Connections): boolean =>
  (['users', 'groups'] as const).every((grant) =>
    [...credentialsOf(connections, grant), ...credentialsOf(connections, 'everything')].some(works),
  );

/** Conditional Access must let these through. */
export function addressNotes({ egressAddresses }: Connections): string[] {
  if (egressAddresses.length === 0) return [];
  return [
    `Allow these addresses of Rollcall in Conditional Access: ${egressAddresses.slice(0, 10).join(', ')}`,
  ];
}

function partOf(connections: Connections, grant: Grant, format: Format): Part {
  const credentials = credentialsOf(connections, grant);
  const { text, color } = partState(connections, grant);
  const hidden = credentials.length - SHOWN_ACCOUNTS;
  return {
    title: GRANT_TEXT[grant].title,
    state: text,
    color,
    lines: adviceFor(connections, grant),
    accounts: credentials
      .slice(0, SHOWN_ACCOUNTS)
      .map((credential, index) => accountOf(credential, rankText(index, credentials.length), format)),
    more: hidden > 0 ? [`And ${format.count(hidden, 'more backup', 'more backups')}.`] : [],
    buttons: [
      ...authorizeButtons(grant, credentials),
      ...(credentials.length > 0 ? [button('Manage', 'connect.manage', { v: 1, grant })] : []),
    ],
  };
}

/** The app is one: it has no backup. */
export function authorizeButtons(grant: Grant, credentials: readonly Credential[]) {
  if (grant === 'everything')
    return credentials.length > 0
      ? []
      : [button('Authorize the app', 'connect.begin', { v: 1, grant, as: 'primary' })];
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

function adviceFor(connections: Connections, grant: Grant): string[] {
  const own = credentialsOf(connections, grant);
  if (grant === 'everything')
    return own.length > 0
      ? []
      : ['Recommended: the app belongs to no person, so nobody’s leaving can stop the sync.'];
  const app = credentialsOf(connections, 'everything').some(works);
  if (own.length === 0) return app ? [] : [`Rollcall cannot read ${GRANT_TEXT[grant].reads} yet.`];
  return own.length === 1 && !app
    ? ['No backup yet: let a second administrator authorize one, for the day the first one leaves.']
    : [];
}

function accountOf(credential: Credential, rank: string, format: Format): Part['accounts'][number] {
  const { text, color } = healthText(credential);
  const problem = problemOf(credential);
  return {
    name: accountName(credential),
    rank,
    state: text,
    color,
    problem: problem === null ? [] : problemLines(problem).slice(0, 2),
    times: timesOf(credential, format)
      .map(({ name, value }) => `${name}: ${value}`)
      .join(' · '),
  };
}
