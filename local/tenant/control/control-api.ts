// The control API as values: what each call answers, without HTTP. Shapes are a contract with tests and the demo.
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { TenantClock } from '../clock.ts';
import { ChangeRefused } from '../directory.ts';
import type { Directory } from '../directory.ts';
import { signInFailures } from '../entra/aadsts.ts';
import type { App, Apps } from '../entra/apps.ts';
import { faultKinds, newFault } from '../faults.ts';
import type { Faults } from '../faults.ts';
import { nicknameOf } from '../facts.ts';
import type { Perform } from '../history.ts';
import type { DirectoryObject, Group, User } from '../model.ts';
import { findGroups, findUsers, listMembers, showAccess, showGroup, showUser, sizes } from './lookups.ts';
import { settingsShape } from '../settings.ts';
import type { Settings } from '../settings.ts';
import type { SeenSecrets } from '../entra/seen-secrets.ts';
import type { StatsKeeper } from '../stats.ts';

export interface ControlParts {
  readonly directory: Directory;
  readonly apps: Apps;
  readonly clock: TenantClock;
  readonly settings: Settings;
  readonly faults: Faults;
  readonly stats: StatsKeeper;
  readonly seenSecrets: SeenSecrets;
  readonly perform: Perform;
}

/** A call: path parts, query, JSON body. */
export interface ControlCall {
  readonly method: string;
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly body: unknown;
}

/** A number of the table of sign-in errors. */
const signInCode = z
  .number()
  .int()
  .refine((code) => code in signInFailures, 'Expected an AADSTS number that this tenant knows');
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
  delegatedPermissions: z.array(z.string()).optional(),
  conditionalAccess: signInCode.nullable().optional(),
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
        : showAccess(parts.directory, existing(parts, id, 'user'));
    case 'POST users':
      return changeUser(parts, id, verb, call.body);
    case 'DELETE users':
      if (id === undefined || verb !== 'roles' || last === undefined) return undefined;
      parts.perform({ do: 'remove-role', id, roleTemplateId: last });
      return showAccess(parts.directory, existing(parts, id, 'user'));
    case 'GET roles':
      return parts.directory.roles.map(({ displayName, roleTemplateId, holders }) => ({
        displayName,
        roleTemplateId,
        holders: [...holders],
      }));
    case 'GET secrets':
      return parts.seenSecrets.list();
    case 'GET sign-in-errors':
      return Object.entries(signInFailures).map(([code, { text }]) => ({ code: Number(code), text }));
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
      return parts.apps.list().map(showApp);
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
    case 'roles':
      parts.perform({
        do: 'assign-role',
        id,
        ...z.object({ roleTemplateId: z.string() }).parse(body),
      });
      break;
    case 'conditional-access':
      parts.perform({
        do: 'restrict-sign-in',
        id,
        ...z
          .object({ code: signInCode.nullable(), lifetimeMs: z.number().positive().optional() })
          .parse(body),
      });
      break;
    default:
      return undefined;
  }
  return showAccess(parts.directory, existing(parts, id, 'user'));
}

function showApp(app: App): object {
  const { clientId, name, registeredPermissions, graphPermissions, delegatedPermissions } = app;
  const { conditionalAccess, disabled, secretExpired } = app;
  return {
    clientId,
    name,
    registeredPermissions,
    graphPermissions,
    delegatedPermissions,
    conditionalAccess,
    disabled,
    secretExpired,
  };
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
