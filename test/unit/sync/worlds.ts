// Small worlds for the tests of planning: what Microsoft 365 says, what is stored, and a model of applying a plan in
// a few lines. Names tell kinds: `u…` is a user, `g…` a group, `d…` a device.
import assert from 'node:assert/strict';
import type { Change, Plan } from '../../../services/directory/change.ts';
import type { Domain } from '../../../services/directory/domain.ts';
import { proveCoverage, type Coverage, type Sighting } from '../../../services/directory/evidence.ts';
import { fingerprint } from '../../../services/directory/fingerprint.ts';
import type { GroupFacts, GroupState, MemberRef } from '../../../services/directory/group.ts';
import {
  parseEntryId,
  parseObjectId,
  parseTenantId,
  type ObjectId,
} from '../../../services/directory/ids.ts';
import { DEFAULT_POLICY, type Policy } from '../../../services/directory/policy.ts';
import type { MembersRead } from '../../../services/directory/source.ts';
import type { UserFacts, UserState } from '../../../services/directory/user.ts';
import { createPlanner, type PlanInput, type StoredEntry } from '../../../services/sync/plan.ts';

export const TENANT = parseTenantId('11111111-2222-4333-8444-555555555555');
export const DAY_MS = 24 * 60 * 60 * 1000;
export const NOW = new Date('2026-11-23T08:00:00Z');
export const daysLater = (days: number): Date => new Date(NOW.getTime() + days * DAY_MS);

export const oid = (name: string): ObjectId => parseObjectId(name);
export const oids = (...names: string[]): ObjectId[] => names.map(oid);

export const userFacts = (change: Partial<UserFacts> = {}): UserFacts => ({
  userPrincipalName: 'anna@example.com',
  displayName: 'Anna Berg',
  givenName: 'Anna',
  surname: 'Berg',
  mail: 'anna@example.com',
  accountEnabled: true,
  userType: 'Member',
  ...change,
});

export const groupFacts = (change: Partial<GroupFacts> = {}): GroupFacts => ({
  displayName: 'Staff',
  description: null,
  mail: 'staff@example.com',
  kind: 'microsoft365',
  dynamic: false,
  hiddenMembership: false,
  ...change,
});

export const policyWith = (change: Partial<Policy> = {}): Policy => ({ ...DEFAULT_POLICY, ...change });

export const domain = (name: string, change: Partial<Domain> = {}): Domain => ({
  name,
  isDefault: false,
  isInitial: false,
  isRoot: true,
  isVerified: true,
  ...change,
});
export const DOMAINS = [
  domain('example.com', { isDefault: true }),
  domain('sub.example.com', { isRoot: false }),
];

export const complete = (rows = 1): Coverage =>
  proveCoverage({ rows, counted: rows, hidden: 0, failure: null });
export const broken = (rows = 1): Coverage =>
  proveCoverage({
    rows,
    counted: rows,
    hidden: 0,
    failure: { kind: 'pageFailed', page: 2, code: 'graph-unavailable', requestId: null },
  });

export const memberRef = (name: string): MemberRef => ({
  objectId: oid(name),
  kind: name.startsWith('g') ? 'group' : 'user',
});

export function membersRead(group: string, names: readonly string[], whole = true): MembersRead {
  return {
    groupId: oid(group),
    members: names.filter((name) => !name.startsWith('d')).map(memberRef),
    others: names.filter((name) => name.startsWith('d')).map(oid),
    observation: {
      rows: names.length,
      counted: whole ? names.length : names.length + 1,
      hidden: 0,
      failure: null,
    },
  };
}

type Said<Facts> = Partial<Facts> | 'malformed' | 'removed';

/** What Microsoft 365 says, in short. Everything that is not given is read in full. */
export interface World {
  readonly users?: Readonly<Record<string, Said<UserFacts>>>;
  readonly groups?: Readonly<Record<string, Said<GroupFacts>>>;
  readonly members?: Readonly<Record<string, readonly string[]>>;
  /** Groups whose members were read in part. */
  readonly cut?: readonly string[];
  readonly coverage?: Partial<PlanInput['coverage']>;
  readonly domains?: readonly Domain[];
  readonly policy?: Partial<Policy>;
  readonly now?: Date;
}

export function readWorld(world: World): PlanInput {
  const { users = {}, groups = {}, members = {}, cut = [] } = world;
  return {
    tenantId: TENANT,
    policyVersion: 1,
    policy: policyWith(world.policy),
    baseRevision: 7,
    now: world.now ?? NOW,
    coverage: {
      users: complete(Object.keys(users).length),
      groups: complete(Object.keys(groups).length),
      domains: complete(2),
      ...world.coverage,
    },
    domains: world.domains ?? DOMAINS,
    users: sightings(users, userFacts),
    groups: sightings(groups, groupFacts),
    members: new Map(
      Object.entries(members).map(([group, names]) => [
        oid(group),
        membersRead(group, names, !cut.includes(group)),
      ]),
    ),
  };
}

