// Generates the groups of a tenant and decides who is in them. Pure apart from linking the objects it is given.
import type { Chance } from '../chance.ts';
import { groupFacts } from '../facts.ts';
import { createGroupObject, createOtherObject } from '../objects.ts';
import type { DirectoryObject, Group, GroupKind, OtherObject, Person, User } from '../model.ts';
import { departments, groupTopics } from './names.ts';
import { seedDomains } from './seed-domains.ts';
import { specialGroups } from './special-groups.ts';
import type { Filling, SpecialGroup } from './special-groups.ts';

const dayMs = 24 * 60 * 60 * 1000;
const ordinaryKinds: readonly GroupKind[] = [
  'microsoft365',
  'microsoft365',
  'microsoft365',
  'microsoft365',
  'security',
  'security',
  'security',
  'mailSecurity',
  'distribution',
  'distribution',
];

export interface SeededGroups {
  readonly groups: readonly Group[];
  readonly others: readonly OtherObject[];
}

interface Budget {
  /** Links that may still be made; links that Graph does not list cost nothing. */
  left: number;
}

/** `count` live groups, a soft-deleted one where there is room, devices and service principals as members. */
export function seedGroups(
  chance: Chance,
  count: number,
  memberships: number,
  users: readonly User[],
  people: readonly Person[],
  nowMs: number,
): SeededGroups {
  const epochMs = Date.UTC(2021, 0, 4);
  const ordinal = createCounter(users.length);
  const specials = specialGroups.filter((special) => !special.deleted).slice(0, count);
  const deleted = count >= 20 ? specialGroups.filter((special) => special.deleted) : [];
  const make = (special: Pick<SpecialGroup, 'kind' | 'facts'>): Group => {
    const createdAtMs = epochMs + chance.below(5 * 365) * dayMs;
    const facts = groupFacts(special.kind, special.facts, seedDomains.main, createdAtMs);
    return createGroupObject(chance.guid(), ordinal(), facts, createdAtMs);
  };
  const specialPairs = [...specials, ...deleted].map((special) => [special, make(special)] as const);
  const ordinary = ordinaryNames(count - specials.length).map((displayName) =>
    make({ kind: chance.pick(ordinaryKinds), facts: { displayName } }),
  );
  const others = count >= 20 ? makeOthers(chance, ordinal, epochMs) : [];

  const budget: Budget = { left: memberships };
  const live = users.filter((user) => user.state === 'live');
  nest(specialPairs, budget);
  const pools = { live, people, others, total: memberships };
  // What only a deleted group holds is not listed anywhere, so it costs nothing.
  for (const [special, group] of specialPairs) {
    fill(group, special.filling, pools, chance, special.deleted ? { left: 5 } : budget);
  }
  fillEvenly(ordinary, live, chance, budget);
  const open = specialPairs
    .filter(([special]) => special.filling.with === 'some' && !special.deleted)
    .map(([, group]) => group);
  topUp([...ordinary, ...open], live, chance, budget);
  for (const user of users.filter((user) => user.state === 'deleted')) {
    const first = specialPairs[0]?.[1];
    if (first) link(first, user);
  }
  for (const [special, group] of specialPairs) {
    if (special.deleted) softDelete(group, nowMs - (1 + chance.below(20)) * dayMs);
  }
  return { groups: [...specialPairs.map(([, group]) => group), ...ordinary], others };
}

function createCounter(first: number): () => number {
  let next = first;
  return () => next++;
}

/** Department and topic, numbered from the second round on; the same order in every tenant. */
function ordinaryNames(count: number): readonly string[] {
  const names: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const department = departments[index % departments.length]?.name ?? '';
    const round = Math.floor(index / departments.length);
    const topic = groupTopics[round % groupTopics.length] ?? '';
    const number = Math.floor(round / groupTopics.length);
    names.push(number === 0 ? `${department} ${topic}` : `${department} ${topic} ${number + 1}`);
  }
  return names;
}

function makeOthers(chance: Chance, ordinal: () => number, createdAtMs: number): OtherObject[] {
  const devices = ['DESKTOP-7Q2', 'SURFACE-HUB-1', 'LAPTOP-K3M'];
  const services = ['Backup Agent', 'Build Pipeline'];
  return [
    ...devices.map((name) => ['device', name] as const),
    ...services.map((name) => ['servicePrincipal', name] as const),
  ].map(([kind, displayName]) =>
    createOtherObject(kind, chance.guid(), ordinal(), { displayName, deletedDateTime: null }, createdAtMs),
  );
}

