// The tenant's directory: objects, links, roles, domains, and the one function that changes them. It knows
// nothing of HTTP or of how Graph shows things.
import { createChangeLog } from './change-log.ts';
import type { ChangeLog } from './change-log.ts';
import { createUserObject, createGroupObject } from './objects.ts';
import { isoSeconds } from './clock.ts';
import { groupFacts, userFacts } from './facts.ts';
import { isRestorable } from './model.ts';
import type {
  DirectoryObject,
  DirectoryRole,
  Domain,
  Group,
  Json,
  OtherObject,
  Person,
  User,
  UserFacts,
} from './model.ts';
import type { Action } from './mutations.ts';

const restorableMs = 30 * 24 * 60 * 60 * 1000;

/** Everything a seed produces. */
export interface TenantContent {
  readonly tenantId: string;
  readonly displayName: string;
  readonly domains: readonly Domain[];
  readonly roles: readonly DirectoryRole[];
  readonly people: readonly Person[];
  readonly users: readonly User[];
  readonly groups: readonly Group[];
  readonly others: readonly OtherObject[];
}

/** Why a change is not possible; `status` is the HTTP status that says so. */
export class ChangeRefused extends Error {
  readonly status: 400 | 404 | 409;
  constructor(status: 400 | 404 | 409, message: string) {
    super(message);
    this.status = status;
  }
}

export interface Directory extends TenantContent {
  readonly users: User[];
  readonly groups: Group[];
  readonly log: ChangeLog;
  readonly defaultDomain: string;
  /** Counts changes; whoever caches something derived compares it. */
  readonly revision: number;
  byId(id: string): DirectoryObject | undefined;
  /** A live user by id or user principal name. */
  findUser(idOrName: string): User | undefined;
  /** Called with each object whose properties changed. */
  onChange(listener: (object: DirectoryObject) => void): void;
  /** Applies one action at a time of the tenant's clock; throws ChangeRefused. */
  apply(action: DirectoryAction, atMs: number): void;
  /** Ids of what has been deleted for 30 days at `nowMs`, and is to be purged. */
  dueForPurge(nowMs: number): readonly string[];
}

export type DirectoryAction = Exclude<Action, { do: 'advance-clock' | 'change-app' }>;

/** New values of properties; undefined leaves one alone. */
type Changes = Readonly<Record<string, Json | undefined>>;

