// THE table of what Graph answers here: pattern, cost in resource units, handler. Anything else is 400 or 404.
import { serveDelta } from './delta.ts';
import { countGroups, countMembers, getGroup, listGroups, listMembers } from './groups.ts';
import { getByIds, getDomain, getOrganization, listDeletedItems, listDomains } from './organization.ts';
import type { GraphRequest } from './request.ts';
import type { GraphResponse } from './response.ts';
import { denied, noSegment } from './response.ts';
import {
  countUsers,
  getMe,
  getPhoto,
  getUser,
  getUserPurpose,
  listDirectoryRoles,
  listMemberOf,
  listUsers,
} from './users.ts';

export interface Route {
  readonly method: 'GET' | 'POST';
  /** Parts in braces match any one segment; statistics are kept by this text. */
  readonly pattern: string;
  /** Base cost; 1 where the documentation names none. */
  readonly cost: number;
  readonly serve: (request: GraphRequest) => GraphResponse;
}

const get = (pattern: string, serve: Route['serve'], cost = 1): Route => ({
  method: 'GET',
  pattern,
  cost,
  serve,
});
const deltaOf =
  (stream: Parameters<typeof serveDelta>[1]) =>
  (request: GraphRequest): GraphResponse =>
    serveDelta(request, stream);

/** The first match wins: fixed words stand before placeholders. */
export const routes: readonly Route[] = [
  get('/users', listUsers, 2),
  get('/users/$count', countUsers, 2),
  ...['delta', 'delta()', 'microsoft.graph.delta', 'microsoft.graph.delta()'].flatMap((name) => [
    get(`/users/${name}`, deltaOf('users')),
    get(`/groups/${name}`, deltaOf('groups')),
    get(`/directoryObjects/${name}`, deltaOf('directoryObjects')),
  ]),
  get('/users/{id}', getUser),
  get('/users/{id}/memberOf', listMemberOf, 2),
  get('/users/{id}/memberOf/{cast}', listMemberOf, 2),
  get('/users/{id}/transitiveMemberOf', listMemberOf, 2),
  get('/users/{id}/transitiveMemberOf/{cast}', listMemberOf, 2),
  get('/users/{id}/mailboxSettings/userPurpose', getUserPurpose),
  get('/users/{id}/photo', getPhoto),
  get('/users/{id}/photo/$value', getPhoto),
  get('/me', getMe),
  get('/me/memberOf', listMemberOf, 2),
  get('/me/memberOf/{cast}', listMemberOf, 2),
  get('/me/transitiveMemberOf', listMemberOf, 2),
  get('/me/transitiveMemberOf/{cast}', listMemberOf, 2),
  get('/groups', listGroups),
  get('/groups/$count', countGroups),
  get('/groups/{id}', getGroup),
  get('/groups/{id}/members', listMembers, 3),
  get('/groups/{id}/members/$count', countMembers, 3),
  get('/groups/{id}/members/{cast}', listMembers, 3),
  get('/groups/{id}/members/{cast}/$count', countMembers, 3),
  get('/groups/{id}/transitiveMembers', listMembers, 5),
  get('/groups/{id}/transitiveMembers/$count', countMembers, 5),
  get('/groups/{id}/transitiveMembers/{cast}', listMembers, 5),
  get('/groups/{id}/transitiveMembers/{cast}/$count', countMembers, 5),
  get('/groups/{id}/memberOf', listMemberOf),
  get('/groups/{id}/memberOf/{cast}', listMemberOf),
  get('/groups/{id}/transitiveMemberOf', listMemberOf),
  get('/groups/{id}/transitiveMemberOf/{cast}', listMemberOf),
  get('/domains', listDomains),
  get('/domains/{id}', getDomain),
  get('/organization', getOrganization),
  get('/directoryRoles', listDirectoryRoles),
  get('/directory/deletedItems', listDeletedItems),
  get('/directory/deletedItems/{cast}', listDeletedItems),
  { method: 'POST', pattern: '/directoryObjects/getByIds', cost: 5, serve: getByIds },
];

const compiled = routes.map((route) => ({ route, parts: route.pattern.toLowerCase().split('/').slice(1) }));

/** The route of a request; throws Graph's error when there is none. */
export function findRoute(method: string, segments: readonly string[]): Route {
  const lower = segments.map((segment) => segment.toLowerCase());
  const matching = compiled.filter(
    ({ parts }) =>
      parts.length === lower.length &&
      parts.every((part, index) => part.startsWith('{') || part === lower[index]),
  );
  const found = matching.find(({ route }) => route.method === method);
  if (found) return found.route;
  // Nothing can be written through Graph here, whatever the token says.
  if (matching.length > 0 && method !== 'GET') throw denied();
  throw noSegment(segments.at(-1) ?? '');
}
