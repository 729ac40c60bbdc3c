// The control API as values: what each call answers, without HTTP. Shapes are a contract with tests and the demo.
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { TenantClock } from '../clock.ts';
import { ChangeRefused } from '../directory.ts';
import type { Directory } from '../directory.ts';
import type { Apps } from '../entra/apps.ts';
import { faultKinds, newFault } from '../faults.ts';
import type { Faults } from '../faults.ts';
import { nicknameOf } from '../facts.ts';
import type { Perform } from '../history.ts';
import { groupKind } from '../model.ts';
import type { DirectoryObject, Group, User } from '../model.ts';
import { settingsShape } from '../settings.ts';
import type { Settings } from '../settings.ts';
import type { StatsKeeper } from '../stats.ts';

export interface ControlParts {
  readonly directory: Directory;
  readonly apps: Apps;
  readonly clock: TenantClock;
  readonly settings: Settings;
  readonly faults: Faults;
  readonly stats: StatsKeeper;
  readonly perform: Perform;
}

/** A call: path parts, query, JSON body. */
export interface ControlCall {
  readonly method: string;
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly body: unknown;
}

const newUser = z.object({
  displayName: z.string().min(1).max(256),
  mail: z.string().nullable().optional(),
  userPrincipalName: z.string().optional(),
  userType: z.enum(['Member', 'Guest']).default('Member'),
});
const userRename = z.object({
  displayName: z.string().min(1).max(256).optional(),
  mail: z.string().nullable().optional(),
  userPrincipalName: z.string().optional(),
});
const newGroup = z.object({
  displayName: z.string().min(1).max(256),
  kind: z.enum(['microsoft365', 'security', 'mailSecurity', 'distribution']).default('security'),
});
const appChange = z.object({
  graphPermissions: z.array(z.string()).optional(),
  disabled: z.boolean().optional(),
  secretExpired: z.boolean().optional(),
});

/** Answers a call with a JSON value; undefined when there is no such call. Throws ChangeRefused and ZodError. */
export function control(parts: ControlParts, call: ControlCall): unknown {
  const [area = '', id, verb, last] = call.path;
  switch (`${call.method} ${area}`) {
    case 'GET people':
      return parts.directory.people;
    case 'GET stats':
      return { tenantId: parts.directory.tenantId, ...sizes(parts.directory), ...parts.stats.read() };
    case 'POST stats':
      if (id === 'reset') parts.stats.reset();
      return {};
    case 'GET users':
      return id === undefined
        ? findUsers(parts.directory, call.query)
        : showUser(existing(parts, id, 'user'));
    case 'POST users':
      return changeUser(parts, id, verb, call.body);
    case 'GET groups':
      if (id !== undefined && verb === 'members') return listMembers(existing(parts, id, 'group'));
      return id === undefined
        ? findGroups(parts.directory, call.query)
        : showGroup(existing(parts, id, 'group'));
    case 'POST groups':
      return changeGroup(parts, id, verb, call.body);
    case 'DELETE groups':
      if (id === undefined || verb !== 'members' || last === undefined) return undefined;
      parts.perform({ do: 'remove-member', groupId: id, memberId: last });
      return showGroup(existing(parts, id, 'group'));
    case 'GET faults':
      return parts.faults.list();
    case 'GET fault-kinds':
      return faultKinds;
    case 'POST faults':
      return { id: parts.faults.add(newFault.parse(call.body)).id };
    case 'DELETE faults':
      if (id === undefined) parts.faults.clear();
      else if (!parts.faults.remove(id)) throw new ChangeRefused(404, `There is no fault ${id}`);
      return {};
    case 'POST clock':
      parts.perform({ do: 'advance-clock', ...z.object({ ms: z.number().nonnegative() }).parse(call.body) });
      return { nowMs: parts.clock.nowMs() };
    case 'GET settings':
      return parts.settings;
    case 'POST settings':
      return Object.assign(parts.settings, settingsShape.partial().parse(call.body));
    case 'GET apps':
      return parts.apps.list().map(({ clientId, name, graphPermissions, disabled, secretExpired }) => ({
        clientId, name, graphPermissions, disabled, secretExpired,
      })); // prettier-ignore
    case 'POST apps':
      parts.perform({ do: 'change-app', clientId: id ?? '', ...appChange.parse(call.body) });
      return {};
    default:
      return undefined;
  }
}

function changeUser(
  parts: ControlParts,
  id: string | undefined,
  verb: string | undefined,
  body: unknown,
): unknown {
  if (id === undefined) return createUser(parts, body);
  switch (verb) {
    case 'disable':
    case 'enable':
      parts.perform({ do: 'change-user', id, changes: { accountEnabled: verb === 'enable' } });
      break;
    case 'delete':
    case 'restore':
    case 'purge':
    case 'revoke-sessions':
      existing(parts, id, 'user');
      parts.perform({ do: verb, id });
      break;
    case 'rename':
      parts.perform({ do: 'change-user', id, changes: userRename.parse(body) });
      break;
    default:
      return undefined;
  }
  return showUser(existing(parts, id, 'user'));
}

