// A source of a few objects that a test describes and changes: the port to Microsoft 365 without Microsoft 365.
import type { ListObservation, Sighting } from '../../services/directory/evidence.ts';
import type { GroupFacts, MemberRef } from '../../services/directory/group.ts';
import { parseObjectId, type ObjectId } from '../../services/directory/ids.ts';
import type { OnPage, Source, Witness } from '../../services/directory/source.ts';
import type { UserFacts } from '../../services/directory/user.ts';

/** What a small Microsoft 365 holds; tests change it between syncs. */
export interface World {
  readonly users: Map<string, UserFacts>;
  readonly groups: Map<string, GroupFacts>;
  /** Member ids by group id; an id that is a group counts as a group. */
  readonly members: Map<string, Set<string>>;
  /** Answers of the second witness; `gone` where nothing is said and the object is not there. */
  readonly witness: Map<string, Witness>;
  /** What breaks, named by the list. */
  readonly failing: Map<string, Extract<ListObservation['failure'], object>>;
  /** Thrown by the next read. */
  thrown: Error | null;
  /** Awaited before users are read. */
  pause: Promise<void> | null;
}

export const createWorld = (): World => ({
  users: new Map(),
  groups: new Map(),
  members: new Map(),
  witness: new Map(),
  failing: new Map(),
  thrown: null,
  pause: null,
});

export const userNamed = (name: string, more: Partial<UserFacts> = {}): UserFacts => {
  const address = `${name.toLowerCase().replaceAll(' ', '.')}@contoso.example`;
  return {
    userPrincipalName: address,
    displayName: name,
    givenName: null,
    surname: null,
    mail: address,
    accountEnabled: true,
    userType: 'Member',
    ...more,
  };
};

export const groupNamed = (displayName: string, more: Partial<GroupFacts> = {}): GroupFacts => ({
  displayName,
  description: null,
  mail: `${displayName.toLowerCase().replaceAll(' ', '-')}@contoso.example`,
  kind: 'microsoft365',
  dynamic: false,
  hiddenMembership: false,
  ...more,
});

/** The n-th object id of a kind; ids of different kinds differ. */
export const idOf = (kind: 'user' | 'group', n: number): string =>
  `${kind === 'user' ? '0' : 'f'}0000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** Adds users 0…n-1, groups 0…n-1, and each user to one group. */
export function populate(world: World, users: number, groups: number): World {
  for (let n = 0; n < users; n++) world.users.set(idOf('user', n), userNamed(`Person ${String(n)}`));
  for (let n = 0; n < groups; n++) {
    world.groups.set(idOf('group', n), groupNamed(`Team ${String(n)}`));
    world.members.set(idOf('group', n), new Set());
  }
  for (let n = 0; n < users && groups > 0; n++)
    world.members.get(idOf('group', n % groups))?.add(idOf('user', n));
  return world;
}

const PAGE = 999;

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });

/** A source that reads `world` as it is when asked. */
export function createScriptedSource(world: World): Source {
  let requests = 0;
  const readList = async <Facts>(
    list: 'users' | 'groups',
    kept: ReadonlyMap<string, Facts>,
    onPage: OnPage<Facts>,
    signal: AbortSignal,
  ): Promise<ListObservation> => {
    await (world.pause && Promise.race([world.pause, aborted(signal)]));
    if (world.thrown) throw world.thrown;
    const failure = world.failing.get(list) ?? null;
    const sightings = [...kept].map(([id, facts]): Sighting<Facts> => ({
      objectId: parseObjectId(id),
      evidence: { kind: 'seen', facts },
    }));
    const told = failure ? sightings.slice(0, sightings.length / 2) : sightings;
    for (let at = 0; at < told.length; at += PAGE) {
      signal.throwIfAborted();
      requests++;
      onPage({ sightings: told.slice(at, at + PAGE), counted: kept.size });
    }
    return { rows: told.length, counted: kept.size, hidden: 0, failure };
  };
  const refOf = (id: string): MemberRef => ({
    objectId: parseObjectId(id),
    kind: world.groups.has(id) ? 'group' : 'user',
  });
  const witnessOf = (type: 'user' | 'group', id: ObjectId): Witness =>
    world.witness.get(id) ?? ((type === 'user' ? world.users : world.groups).has(id) ? 'exists' : 'gone');

  return {
    takeDeltaTokens: () => Promise.resolve({ users: `users-${String(requests)}`, groups: 'groups' }),
    readDomains: () => {
      const domain = { isVerified: true, isRoot: true, isInitial: false, isDefault: true };
      const failure = world.failing.get('domains') ?? null;
      const observation = { rows: failure ? 0 : 1, counted: 1, hidden: 0, failure };
      if (failure) return Promise.resolve({ domains: [], observation });
      return Promise.resolve({ domains: [{ name: 'contoso.example', ...domain }], observation });
    },
    readUsers: (onPage, signal) => readList('users', world.users, onPage, signal),
    readGroups: (onPage, signal) => readList('groups', world.groups, onPage, signal),
    readMembers: (groupIds, onGroup) => {
      for (const groupId of groupIds) {
        const members = [...(world.members.get(groupId) ?? [])].map(refOf);
        const failure = world.failing.get(groupId) ?? null;
        const observation = { rows: members.length, counted: members.length, hidden: 0, failure };
        onGroup({ groupId, members: failure ? [] : members, others: [], observation });
        requests++;
      }
      return Promise.resolve();
    },
    confirmGone: (type, ids) => Promise.resolve(new Map(ids.map((id) => [id, witnessOf(type, id)]))),
    takeovers: () => Promise.resolve([]),
    costs: () => ({ requests, resourceUnits: requests, throttled: 0, retried: 0 }),
  };
}
