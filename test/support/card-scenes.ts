// Every card as people meet it: views of made-up facts, least to worst. Goldens and pictures are drawn from these.
import type { CardView } from '../../cards/index.ts';
import { viewError } from '../../bot/views/error.ts';
import { viewGroup } from '../../bot/views/group.ts';
import { viewGroups } from '../../bot/views/groups.ts';
import { viewHelp } from '../../bot/views/help.ts';
import { viewNotice } from '../../bot/views/notice.ts';
import { viewRun } from '../../bot/views/run.ts';
import { viewStatus } from '../../bot/views/status.ts';
import { viewSync } from '../../bot/views/sync.ts';
import { viewUser } from '../../bot/views/user.ts';
import { viewUserMatches } from '../../bot/views/user-matches.ts';
import { viewUsers } from '../../bot/views/users.ts';
import { viewWelcome } from '../../bot/views/welcome.ts';
import { AppError, type Change, type Page, type Run, type User } from '../../services/index.ts';
import { parseObjectId, parseRunId } from '../../services/directory/ids.ts';
import { CONNECT_SCENES } from './connect-scenes.ts';
import { NOTICE_SCENES } from './notice-scenes.ts';
import {
  aGroup,
  aProgress,
  aReport,
  aRun,
  aUser,
  coverage,
  HOSTILE,
  inactive,
  NOW,
  policy,
  READER,
  running,
  someCounts,
  userChange,
} from './card-facts.ts';

const page = <Item>(items: readonly Item[], total = items.length, number = 0): Page<Item> => ({
  items,
  total,
  page: number,
  pageSize: 10,
});
const id = parseObjectId;
const skipped = (reason: 'groupWithoutMail' | 'memberNotPersonOrGroup' | 'malformed', count: number) => ({
  reason,
  count,
  examples: [id('a'), id('b')],
});
const names = {
  a: 'Printers',
  b: 'Meeting rooms',
  c: HOSTILE.link,
  d: 'Adele Vance',
  e: HOSTILE.rightToLeft,
};

const first = {
  users: someCounts({ added: 1000, addedInactive: 220 }),
  groups: someCounts({ added: 48, skipped: [skipped('groupWithoutMail', 12)] }),
  memberships: someCounts({ added: 1520, skipped: [skipped('memberNotPersonOrGroup', 7)] }),
};
const big = {
  users: someCounts({
    added: 12,
    updated: 1204,
    inactivated: 2318,
    reactivated: 3,
    purged: 41,
    unchanged: 16_464,
    kept: 99,
    dormant: 37,
  }),
  groups: someCounts({
    updated: 7,
    inactivated: 31,
    unchanged: 950,
    skipped: [skipped('groupWithoutMail', 312)],
  }),
  memberships: someCounts({
    added: 4,
    inactivated: 21_318,
    unchanged: 118_411,
    skipped: [skipped('memberNotPersonOrGroup', 1207), skipped('malformed', 1)],
  }),
};
const verdict = (kind: 'hold' | 'refuse') =>
  ({
    kind,
    reasons: [
      {
        rule: 'usersInactive',
        count: 2318,
        of: 20_000,
        limit: 500,
        groupId: null,
        examples: [id('c'), id('d'), id('e')],
      },
      { rule: 'groupMembersRemoved', count: 1100, of: 1180, limit: 590, groupId: id('c'), examples: [] },
    ],
  }) as const;
const ended = (
  outcome: 'changed' | 'unchanged' | 'partial' | 'held' | 'refused' | 'failed' | 'interrupted',
  more: Parameters<typeof aReport>[0] = {},
) => aRun({ report: aReport({ outcome, ...more }) });

