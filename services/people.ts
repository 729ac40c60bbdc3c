// Who may do what in Rollcall: roles, the first owner, the last owner, and the audit trail of all of it. Knows nothing
// of sign-ins or chats.
import type { Clock } from './ambient.ts';
import type { TenantId } from './directory/ids.ts';
import type { AuditStore, KeptPeople, PeopleStore } from './directory/people-store.ts';
import { mayDo, type AuditEntry, type PersonEntry, type Role } from './directory/person.ts';
import type { Actor } from './directory/run.ts';
import { AppError } from './errors.ts';

export interface SetRole {
  readonly tenantId: TenantId;
  readonly actor: Actor;
  readonly objectId: string;
  readonly displayName: string;
  /** Null takes the person out. */
  readonly role: Role | null;
  readonly conversationId: string;
}

export interface PeopleService {
  roleOf(tenantId: TenantId, objectId: string): Promise<Role | null>;
  hasOwner(tenantId: TenantId): Promise<boolean>;
  /** Owners first, then by name. */
  listPeople(tenantId: TenantId): Promise<readonly PersonEntry[]>;
  /** Throws `last-owner`, `role-needed`. */
  setRole(request: SetRole): Promise<void>;
  /**
   * Makes this person the owner when nobody is one yet: true for exactly one of all who ask. Whether the person holds
   * the roles for it is for the caller to know.
   */
  claimFirstOwner(tenantId: TenantId, person: Actor, conversationId: string | null): Promise<boolean>;
  recordAudit(entry: Omit<AuditEntry, 'id' | 'at'>): Promise<void>;
  listAudit(
    tenantId: TenantId,
    query: { readonly page: number; readonly pageSize: number },
  ): Promise<{
    readonly items: readonly AuditEntry[];
    readonly total: number;
    readonly page: number;
    readonly pageSize: number;
  }>;
}

export interface PeopleOptions {
  readonly people: PeopleStore;
  readonly audit: AuditStore;
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: { next(): string };
}

/** Owners who change people at once meet at most this often. */
const MEETINGS = 20;

/** Roles and audit over their stores. */
export function createPeople({ people, audit, clock, ids }: PeopleOptions): PeopleService {
  const recordAudit = (entry: Omit<AuditEntry, 'id' | 'at'>) =>
    audit.append({ ...entry, id: ids.next(), at: clock.now() });

  /** Decides on what is kept and writes it, again when somebody else was faster. Null: nothing to change. */
  async function change(
    tenantId: TenantId,
    decide: (kept: KeptPeople) => readonly PersonEntry[] | null,
  ): Promise<KeptPeople | null> {
    for (let meeting = 0; meeting < MEETINGS; meeting++) {
      const kept = await people.read(tenantId);
      const next = decide(kept);
      if (next === null) return null;
      if (await people.write(tenantId, kept.revision, next)) return kept;
    }
    throw new AppError('already-changed');
  }

  return {
    roleOf: async (tenantId, objectId) => roleIn((await people.read(tenantId)).people, objectId),
    hasOwner: async (tenantId) => (await people.read(tenantId)).people.some(isOwner),
    listPeople: async (tenantId) => [...(await people.read(tenantId)).people].sort(byRoleAndName),
    setRole: async (request) => {
      const { tenantId, actor, objectId, role, conversationId } = request;
      const line = { tenantId, actor, action: 'role.set', target: objectId, conversationId, after: role };
      const kept = await change(tenantId, ({ people }) => decidePeople(people, request, clock.now())).catch(
        async (error: unknown) => {
          const result = error instanceof AppError && error.code === 'role-needed' ? 'refused' : 'failed';
          await recordAudit({ ...line, before: null, result });
          throw error;
        },
      );
      if (kept === null) return;
      await recordAudit({ ...line, before: roleIn(kept.people, objectId), result: 'done' });
    },
    claimFirstOwner: async (tenantId, person, conversationId) => {
      const before = await change(tenantId, (kept) => decideFirstOwner(kept.people, person, clock.now()));
      if (before === null) return false;
      const line = { tenantId, actor: person, action: 'owner.first', target: person.objectId };
      await recordAudit({ ...line, conversationId, before: null, after: 'owner', result: 'done' });
      return true;
    },
    recordAudit,
    listAudit: async (tenantId, query) => ({ ...(await audit.list(tenantId, query)), ...query }),
  };
}

const isOwner = ({ role }: PersonEntry) => role === 'owner';
/** Entra writes object ids in lower case, some clients do not. */
const sameId = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
const roleIn = (people: readonly PersonEntry[], objectId: string): Role | null =>
  people.find((person) => sameId(person.objectId, objectId))?.role ?? null;

const RANK = { owner: 0, admin: 1, viewer: 2 } as const satisfies Record<Role, number>;
const byRoleAndName = (one: PersonEntry, other: PersonEntry) =>
  RANK[one.role] - RANK[other.role] || one.displayName.localeCompare(other.displayName);

/** The people after a change; null when it changes nothing. Throws `role-needed`, `last-owner`. */
export function decidePeople(
  people: readonly PersonEntry[],
  { actor, objectId, displayName, role }: Pick<SetRole, 'actor' | 'objectId' | 'displayName' | 'role'>,
  now: Date,
): readonly PersonEntry[] | null {
  if (!mayDo(roleIn(people, actor.objectId), 'owner')) throw new AppError('role-needed', { needed: 'owner' });
  const known = people.find((person) => sameId(person.objectId, objectId));
  if ((known?.role ?? null) === role) return null;
  const others = people.filter((person) => person !== known);
  if (known !== undefined && isOwner(known) && !others.some(isOwner)) throw new AppError('last-owner');
  if (role === null) return others;
  return [...others, { objectId: objectId.toLowerCase(), displayName, role, since: now, addedBy: actor }];
}

/** The people with their first owner; null when somebody owns Rollcall already. */
export function decideFirstOwner(
  people: readonly PersonEntry[],
  { objectId, displayName }: Actor,
  now: Date,
): readonly PersonEntry[] | null {
  if (people.some(isOwner)) return null;
  const others = people.filter((person) => !sameId(person.objectId, objectId));
  return [
    ...others,
    { objectId: objectId.toLowerCase(), displayName, role: 'owner', since: now, addedBy: null },
  ];
}