/** Opens a directory on seeded content, which it then owns and changes in place. */
export function openDirectory(content: TenantContent): Directory {
  const users = [...content.users];
  const groups = [...content.groups];
  const objects = new Map<string, DirectoryObject>();
  const byPrincipalName = new Map<string, User>();
  const log = createChangeLog();
  const listeners: ((object: DirectoryObject) => void)[] = [];
  const defaultDomain = content.domains.find((domain) => domain.isDefault)?.id ?? '';
  let revision = 0;
  let nextOrdinal = 0;
  const roles = content.roles.map((role) => ({ ...role, holders: new Set(role.holders) }));

  for (const object of [...users, ...groups, ...content.others]) {
    objects.set(object.id, object);
    nextOrdinal = Math.max(nextOrdinal, object.ordinal + 1);
    if (object.kind === 'user') byPrincipalName.set(object.facts.userPrincipalName.toLowerCase(), object);
  }

  function existing(id: string): DirectoryObject {
    const object = objects.get(id.toLowerCase());
    if (!object || object.state === 'purged') throw new ChangeRefused(404, `There is no object ${id}`);
    return object;
  }

  function existingGroup(id: string): Group {
    const object = existing(id);
    if (object.kind !== 'group') throw new ChangeRefused(400, `${id} is not a group`);
    return object;
  }

  function changeFacts(object: User | Group, changes: Changes, atMs: number): void {
    const before: Changes = object.facts;
    const properties = Object.entries(changes)
      .filter(([name, value]) => value !== undefined && before[name] !== value)
      .map(([name]) => name);
    if (properties.length === 0) return;
    const kept = Object.fromEntries(Object.entries(changes).filter(([name]) => properties.includes(name)));
    if (object.kind === 'user') object.facts = { ...object.facts, ...kept };
    else object.facts = { ...object.facts, ...kept };
    log.append(object, atMs, { what: 'updated', properties });
    tell(object);
  }

  function tell(object: DirectoryObject): void {
    for (const listener of listeners) listener(object);
  }

  function takePrincipalName(user: User, name: string): void {
    const holder = byPrincipalName.get(name.toLowerCase());
    if (holder && holder !== user) throw new ChangeRefused(409, `${name} is taken by another user`);
    if (byPrincipalName.get(user.facts.userPrincipalName.toLowerCase()) === user) {
      byPrincipalName.delete(user.facts.userPrincipalName.toLowerCase());
    }
    byPrincipalName.set(name.toLowerCase(), user);
  }

  function remove(object: DirectoryObject, atMs: number): void {
    if (object.state !== 'live') throw new ChangeRefused(409, 'The object is deleted already');
    if (object.kind === 'group' && !isRestorable(object.facts)) {
      purge(object, atMs);
      return;
    }
    object.state = 'deleted';
    object.deletedAtMs = atMs;
    if (object.kind === 'user') {
      const name = deletedPrincipalName(object);
      takePrincipalName(object, name);
      object.facts = { ...object.facts, userPrincipalName: name, deletedDateTime: isoSeconds(atMs) };
    } else if (object.kind === 'group') {
      object.facts = { ...object.facts, deletedDateTime: isoSeconds(atMs) };
    }
    log.append(object, atMs, { what: 'deleted' });
    tell(object);
  }

  function restore(object: DirectoryObject, atMs: number): void {
    if (object.state !== 'deleted') throw new ChangeRefused(409, 'The object is not deleted');
    if (object.kind === 'user') {
      const name = object.facts.userPrincipalName.slice(32);
      takePrincipalName(object, name);
      object.facts = { ...object.facts, userPrincipalName: name, deletedDateTime: null };
    } else if (object.kind === 'group') {
      object.facts = { ...object.facts, deletedDateTime: null };
    }
    object.state = 'live';
    object.deletedAtMs = null;
    log.append(object, atMs, { what: 'restored' });
    tell(object);
  }

  /** Links end here and only here: a soft-deleted object keeps them (Graph docs: delta query for groups). */
  function purge(object: DirectoryObject, atMs: number): void {
    object.state = 'purged';
    object.deletedAtMs = atMs;
    if (object.kind === 'user') byPrincipalName.delete(object.facts.userPrincipalName.toLowerCase());
    for (const group of [...object.memberOf]) unlink(group, object, atMs);
    if (object.kind === 'group') {
      for (const member of object.members) member.memberOf.delete(object);
      object.members.clear();
      object.memberList = null;
    }
    log.append(object, atMs, { what: 'purged' });
    tell(object);
  }

  function unlink(group: Group, member: DirectoryObject, atMs: number): void {
    group.members.delete(member);
    group.memberList = null;
    member.memberOf.delete(group);
    log.append(group, atMs, { what: 'unlinked', member });
  }

  function link(group: Group, member: DirectoryObject, atMs: number): void {
    if (group.members.has(member)) throw new ChangeRefused(400, 'The object is a member already');
    if (group.facts.groupTypes.includes('Unified') && member.kind !== 'user') {
      throw new ChangeRefused(400, 'A Microsoft 365 group holds users only');
    }
    group.members.add(member);
    group.memberList = null;
    member.memberOf.add(group);
    log.append(group, atMs, { what: 'linked', member });
  }

  function add(object: User | Group, atMs: number): void {
    if (objects.has(object.id)) throw new ChangeRefused(409, `The id ${object.id} is taken`);
    if (object.kind === 'user') takePrincipalName(object, object.facts.userPrincipalName);
    objects.set(object.id, object);
    nextOrdinal += 1;
    if (object.kind === 'user') users.push(object);
    else groups.push(object);
    log.append(object, atMs, { what: 'created' });
  }

  function changeUser(id: string, changes: Partial<UserFacts>, atMs: number): void {
    const user = existingUser(id);
    if (changes.userPrincipalName !== undefined) takePrincipalName(user, changes.userPrincipalName);
    changeFacts(
      user,
      { ...changes, ...(changes.mail ? { proxyAddresses: [`SMTP:${changes.mail}`] } : {}) },
      atMs,
    );
  }

  function existingUser(id: string): User {
    const object = existing(id);
    if (object.kind !== 'user') throw new ChangeRefused(400, `${id} is not a user`);
    return object;
  }

  function existingRole(roleTemplateId: string): { readonly holders: Set<string> } {
    const role = roles.find((candidate) => candidate.roleTemplateId === roleTemplateId);
    if (!role) throw new ChangeRefused(404, `The role ${roleTemplateId} is not activated`);
    return role;
  }

  function apply(action: DirectoryAction, atMs: number): void {
    switch (action.do) {
      case 'create-user':
        add(createUserObject(action.id, nextOrdinal, userFacts(action, atMs), atMs), atMs);
        break;
      case 'create-group':
        add(
          createGroupObject(
            action.id,
            nextOrdinal,
            groupFacts(action.kind, action, defaultDomain, atMs),
            atMs,
          ),
          atMs,
        );
        break;
      case 'change-user':
        changeUser(action.id, action.changes, atMs);
        break;
      case 'change-group':
        changeFacts(existingGroup(action.id), action.changes, atMs);
        break;
      case 'delete':
        remove(existing(action.id), atMs);
        break;
      case 'restore':
        restore(existing(action.id), atMs);
        break;
      case 'purge':
        purge(existing(action.id), atMs);
        break;
      case 'add-member':
        link(existingGroup(action.groupId), existing(action.memberId), atMs);
        break;
      case 'remove-member': {
        const group = existingGroup(action.groupId);
        const member = existing(action.memberId);
        if (!group.members.has(member)) throw new ChangeRefused(404, 'The object is not a member');
        unlink(group, member, atMs);
        break;
      }
      case 'revoke-sessions':
        existingUser(action.id).sessionsFromMs = atMs;
        break;
      case 'assign-role':
        existingRole(action.roleTemplateId).holders.add(existingUser(action.id).id);
        break;
      case 'remove-role':
        existingRole(action.roleTemplateId).holders.delete(existingUser(action.id).id);
        break;
      case 'restrict-sign-in':
        existingUser(action.id).conditionalAccess =
          action.code === null
            ? null
            : {
                ...{ code: action.code, fromMs: atMs },
                ...(action.lifetimeMs === undefined ? {} : { lifetimeMs: action.lifetimeMs }),
              };
        break;
    }
    revision += 1;
  }

  return {
    ...content,
    roles,
    users,
    groups,
    log,
    defaultDomain,
    get revision() {
      return revision;
    },
    byId: (id) => objects.get(id.toLowerCase()),
    findUser(idOrName) {
      const found = objects.get(idOrName.toLowerCase()) ?? byPrincipalName.get(idOrName.toLowerCase());
      return found?.kind === 'user' && found.state === 'live' ? found : undefined;
    },
    onChange: (listener) => void listeners.push(listener),
    apply,
    dueForPurge: (nowMs) =>
      [...users, ...groups]
        .filter(
          (object) => object.state === 'deleted' && (object.deletedAtMs ?? nowMs) + restorableMs <= nowMs,
        )
        .map((object) => object.id),
  };
}

/** While deleted, a user's name is prefixed with the object id without dashes, which frees the name. */
export function deletedPrincipalName(user: User): string {
  return `${user.id.replaceAll('-', '')}${user.facts.userPrincipalName}`;
}