const megan = aUser('Megan Bowen');
const diego = aUser('Diego Siciliani', inactive([{ kind: 'disabled' }]), { accountEnabled: false });
const guest = aUser(
  'Alex Wilber (Fabrikam)',
  inactive([{ kind: 'guest' }, { kind: 'memberOfDeniedGroup', groupId: id('c'), path: [id('a'), id('c')] }]),
  { userType: 'Guest' },
);
const hostile: readonly User[] = Object.values(HOSTILE).map((name, index) =>
  aUser(
    name,
    {
      ...inactive([
        { kind: 'domainNotIncluded', domain: '**evil**.example' },
        { kind: 'memberOfNoAllowedGroup' },
      ]),
      id: megan.id,
    },
    { mail: `worst.${index}${'x'.repeat(90)}@contoso.com` },
  ),
);
const people = [
  megan,
  diego,
  guest,
  ...[
    'Adele Vance',
    'Grady Archie',
    'Isaiah Langer',
    'Johanna Lorenz',
    'Lee Gu',
    'Lidia Holloway',
    'Lynne Robbins',
  ].map((name) => aUser(name)),
];
const groups = [
  aGroup('Marketing', 42),
  aGroup('All company', 998, 3),
  aGroup('Contractors', 17, 0, inactive([{ kind: 'prefixNotIncluded' }])),
];

const members = (added: number, removed: number): Change => ({
  type: 'memberships',
  objectId: id('marketing'),
  added: Array.from({ length: added }, () => ({ objectId: id('a'), kind: 'user' as const })),
  removed: Array.from({ length: removed }, () => ({ objectId: id('a'), kind: 'user' as const })),
});
const renamed = aUser('Megan Bowen-Smith', {}, { surname: 'Bowen-Smith', mail: 'megan.smith@contoso.com' });
const someChanges = [
  {
    change: userChange(null, aUser('Adele Vance'), 'create'),
    displayName: 'Adele Vance',
    id: aUser('Adele Vance').id,
  },
  { change: userChange(megan, renamed, 'update'), displayName: 'Megan Bowen-Smith', id: megan.id },
  {
    change: userChange(
      { ...diego, status: 'active', reasons: [], facts: { ...diego.facts, accountEnabled: true } },
      diego,
      'inactivate',
    ),
    displayName: 'Diego Siciliani',
    id: diego.id,
  },
  { change: members(12, 3), displayName: 'Marketing', id: aGroup('Marketing').id },
  { change: userChange(guest, null, 'purge'), displayName: 'Alex Wilber (Fabrikam)', id: null },
];
const worstChanges = Object.values(HOSTILE).map((name) => ({
  change: userChange(
    megan,
    { ...aUser(name, inactive([{ kind: 'deleted' }]), { mail: name, givenName: name, surname: name }) },
    'inactivate',
  ),
  displayName: name,
  id: megan.id,
}));

const status = (runs: readonly Run[], more: object = {}) => ({
  runs,
  running: null,
  lastComplete: runs[0] ?? null,
  totals: {
    users: { active: 19_750, inactive: 250 },
    groups: { active: 988, inactive: 12 },
    memberships: 130_418,
  },
  policy,
  ...more,
});
const lastRuns: Run[] = (
  [
    'held',
    'changed',
    'unchanged',
    'partial',
    'failed',
    'refused',
    'interrupted',
    'changed',
    'unchanged',
    'changed',
  ] as const
).map((outcome, index) => ({
  ...ended(outcome, { counts: index === 1 ? big : first }),
  id: parseRunId(`run-${12 - index}`),
  number: 12 - index,
}));

const history = [
  { runId: parseRunId('run-12'), runNumber: 12, at: NOW, change: userChange(megan, renamed, 'update') },
  {
    runId: parseRunId('run-1'),
    runNumber: 1,
    at: new Date('2026-10-02T08:00:00Z'),
    change: userChange(null, megan, 'create'),
  },
];
const query = (text = '', more: object = {}) => ({ text, page: 0, pageSize: 10, ...more });
const member = (user: User) => ({
  id: user.id,
  displayName: user.facts.displayName ?? '',
  kind: 'user' as const,
  status: user.status,
});

const commands = [
  { usage: 'sync now', does: 'Reads Microsoft 365 now and shows what changed.', say: 'sync now' },
  { usage: 'status', does: 'Shows the last syncs and the totals.', say: 'status' },
  { usage: 'users [text]', does: 'Lists users, all or those with this in the name.', say: 'users' },
  { usage: 'groups [text]', does: 'Lists groups, all or those with this in the name.', say: 'groups' },
  { usage: 'user <name or e-mail>', does: 'Shows one user: active or not, and why.', say: null },
  { usage: 'help', does: 'Shows what you can say.', say: 'help' },
];