function createUser(parts: ControlParts, body: unknown): unknown {
  const wanted = newUser.parse(body);
  const id = randomUUID();
  const local = nicknameOf(wanted.displayName.trim().replace(/\s+/gu, '.')).toLowerCase() || id.slice(0, 8);
  const userPrincipalName = wanted.userPrincipalName ?? freeName(parts.directory, wanted.displayName, local);
  const mail = wanted.mail === undefined ? userPrincipalName : wanted.mail;
  parts.perform({
    do: 'create-user',
    id,
    displayName: wanted.displayName,
    userPrincipalName,
    mail,
    userType: wanted.userType,
  });
  return showUser(existing(parts, id, 'user'));
}

function freeName(directory: Directory, displayName: string, fallback: string): string {
  const dotted = displayName
    .trim()
    .split(/\s+/u)
    .map(nicknameOf)
    .filter((part) => part !== 'object')
    .join('.')
    .toLowerCase();
  const local = dotted === '' ? fallback : dotted;
  for (let number = 1; ; number += 1) {
    const name = `${local}${number === 1 ? '' : number}@${directory.defaultDomain}`;
    if (!directory.findUser(name)) return name;
  }
}

function changeGroup(
  parts: ControlParts,
  id: string | undefined,
  verb: string | undefined,
  body: unknown,
): unknown {
  if (id === undefined) {
    const created = { id: randomUUID(), ...newGroup.parse(body) };
    parts.perform({ do: 'create-group', ...created });
    return showGroup(existing(parts, created.id, 'group'));
  }
  switch (verb) {
    case 'delete':
    case 'restore':
    case 'purge':
      existing(parts, id, 'group');
      parts.perform({ do: verb, id });
      break;
    case 'rename':
      parts.perform({
        do: 'change-group',
        id,
        changes: z.object({ displayName: z.string().min(1).max(256) }).parse(body),
      });
      break;
    case 'members':
      parts.perform({
        do: 'add-member',
        groupId: id,
        memberId: z.object({ memberId: z.string() }).parse(body).memberId,
      });
      break;
    default:
      return undefined;
  }
  return showGroup(existing(parts, id, 'group'));
}

function existing<Kind extends 'user' | 'group'>(
  parts: ControlParts,
  id: string,
  kind: Kind,
): Kind extends 'user' ? User : Group;
function existing(parts: ControlParts, id: string, kind: 'user' | 'group'): DirectoryObject {
  const object = parts.directory.byId(id);
  if (object?.kind !== kind) throw new ChangeRefused(404, `There is no ${kind} ${id}`);
  return object;
}

/** Live users and groups, and the links that Graph lists. */
function sizes(directory: Directory): { users: number; groups: number; memberships: number } {
  const isLive = (object: DirectoryObject): boolean => object.state === 'live';
  let memberships = 0;
  for (const group of directory.groups) {
    if (!isLive(group)) continue;
    for (const member of group.members)
      if (isLive(member) && member.kind !== 'servicePrincipal') memberships += 1;
  }
  return {
    users: directory.users.filter(isLive).length,
    groups: directory.groups.filter(isLive).length,
    memberships,
  };
}

function findUsers(directory: Directory, query: URLSearchParams): unknown {
  return search(directory.users, query, (user) => [
    user.facts.displayName,
    user.facts.userPrincipalName,
    user.facts.mail,
  ]).map(showUser);
}

function findGroups(directory: Directory, query: URLSearchParams): unknown {
  return search(directory.groups, query, (group) => [group.facts.displayName, group.facts.mail]).map(
    showGroup,
  );
}

/** The first `top` objects whose id or one of whose texts contains `text`, case folded. */
function search<T extends User | Group>(
  objects: readonly T[],
  query: URLSearchParams,
  textsOf: (object: T) => readonly (string | null)[],
): T[] {
  const text = (query.get('text') ?? '').toLowerCase();
  const top = Number(query.get('top') ?? 50);
  const found: T[] = [];
  for (const object of objects) {
    if (found.length >= top) break;
    if (object.state === 'purged') continue;
    const matches =
      text === '' ||
      object.id === text ||
      textsOf(object).some((value) => value?.toLowerCase().includes(text));
    if (matches) found.push(object);
  }
  return found;
}

function showUser(user: User): object {
  const { displayName, userPrincipalName, mail, accountEnabled, userType } = user.facts;
  return {
    id: user.id,
    displayName,
    userPrincipalName,
    mail,
    accountEnabled,
    deleted: user.state !== 'live',
    userType,
  };
}

function showGroup(group: Group): object {
  const { displayName, mail, groupTypes, visibility } = group.facts;
  return {
    id: group.id,
    displayName,
    mail,
    kind: groupKind(group.facts),
    dynamic: groupTypes.includes('DynamicMembership'),
    visibility,
    members: group.members.size,
    deleted: group.state !== 'live',
  };
}

function listMembers(group: Group): unknown {
  return [...group.members].slice(0, 200).map((member) => ({
    id: member.id,
    kind: member.kind,
    displayName: member.facts.displayName,
    deleted: member.state !== 'live',
  }));
}
