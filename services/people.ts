// Who may do what in Rollcall: roles, who may get one, the first owner and the last. Knows nothing of sign-ins or chats.
import type { Clock } from './ambient.ts';
import type { AuditTrail } from './audit-trail.ts';
import { sameId, type TenantId } from './directory/ids.ts';
import type { ChatStore, KeptPeople, PeopleStore } from './directory/people-store.ts';
import {
  hasLeft,
  mayDo,
  type KnownPerson,
  type OwnersPresence,
  type PersonEntry,
  type PersonLookup,
  type Role,
} from './directory/person.ts';
import type { Actor } from './directory/run.ts';
import { AppError, toAppError } from './errors.ts';
import type { PersonFinder } from './find-person.ts';

export interface SetRole {
  readonly tenantId: TenantId;
  readonly actor: Actor;
  readonly objectId: string;
  /** Null takes the person out. */
  readonly role: Role | null;
  readonly conversationId: string;
}

export interface PeopleService extends AuditTrail {
  roleOf(tenantId: TenantId, objectId: string): Promise<Role | null>;
  hasOwner(tenantId: TenantId): Promise<boolean>;
  /** Owners first, then by name. */
  listPeople(tenantId: TenantId): Promise<readonly PersonEntry[]>;
  /**
   * Only somebody whom Rollcall has met, or Microsoft 365 knows as an enabled member, gets a role. Throws `last-owner`,
   * `owner-not-met`, `role-needed`, `guest-refused`, `person-disabled`, `person-unknown`.
   */
  setRole(request: SetRole): Promise<void>;
  /**
   * Makes this person the owner when nobody is one yet, or only people who are `gone`: true for exactly one person of
   * all who ask, however often that one does. Whether the person holds the roles for it is for the caller to know.
   */
  claimFirstOwner(
    tenantId: TenantId,
    person: Actor,
    conversationId: string | null,
    gone?: ReadonlySet<string>,
  ): Promise<boolean>;
  /** Whether an owner still works here, as Microsoft 365 tells `ask`, which throws when it cannot be asked. */
  findOwners(tenantId: TenantId, ask?: AskPerson): Promise<OwnersPresence>;
}

export type AskPerson = (objectId: string) => Promise<KnownPerson | null>;