/** By name: `card.scene`. */
export const SCENES: Readonly<Record<string, CardView>> = {
  'welcome.personal': viewWelcome('personal', { connected: true }),
  'welcome.channel': viewWelcome('channel', { connected: true }),
  'welcome.first': viewWelcome('personal', { connected: false }),
  'help.personal': viewHelp(commands, 'personal'),
  'sync.initiated': viewSync(running({}), READER),
  'sync.reading': viewSync(
    running({
      stage: 'reading',
      read: { users: 12_400, groups: 1000, memberships: 5210 },
      expected: { users: 20_000, groups: 1000 },
      members: { groupsRead: 120, groupsToRead: 988 },
    }),
    READER,
  ),
  'sync.planning': viewSync(
    running({ stage: 'planning', read: { users: 20_000, groups: 1000, memberships: 30_000 } }),
    READER,
    { note: 'alreadyRunning' },
  ),
  'sync.applying': viewSync(
    running({
      stage: 'applying',
      read: { users: 20_000, groups: 1000, memberships: 30_000 },
      applied: 30_500,
      toApply: 50_988,
    }),
    READER,
  ),
  'sync.first': viewSync(ended('changed', { counts: first }), READER, { names }),
  'sync.changed': viewSync(
    aRun({
      approvedBy: { objectId: 'x', displayName: HOSTILE.link },
      startedBy: { objectId: 'y', displayName: HOSTILE.rightToLeft },
      report: aReport({ counts: big, coverage: coverage(20_000, 1000) }),
    }),
    READER,
    { names },
  ),
  'sync.unchanged': viewSync(
    ended('unchanged', {
      counts: {
        users: someCounts({ unchanged: 1000 }),
        groups: someCounts({ unchanged: 48 }),
        memberships: someCounts({ unchanged: 1520 }),
      },
    }),
    READER,
  ),
  'sync.partial': viewSync(
    ended('partial', {
      counts: big,
      coverage: {
        ...coverage(20_000, 1000),
        users: {
          kind: 'partial',
          rows: 11_000,
          gap: { kind: 'pageFailed', page: 12, code: 'graph-unavailable', requestId: null },
        },
        members: {
          groupsRead: 988,
          notRead: [
            {
              objectId: id('a'),
              coverage: { kind: 'partial', rows: 0, gap: { kind: 'notRead', code: 'x' } },
            },
          ],
        },
      },
    }),
    READER,
    { names },
  ),
  'sync.held': viewSync(ended('held', { counts: big, verdict: verdict('hold') }), READER, { names }),
  'sync.refused': viewSync(
    ended('refused', {
      verdict: {
        kind: 'refuse',
        reasons: [{ rule: 'emptySource', count: 20_000, of: 20_000, limit: 0, groupId: null, examples: [] }],
      },
    }),
    READER,
  ),
  'sync.takeover': viewSync(
    aRun({
      report: aReport({
        takeovers: (['users', 'groups'] as const).map((capability) => ({
          capability,
          failed: { objectId: 'object-1', displayName: HOSTILE.long, userPrincipalName: 'a@contoso.com' },
          problem: {
            happened: 'The account is disabled.',
            remedy: 'Enable it in Microsoft Entra, or authorize another account.',
            who: 'An administrator of Microsoft Entra',
          },
          carriesOn: {
            account: { objectId: 'object-2', displayName: HOSTILE.link, userPrincipalName: 'b@contoso.com' },
          },
        })),
      }),
    }),
    READER,
  ),
  'sync.failed': viewSync(
    aRun({
      progress: aProgress({ stage: 'applying', applied: 1200, toApply: 3000 }),
      report: aReport({
        outcome: 'failed',
        coverage: null,
        error: { code: 'database-unreachable', details: {} },
      }),
    }),
    READER,
  ),
  'sync.interrupted': viewSync(aRun({ report: null, endedAt: null }), READER),
  'run.typical': viewRun(aRun(), page(someChanges, 45, 1), READER),
  'run.empty': viewRun(aRun(), page<(typeof someChanges)[number]>([]), READER),
  'run.worst': viewRun(
    lastRuns[0] ?? aRun(),
    page([...worstChanges, ...worstChanges].slice(0, 10), 12_345, 3),
    READER,
  ),
  'status.first': viewStatus(
    {
      ...status([]),
      totals: { users: { active: 0, inactive: 0 }, groups: { active: 0, inactive: 0 }, memberships: 0 },
    },
    READER,
  ),
  'status.typical': viewStatus(status(lastRuns), READER),
  'status.running': viewStatus(
    status([running({}), ...lastRuns.slice(1, 3)], { running: running({}) }),
    READER,
  ),
  'users.typical': viewUsers(page(people, 20_000), query(), READER),
  'users.found': viewUsers(page(people.slice(0, 2)), query('<b>meg**an**</b>'), READER),
  'users.empty': viewUsers(page<User>([]), query('nobody at all'), READER),
  'users.worst': viewUsers(
    page([...hostile, ...hostile].slice(0, 10), 1_234_567, 3),
    query(HOSTILE.template, { status: 'inactive' }),
    READER,
  ),
  'user.active': viewUser(
    {
      user: megan,
      groups: groups.map((group) => ({
        id: group.id,
        displayName: group.facts.displayName,
        status: group.status,
      })),
      groupTotal: 3,
      reasonGroups: {},
      history,
    },
    READER,
  ),
  'user.inactive': viewUser(
    {
      user: guest,
      groups: [],
      groupTotal: 0,
      reasonGroups: names,
      history: [
        {
          runId: parseRunId('run-12'),
          runNumber: 12,
          at: NOW,
          change: userChange({ ...guest, status: 'active', reasons: [] }, guest, 'inactivate'),
        },
      ],
    },
    READER,
  ),
  'user.worst': viewUser(
    {
      user: {
        ...aUser(
          HOSTILE.long,
          inactive([
            { kind: 'disabled' },
            { kind: 'deleted' },
            { kind: 'domainNotIncluded', domain: 'x'.repeat(60) },
            { kind: 'guest' },
            { kind: 'memberOfDeniedGroup', groupId: id('c'), path: [id('e'), id('c')] },
            { kind: 'memberOfNoAllowedGroup' },
          ]),
        ),
      },
      groups: Object.values(HOSTILE).map((displayName) => ({
        id: megan.id,
        displayName,
        status: 'inactive' as const,
      })),
      groupTotal: 512,
      reasonGroups: names,
      history: worstChanges.map(({ change }) => ({
        runId: parseRunId('run-3'),
        runNumber: 3,
        at: NOW,
        change,
      })),
    },
    READER,
  ),
  'user.matches': viewUserMatches(
    { kind: 'none', similar: [megan, ...hostile.slice(0, 2)] },
    'megam bowne',
    READER,
  ),
  'groups.typical': viewGroups(page(groups), query(), READER),
  'groups.worst': viewGroups(
    page(
      Object.values(HOSTILE).map((name) =>
        aGroup(name, 123_456, 78, inactive([{ kind: 'noMail' }, { kind: 'prefixNotIncluded' }])),
      ),
      60,
      2,
    ),
    query(HOSTILE.html),
    READER,
  ),
  'group.typical': viewGroup(
    {
      group: aGroup('Marketing', 42),
      members: people.map(member),
      history: [{ runId: parseRunId('run-12'), runNumber: 12, at: NOW, change: members(12, 3) }],
    },
    READER,
  ),
  'group.worst': viewGroup(
    {
      group: {
        ...aGroup(HOSTILE.link, 9000, 3, inactive([{ kind: 'noMail' }])),
        facts: {
          displayName: HOSTILE.link,
          description: HOSTILE.lines.repeat(20),
          mail: null,
          kind: 'mailEnabledSecurity',
          dynamic: true,
          hiddenMembership: true,
        },
      },
      members: hostile.map(member),
      history: [],
    },
    READER,
  ),
  ...CONNECT_SCENES,
  ...NOTICE_SCENES,
  'notice.unknown': viewNotice({ kind: 'unknownCommand', text: 'snyc now', nearest: 'sync now' }),
  'notice.hostile': viewNotice({ kind: 'unknownCommand', text: HOSTILE.link.repeat(2000), nearest: null }),
  'notice.empty': viewNotice({ kind: 'emptyMessage' }),
  'notice.outOfDate': viewNotice({ kind: 'cardOutOfDate' }),
  'notice.transient': viewError(new AppError('graph-unreachable'), READER),
  'notice.bug': viewError(new AppError('unexpected'), READER),
};