function sightings<Facts extends object>(
  said: Readonly<Record<string, Said<Facts>>>,
  complement: (facts: Partial<Facts>) => Facts,
): Map<ObjectId, Sighting<Facts>['evidence']> {
  return new Map(
    Object.entries(said).map(([name, value]) => [oid(name), toEvidence(value, complement)] as const),
  );
}

function toEvidence<Facts extends object>(
  value: Said<Facts>,
  complement: (facts: Partial<Facts>) => Facts,
): Sighting<Facts>['evidence'] {
  if (value === 'malformed') return { kind: 'malformed', problem: 'displayName: expected string' };
  if (value === 'removed') return { kind: 'removed', reason: 'changed' };
  return { kind: 'seen', facts: complement(value) };
}

interface Kept<State> {
  readonly entry: StoredEntry;
  readonly state: State;
}

/** A directory in memory. */
export interface Directory {
  readonly users: ReadonlyMap<ObjectId, Kept<UserState>>;
  readonly groups: ReadonlyMap<ObjectId, Kept<GroupState>>;
  readonly memberships: ReadonlyMap<ObjectId, ReadonlyMap<ObjectId, MemberRef>>;
}

export const EMPTY: Directory = { users: new Map(), groups: new Map(), memberships: new Map() };

/** Lets a planner see the whole directory, as the shell does. */
export function planFor(directory: Directory, input: PlanInput): Plan {
  const planner = createPlanner(input);
  for (const { entry } of directory.groups.values()) planner.storedGroup(entry);
  for (const { entry } of directory.users.values()) planner.storedUser(entry);
  for (const [groupId, members] of directory.memberships)
    for (const member of members.values()) planner.storedMembership(groupId, member);
  const needed = planner.needsState();
  for (const id of needed.users) planner.userState(id, directory.users.get(id)!.state);
  for (const id of needed.groups) planner.groupState(id, directory.groups.get(id)!.state);
  return planner.finish();
}

/** What a directory is after a plan was applied. Fails when the plan does not fit it. */
export function apply(directory: Directory, plan: Plan, now: Date): Directory {
  const users = new Map(directory.users);
  const groups = new Map(directory.groups);
  const memberships = new Map([...directory.memberships].map(([id, members]) => [id, new Map(members)]));
  for (const change of plan.changes) {
    if (change.type === 'user') applyEntry(users, change, now);
    else if (change.type === 'group') applyEntry(groups, change, now);
    else applyMemberships(memberships, change);
  }
  return { users, groups, memberships };
}

function applyEntry<State extends UserState | GroupState>(
  entries: Map<ObjectId, Kept<State>>,
  change: Exclude<Change, { type: 'memberships' }> & { before: State | null; after: State | null },
  now: Date,
): void {
  const old = entries.get(change.objectId);
  assert.equal(old?.entry.revision, change.base?.revision);
  assert.equal(old?.entry.id, change.base?.id);
  assert.deepEqual(old?.state ?? null, change.before);
  if (change.after === null) {
    entries.delete(change.objectId);
    return;
  }
  const left = change.after.reasons.some((reason) => reason.kind === 'deleted');
  const entry: StoredEntry = {
    id: old?.entry.id ?? parseEntryId(`entry of ${change.objectId} since ${now.toISOString()}`),
    objectId: change.objectId,
    revision: (old?.entry.revision ?? 0) + 1,
    fingerprint: fingerprint(change.after),
    status: change.after.status,
    leftAt: left ? (old?.entry.leftAt ?? now) : null,
  };
  entries.set(change.objectId, { entry, state: change.after });
}

function applyMemberships(
  memberships: Map<ObjectId, Map<ObjectId, MemberRef>>,
  change: Extract<Change, { type: 'memberships' }>,
): void {
  const members = memberships.get(change.objectId) ?? new Map<ObjectId, MemberRef>();
  for (const { objectId } of change.removed)
    assert.ok(members.delete(objectId), 'removed what is not stored');
  for (const member of change.added) {
    assert.ok(!members.has(member.objectId), 'added what is stored');
    members.set(member.objectId, member);
  }
  memberships.set(change.objectId, members);
}

/** Reads, plans and applies, one world after the other. */
export function syncAll(...worlds: World[]): Directory {
  return worlds.reduce((directory, world) => {
    const input = readWorld(world);
    return apply(directory, planFor(directory, input), input.now);
  }, EMPTY);
}

/** The changes in short: `user u1 inactivate removed`, `memberships g1 +u1 -u2`. */
export const summarise = (plan: Plan): string[] =>
  plan.changes.map((change) =>
    change.type === 'memberships'
      ? [
          `memberships ${change.objectId}`,
          ...change.added.map(({ objectId }) => `+${objectId}`),
          ...change.removed.map(({ objectId }) => `-${objectId}`),
        ].join(' ')
      : `${change.type} ${change.objectId} ${change.action} ${change.cause}`,
  );
