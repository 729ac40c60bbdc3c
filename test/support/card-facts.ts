// Users, groups and runs as the services would hand them to a view. Made up, the same every time.
import type { Reader } from '../../bot/views/reader.ts';
import type {
  Change,
  Counts,
  Group,
  GroupSummary,
  Progress,
  Run,
  RunReport,
  User,
} from '../../services/index.ts';
import type { UserChange } from '../../services/directory/change.ts';
import { proveCoverage } from '../../services/directory/evidence.ts';
import { parseEntryId, parseObjectId, parseRunId, parseTenantId } from '../../services/directory/ids.ts';
import { DEFAULT_POLICY } from '../../services/directory/policy.ts';

export const NOW = new Date('2026-11-23T14:05:00Z');
export const READER: Reader = { locale: 'en-GB', timeZone: 'Europe/London', now: NOW };
const minutesAgo = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);

/** Names that try to break out of their place. */
export const HOSTILE = {
  link: '[Click here](https://evil.example) **now**',
  html: '<b>Bold</b><script>alert(1)</script>&nbsp;&#42;',
  template: '${title} ${$root.buttons} {{DATE(2026-01-01T00:00:00Z)}}',
  rightToLeft: '\u202eמיכל כהן\u202c \u2067abc',
  long: 'Maximilian-Alexander von und zu '.repeat(9).slice(0, 256),
  lines: 'First line\n# Second | line\t- item\r\n1. one',
} as const;

export const policy = DEFAULT_POLICY;

export function aUser(name: string, more: Partial<User> = {}, facts: Partial<User['facts']> = {}): User {
  const handle = name.toLowerCase().replace(/[^a-z]+/g, '.');
  return {
    id: parseEntryId(`user-${handle.slice(0, 20)}`),
    objectId: parseObjectId(`object-${handle.slice(0, 20)}`),
    revision: 1,
    createdAt: new Date('2026-10-02T08:00:00Z'),
    changedAt: minutesAgo(90),
    inactiveSince: null,
    status: 'active',
    reasons: [],
    facts: {
      userPrincipalName: `${handle}@contoso.com`.slice(-113),
      displayName: name,
      givenName: null,
      surname: null,
      mail: `${handle}@contoso.com`.slice(-113),
      accountEnabled: true,
      userType: 'Member',
      ...facts,
    },
    ...more,
  };
}

export function aGroup(name: string, users = 12, groups = 0, more: Partial<Group> = {}): GroupSummary {
  const handle = name
    .toLowerCase()
    .replace(/[^a-z]+/g, '-')
    .slice(0, 20);
  return {
    id: parseEntryId(`group-${handle}`),
    objectId: parseObjectId(`object-${handle}`),
    revision: 1,
    createdAt: new Date('2026-10-02T08:00:00Z'),
    changedAt: minutesAgo(90),
    inactiveSince: null,
    status: 'active',
    reasons: [],
    facts: {
      displayName: name,
      description: null,
      mail: `${handle}@contoso.com`,
      kind: 'microsoft365',
      dynamic: false,
      hiddenMembership: false,
    },
    members: { users, groups },
    ...more,
  };
}

export const inactive = (reasons: User['reasons']) =>
  ({ status: 'inactive', reasons, inactiveSince: minutesAgo(60 * 24 * 11) }) as const;

export const someCounts = (more: Partial<Counts> = {}): Counts => ({
  added: 0,
  addedInactive: 0,
  updated: 0,
  inactivated: 0,
  reactivated: 0,
  purged: 0,
  unchanged: 0,
  kept: 0,
  dormant: 0,
  skipped: [],
  ...more,
});

const complete = (rows: number) => proveCoverage({ rows, counted: rows, hidden: 0, failure: null });

export const coverage = (users: number, groups: number): NonNullable<RunReport['coverage']> => ({
  users: complete(users),
  groups: complete(groups),
  domains: complete(3),
  members: { groupsRead: groups, notRead: [] },
});

export const aReport = (more: Partial<RunReport> = {}): RunReport => ({
  outcome: 'changed',
  counts: { users: someCounts(), groups: someCounts(), memberships: someCounts() },
  coverage: coverage(1000, 60),
  stored: null,
  verdict: { kind: 'allow' },
  digest: 'ab'.repeat(32),
  costs: { requests: 30, resourceUnits: 90, throttled: 0, retried: 0 },
  takeovers: [],
  stageMs: {},
  error: null,
  ...more,
});

export const aProgress = (more: Partial<Progress> = {}): Progress => ({
  stage: 'starting',
  read: { users: 0, groups: 0, memberships: 0 },
  expected: { users: null, groups: null },
  members: { groupsRead: 0, groupsToRead: null },
  applied: 0,
  toApply: null,
  ...more,
});

export const aRun = (more: Partial<Run> = {}): Run => ({
  id: parseRunId('run-12'),
  tenantId: parseTenantId('11111111-2222-4333-8444-555555555555'),
  number: 12,
  status: 'ended',
  startedBy: { objectId: 'person-1', displayName: 'Megan Bowen' },
  approvedBy: null,
  startedAt: minutesAgo(3),
  endedAt: new Date(minutesAgo(3).getTime() + 12_400),
  progress: aProgress({ stage: 'done' }),
  report: aReport(),
  ...more,
});

export const running = (progress: Partial<Progress>): Run =>
  aRun({ status: 'running', endedAt: null, report: null, progress: aProgress(progress) });

/** A user that changed from one state to another. */
export function userChange(before: User | null, after: User | null, action: UserChange['action']): Change {
  const one = after ?? before ?? aUser('Nobody');
  return {
    type: 'user',
    objectId: one.objectId,
    action,
    cause: 'seen',
    base: before === null ? null : { id: before.id, revision: before.revision },
    before,
    after,
  };
}