export interface PeopleOptions {
  readonly people: PeopleStore;
  readonly trail: AuditTrail;
  readonly chats: Pick<ChatStore, 'findName'>;
  readonly finder: Pick<PersonFinder, 'verifyPerson' | 'findPerson' | 'askPerson'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** Owners who change people at once meet at most this often. */
const MEETINGS = 20;

/** Roles over their store. */
export function createPeople({ people, trail, chats, finder, clock }: PeopleOptions): PeopleService {
  /** Decides on what is kept and writes it, again when somebody else was faster. Null: nothing to change. */
  async function change(
    tenantId: TenantId,
    decide: (kept: KeptPeople) => Promise<readonly PersonEntry[] | null>,
  ): Promise<KeptPeople | null> {
    for (let meeting = 0; meeting < MEETINGS; meeting++) {
      const kept = await people.read(tenantId);
      const next = await decide(kept);
      if (next === null) return null;
      if (await people.write(tenantId, kept.revision, next)) return kept;
    }
    throw new AppError('already-changed');
  }

  /** What somebody is called who may get a role. */
  async function admit(tenantId: TenantId, objectId: string): Promise<string> {
    const [lookup, met] = await Promise.all([
      finder.verifyPerson(tenantId, objectId),
      chats.findName(tenantId, objectId),
    ]);
    return decideAdmission(lookup, met);
  }

  /** Of these people those who ever talked to Rollcall, as the first owner did, and are not known to have left. */
  async function met(tenantId: TenantId, all: readonly PersonEntry[]): Promise<ReadonlySet<string>> {
    const isMet = await Promise.all(
      all.map(async ({ objectId, addedBy }) => {
        if (addedBy !== null && (await chats.findName(tenantId, objectId)) === null) return false;
        return !hasLeft(await finder.findPerson(tenantId, objectId));
      }),
    );
    return new Set(all.filter((_, index) => isMet[index]).map(({ objectId }) => objectId));
  }

  async function decideChange(kept: KeptPeople, request: SetRole): Promise<readonly PersonEntry[] | null> {
    const { tenantId, objectId, role } = request;
    const known = entryOf(kept.people, objectId);
    // Whoever may not change people learns nothing of anybody.
    if (!mayDo(roleIn(kept.people, request.actor.objectId), 'owner'))
      throw new AppError('role-needed', { needed: 'owner' });
    const isNew = known === undefined && role !== null;
    const displayName = isNew ? await admit(tenantId, objectId) : (known?.displayName ?? '');
    const owners = await met(tenantId, kept.people.filter(isOwner));
    return decidePeople(kept.people, { ...request, displayName }, (owner) => owners.has(owner), clock.now());
  }

  async function claimFirstOwner(
    tenantId: TenantId,
    person: Actor,
    conversationId: string | null,
    gone: ReadonlySet<string> = new Set(),
  ): Promise<boolean> {
    const [before = null] = gone;
    const audited = (since: Date, work: () => Promise<boolean>) =>
      trail.audited(
        {
          ...{ id: `${person.objectId.toLowerCase()}-${since.getTime()}`, tenantId, actor: person },
          ...{ action: before === null ? 'owner.first' : 'owner.succeeded', target: person.objectId },
          ...{ conversationId, after: 'owner' },
        },
        work,
        (became) => (became ? { before, result: 'done' } : null),
      );
    const kept = (await people.read(tenantId)).people;
    const own = entryOf(kept, person.objectId);
    // The answer to an earlier try may have been lost on its way: its line is completed now.
    if (own && isOwner(own) && own.addedBy === null) return audited(own.since, () => Promise.resolve(true));
    const since = clock.now();
    if (decideFirstOwner(kept, person, since, gone) === null) return false;
    const decide = (now: KeptPeople) => Promise.resolve(decideFirstOwner(now.people, person, since, gone));
    const became = await audited(since, async () => (await change(tenantId, decide)) !== null);
    return became || claimFirstOwner(tenantId, person, conversationId, gone);
  }

  async function findOwners(tenantId: TenantId, ask: AskPerson): Promise<OwnersPresence> {
    const owners = (await people.read(tenantId)).people.filter(isOwner);
    const told = await Promise.all(
      owners.map(({ objectId }) =>
        ask(objectId).then(
          (person) => (hasLeft(person ? { kind: 'known', person } : { kind: 'nobody' }) ? 'gone' : 'here'),
          (error: unknown) => (toAppError(error).kind === 'transient' ? 'later' : 'never'),
        ),
      ),
    );
    if (told.includes('here')) return { kind: 'here' };
    const gone = new Set(owners.map(({ objectId }) => objectId.toLowerCase()));
    if (told.every((one) => one === 'gone')) return { kind: 'gone', gone };
    return { kind: 'unknown', passes: told.includes('later') };
  }

  return {
    ...trail,
    roleOf: async (tenantId, objectId) => roleIn((await people.read(tenantId)).people, objectId),
    hasOwner: async (tenantId) => (await people.read(tenantId)).people.some(isOwner),
    listPeople: async (tenantId) => [...(await people.read(tenantId)).people].sort(byRoleAndName),
    setRole: async (request) => {
      const { tenantId, actor, objectId, role, conversationId } = request;
      const before = roleIn((await people.read(tenantId)).people, objectId);
      await trail.audited(
        { tenantId, actor, action: 'role.set', target: objectId, conversationId, before, after: role },
        () => change(tenantId, (kept) => decideChange(kept, request)),
        (kept) => (kept === null ? null : { before: roleIn(kept.people, objectId), result: 'done' }),
      );
    },
    claimFirstOwner,
    findOwners: (tenantId, ask = (objectId) => finder.askPerson(tenantId, objectId)) =>
      findOwners(tenantId, ask),
  };
}

/** The name of somebody who may get a role. `met`: what they called themselves in chat, null when they never wrote. */
export function decideAdmission(lookup: PersonLookup, met: string | null): string {
  if (lookup.kind === 'known') {
    const { isGuest, isEnabled, displayName } = lookup.person;
    if (isGuest) throw new AppError('guest-refused');
    if (!isEnabled) throw new AppError('person-disabled');
    return displayName;
  }
  if (lookup.kind === 'nobody' || met === null) throw new AppError('person-unknown');
  return met;
}

const isOwner = ({ role }: PersonEntry) => role === 'owner';
const entryOf = (people: readonly PersonEntry[], id: string): PersonEntry | undefined =>
  people.find(({ objectId }) => sameId(objectId, id));
const roleIn = (people: readonly PersonEntry[], objectId: string): Role | null =>
  entryOf(people, objectId)?.role ?? null;

const RANK = { owner: 0, admin: 1, viewer: 2 } as const satisfies Record<Role, number>;
const byRoleAndName = (one: PersonEntry, other: PersonEntry) =>
  RANK[one.role] - RANK[other.role] || one.displayName.localeCompare(other.displayName);

/**
 * The people after a change; null when it changes nothing. `isMet` tells of an owner whether Rollcall ever heard of them:
 * one who was only picked may not exist, so the last who did cannot go. Throws `role-needed`, `last-owner`,
 * `owner-not-met`.
 */
export function decidePeople(
  people: readonly PersonEntry[],
  change: Pick<SetRole, 'actor' | 'objectId' | 'role'> & { readonly displayName: string },
  isMet: (objectId: string) => boolean,
  now: Date,
): readonly PersonEntry[] | null {
  const { actor, objectId, displayName, role } = change;
  if (!mayDo(roleIn(people, actor.objectId), 'owner')) throw new AppError('role-needed', { needed: 'owner' });
  const known = entryOf(people, objectId);
  if ((known?.role ?? null) === role) return null;
  const others = people.filter((person) => person !== known);
  if (known !== undefined && isOwner(known)) {
    const owners = others.filter(isOwner);
    if (owners.length === 0) throw new AppError('last-owner');
    if (isMet(known.objectId) && !owners.some((owner) => isMet(owner.objectId)))
      throw new AppError('owner-not-met');
  }
  if (role === null) return others;
  return [...others, { objectId: objectId.toLowerCase(), displayName, role, since: now, addedBy: actor }];
}

/** The people with their first owner; null when somebody owns Rollcall already who is not `gone`. */
export function decideFirstOwner(
  people: readonly PersonEntry[],
  { objectId, displayName }: Actor,
  now: Date,
  gone: ReadonlySet<string> = new Set(),
): readonly PersonEntry[] | null {
  if (people.some((person) => isOwner(person) && !gone.has(person.objectId.toLowerCase()))) return null;
  const others = people.filter((person) => !sameId(person.objectId, objectId));
  return [
    ...others,
    { objectId: objectId.toLowerCase(), displayName, role: 'owner', since: now, addedBy: null },
  ];
}
