// What the control API shows of the tenant: searches, sizes, and objects in the short form of the admin page.
import type { Directory } from '../directory.ts';
import { groupKind } from '../model.ts';
import type { DirectoryObject, Group, User } from '../model.ts';

/** Live users and groups, and the links that Graph lists. */
export function sizes(directory: Directory): { users: number; groups: number; memberships: number } {
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

export function findUsers(directory: Directory, query: URLSearchParams): unknown {
  return search(directory.users, query, (user) => [
    user.facts.displayName,
    user.facts.userPrincipalName,
    user.facts.mail,
  ]).map((user) => showAccess(directory, user));
}

export function findGroups(directory: Directory, query: URLSearchParams): unknown {
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

/** One person with what decides about her sign-ins: roles, and the policy that applies. */
export function showAccess(directory: Directory, user: User): object {
  return {
    ...showUser(user),
    roles: directory.roles
      .filter((role) => role.holders.has(user.id))
      .map(({ displayName, roleTemplateId }) => ({ displayName, roleTemplateId })),
    conditionalAccess: user.conditionalAccess?.code ?? null,
  };
}

export function showUser(user: User): object {
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

export function showGroup(group: Group): object {
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

export function listMembers(group: Group): unknown {
  return [...group.members].slice(0, 200).map((member) => ({
    id: member.id,
    kind: member.kind,
    displayName: member.facts.displayName,
    deleted: member.state !== 'live',
  }));
}
