// /users, /me and what hangs on one person: groups, roles, mailbox purpose.
import { demand, may } from './principal.ts';
import type { Principal } from './principal.ts';
import type { DirectoryObject, DirectoryRole, Group, User } from '../model.ts';
import { createView, fullReach } from './fragments.ts';
import type { Reach } from './fragments.ts';
import { isEventual, parseOptions, parseSelect } from './options.ts';
import { contextOf, countPage, servePage } from './pages.ts';
import type { Collection } from './pages.ts';
import type { GraphRequest } from './request.ts';
import type { GraphResponse } from './response.ts';
import {
  GraphError,
  denied,
  jsonResponse,
  noSegment,
  notFound,
  textResponse,
  unsupported,
} from './response.ts';

const isLive = (object: DirectoryObject): boolean => object.state === 'live';

/** What the caller sees of each kind of object (Graph docs: limited information for inaccessible members). */
export function reachOf(principal: Principal): Readonly<Record<DirectoryObject['kind'], Reach>> {
  const users: Reach = may(principal, 'read users')
    ? 'full'
    : may(principal, 'read basic users')
      ? 'basic'
      : 'ids';
  const devices: Reach = may(principal, 'read devices') ? 'full' : 'ids';
  return {
    user: users,
    group: may(principal, 'read groups') ? 'full' : 'ids',
    device: devices,
    servicePrincipal: devices,
  };
}

export function listUsers(request: GraphRequest): GraphResponse {
  demand(request.principal, 'read basic users');
  const options = parseOptions(request, 'user', false);
  return servePage(
    request,
    liveUsers(request),
    createView(options.select, false, reachOf(request.principal)),
    options,
  );
}

export function countUsers(request: GraphRequest): GraphResponse {
  demand(request.principal, 'read basic users');
  return countOf(request, liveUsers(request), 'user');
}

/** `/$count` answers a bare number, and only to eventual readers. */
export function countOf(
  request: GraphRequest,
  collection: Collection,
  type: 'user' | 'group' | 'directoryObject',
): GraphResponse {
  if (!isEventual(request)) {
    throw unsupported("$count is supported only with the header 'ConsistencyLevel: eventual'.");
  }
  const query = new Map([...request.query, ['$count', 'true'] as const]);
  return textResponse(String(countPage(collection, parseOptions({ ...request, query }, type, false))));
}

function liveUsers(request: GraphRequest): Collection {
  return { context: 'users', source: request.world.directory.users, accept: isLive };
}

export function getUser(request: GraphRequest): GraphResponse {
  demand(request.principal, 'read basic users');
  return showUser(request, visibleUser(request, request.segments[1] ?? ''));
}

export function getMe(request: GraphRequest): GraphResponse {
  return showUser(request, signedIn(request), 'full');
}

/** A new object is not everywhere at once: reads by id lag too (Entra docs: eventual consistency). */
export function visibleUser(request: GraphRequest, idOrName: string): User {
  const user = request.world.directory.findUser(idOrName);
  if (!user || isTooNew(request, user)) throw notFound(idOrName);
  return user;
}

export function isTooNew(request: GraphRequest, object: DirectoryObject): boolean {
  const lagMs = request.world.settings.replicationLagMs;
  return lagMs > 0 && object.createdAtMs + lagMs > request.trace.nowMs;
}

function showUser(request: GraphRequest, user: User, reach?: Reach): GraphResponse {
  const select = parseSelect(request.query.get('$select'), 'user');
  const reaches = reach ? { ...fullReach, user: reach } : reachOf(request.principal);
  const text = request.world.fragments.textOf(user, createView(select, false, reaches));
  const name = `users${select ? `(${select.join(',')})` : ''}/$entity`;
  return jsonResponse(
    `{"@odata.context":${JSON.stringify(contextOf(request.world, name, undefined))},${text.slice(1)}`,
  );
}

function signedIn(request: GraphRequest): User {
  const { user } = request.principal;
  if (!user)
    throw new GraphError(400, 'BadRequest', '/me request is only valid with delegated authentication flow.');
  demand(request.principal, 'read me');
  if (user.state !== 'live') throw notFound(user.id);
  return user;
}