function nest(pairs: readonly (readonly [SpecialGroup, Group])[], budget: Budget): void {
  for (const [special, group] of pairs) {
    for (const name of special.contains ?? []) {
      const inner = pairs.find(([candidate]) => candidate.facts.displayName === name)?.[1];
      if (inner) spend(group, inner, budget);
    }
  }
}

interface Pools {
  readonly live: readonly User[];
  readonly people: readonly Person[];
  readonly others: readonly OtherObject[];
  readonly total: number;
}

function fill(group: Group, filling: Filling, pools: Pools, chance: Chance, budget: Budget): void {
  switch (filling.with) {
    case 'nothing':
      return;
    case 'devices':
    case 'services': {
      const kind = filling.with === 'devices' ? 'device' : 'servicePrincipal';
      for (const other of pools.others) if (other.kind === kind) spend(group, other, budget);
      if (kind === 'servicePrincipal') fillRandomly(group, pools.live, 2, chance, budget);
      return;
    }
    case 'people':
      for (const user of pools.live) {
        if (pools.people.some((person) => person.id === user.id && person.role !== 'no role'))
          spend(group, user, budget);
      }
      return;
    case 'guests':
      fillInOrder(
        group,
        pools.live.filter((user) => user.facts.userType === 'Guest'),
        pools.total * 0.03,
        budget,
      );
      return;
    case 'department':
      fillInOrder(
        group,
        pools.live.filter((user) => user.facts.department === filling.department),
        pools.total * 0.05,
        budget,
      );
      return;
    case 'share': {
      const wanted = Math.min(Math.floor(pools.total * filling.share), filling.atMost);
      fillInOrder(
        group,
        pools.live.filter((user) => user.facts.userType === 'Member'),
        wanted,
        budget,
      );
      return;
    }
    case 'some':
      fillRandomly(group, pools.live, filling.count, chance, budget);
  }
}

function fillInOrder(group: Group, users: readonly User[], atMost: number, budget: Budget): void {
  for (const user of users.slice(0, Math.floor(atMost))) spend(group, user, budget);
}

function fillRandomly(
  group: Group,
  users: readonly User[],
  count: number,
  chance: Chance,
  budget: Budget,
): void {
  const wanted = Math.min(count, users.length - group.members.size);
  for (let added = 0, tries = 0; added < wanted && tries < wanted * 20 && budget.left > 0; tries += 1) {
    if (spend(group, chance.pick(users), budget)) added += 1;
  }
}

/** Groups of uneven sizes that use up most of what is left. */
function fillEvenly(groups: readonly Group[], users: readonly User[], chance: Chance, budget: Budget): void {
  const average = groups.length === 0 ? 0 : budget.left / groups.length;
  for (const group of groups)
    fillRandomly(group, users, Math.round(average * (0.1 + 1.7 * chance.next())), chance, budget);
}

/** Makes the number of links exact: whoever is free joins, group after group. */
function topUp(groups: readonly Group[], users: readonly User[], chance: Chance, budget: Budget): void {
  for (let found = true; found && budget.left > 0;) {
    found = false;
    for (const group of groups) {
      const start = chance.below(Math.max(1, users.length));
      for (let step = 0; step < users.length && budget.left > 0; step += 1) {
        const user = users[(start + step) % users.length];
        if (user && spend(group, user, budget)) {
          found = true;
          break;
        }
      }
    }
  }
}

/** Links within the budget; false when there is already a link or no budget. */
function spend(group: Group, member: DirectoryObject, budget: Budget): boolean {
  const isListed = member.kind !== 'servicePrincipal';
  if (group.members.has(member) || (isListed && budget.left <= 0)) return false;
  link(group, member);
  if (isListed) budget.left -= 1;
  return true;
}

function link(group: Group, member: DirectoryObject): void {
  group.members.add(member);
  member.memberOf.add(group);
}

function softDelete(group: Group, atMs: number): void {
  group.state = 'deleted';
  group.deletedAtMs = atMs;
  group.facts = { ...group.facts, deletedDateTime: `${new Date(atMs).toISOString().slice(0, 19)}Z` };
}