/** `/me/memberOf`, `/users/{id}/memberOf`, `/groups/{id}/memberOf` and the transitive forms, with or without a cast. */
export function listMemberOf(request: GraphRequest): GraphResponse {
  const [first = '', second = ''] = request.segments;
  const relation = request.segments[first === 'me' ? 1 : 2]?.toLowerCase() ?? '';
  const cast = request.segments[first === 'me' ? 2 : 3]?.toLowerCase();
  const subject = first === 'me' ? signedIn(request) : subjectOf(request, first, second);
  const groups =
    relation === 'transitivememberof' ? ancestors(subject) : [...subject.memberOf].filter(isLive);
  const roles = request.world.directory.roles.filter((role) => role.holders.has(subject.id));
  if (cast === 'microsoft.graph.directoryrole') return showRoles(request, roles, false);
  if (cast === 'microsoft.graph.group') {
    const options = parseOptions(request, 'group', true);
    const view = createView(options.select, false, reachOf(request.principal));
    return servePage(request, { context: 'groups', source: groups, accept: isLive }, view, options);
  }
  if (cast !== undefined && cast !== 'microsoft.graph.administrativeunit') throw noSegment(cast);
  const options = parseOptions(request, 'directoryObject', false);
  const view = createView(options.select, true, reachOf(request.principal));
  const page = servePage(
    request,
    { context: 'directoryObjects', source: cast ? [] : groups, accept: isLive },
    view,
    options,
  );
  if (cast || roles.length === 0 || options.skipToken !== undefined) return page;
  const shown = roles.map((role) => roleText(request, role, true)).join(',');
  return {
    ...page,
    body: page.body.replace('"value":[', `"value":[${shown}${groups.length > 0 ? ',' : ''}`),
  };
}

function subjectOf(request: GraphRequest, collection: string, id: string): User | Group {
  if (collection.toLowerCase() === 'users') {
    demand(request.principal, 'read users');
    return visibleUser(request, id);
  }
  demand(request.principal, 'read members');
  const group = request.world.directory.byId(id);
  if (group?.kind !== 'group' || group.state !== 'live') throw notFound(id);
  return group;
}

/** Every live group above, each once; cycles end. */
function ancestors(subject: DirectoryObject): readonly Group[] {
  const seen = new Set<Group>();
  const open: DirectoryObject[] = [subject];
  for (let object = open.pop(); object; object = open.pop()) {
    for (const group of object.memberOf) {
      if (seen.has(group) || group.state !== 'live') continue;
      seen.add(group);
      open.push(group);
    }
  }
  return [...seen];
}

/** `/directoryRoles` lists activated roles, without paging. */
export function listDirectoryRoles(request: GraphRequest): GraphResponse {
  demand(request.principal, 'read roles');
  return showRoles(request, request.world.directory.roles, false);
}

function showRoles(request: GraphRequest, roles: readonly DirectoryRole[], typed: boolean): GraphResponse {
  const select = request.query.get('$select')?.split(',');
  const context = JSON.stringify(contextOf(request.world, 'directoryRoles', select));
  const counted =
    isEventual(request) && request.query.get('$count') === 'true' ? `"@odata.count":${roles.length},` : '';
  const value = roles.map((role) => roleText(request, role, typed)).join(',');
  return jsonResponse(`{"@odata.context":${context},${counted}"value":[${value}]}`);
}

/** Without a permission to read roles, all but the id is null. */
function roleText(request: GraphRequest, role: DirectoryRole, typed: boolean): string {
  const visible = may(request.principal, 'read roles');
  const wanted = request.query.get('$select')?.split(',');
  const all = {
    id: role.id,
    deletedDateTime: null,
    description: null,
    displayName: visible ? role.displayName : null,
    roleTemplateId: visible ? role.roleTemplateId : null,
  };
  const shown = Object.entries(all).filter(([name]) => !wanted || name === 'id' || wanted.includes(name));
  return JSON.stringify({
    ...(typed ? { '@odata.type': '#microsoft.graph.directoryRole' } : {}),
    ...Object.fromEntries(shown),
  });
}

/** `/users/{id}/mailboxSettings/userPurpose`: what kind of mailbox somebody has; 404 without one. */
export function getUserPurpose(request: GraphRequest): GraphResponse {
  if (!may(request.principal, 'read mailbox settings')) throw denied();
  const user = visibleUser(request, request.segments[1] ?? '');
  if (user.purpose === null) {
    throw new GraphError(
      404,
      'MailboxNotEnabledForRESTAPI',
      'The mailbox is either inactive, soft-deleted, or is hosted on-premise.',
    );
  }
  const context = contextOf(request.world, `users('${user.id}')/mailboxSettings/userPurpose`, undefined);
  return jsonResponse(JSON.stringify({ '@odata.context': context, value: user.purpose }));
}

/** Photos live in Exchange; nobody here has one. */
export function getPhoto(request: GraphRequest): GraphResponse {
  visibleUser(request, request.segments[1] ?? '');
  throw new GraphError(
    404,
    'ImageNotFound',
    'Exception of type Microsoft.Fast.Profile.Core.Exception.ImageNotFoundException was thrown.',
  );
}
