// /groups and their members, direct and transitive, with casts and counts.
import { demand, maySeeHidden } from './principal.ts';
import type { DirectoryObject, Group } from '../model.ts';
import { createView } from './fragments.ts';
import { parseOptions, parseSelect } from './options.ts';
import { contextOf, servePage } from './pages.ts';
import type { Collection } from './pages.ts';
import type { GraphRequest } from './request.ts';
import type { GraphResponse } from './response.ts';
import { jsonResponse, noSegment, notFound } from './response.ts';
import { countOf, isTooNew, reachOf } from './users.ts';

const isLive = (object: DirectoryObject): boolean => object.state === 'live';

const casts: Readonly<Record<string, { kind: DirectoryObject['kind']; context: string } | undefined>> = {
  'microsoft.graph.user': { kind: 'user', context: 'users' },
  'microsoft.graph.group': { kind: 'group', context: 'groups' },
  'microsoft.graph.device': { kind: 'device', context: 'devices' },
  'microsoft.graph.serviceprincipal': { kind: 'servicePrincipal', context: 'servicePrincipals' },
};

export function listGroups(request: GraphRequest): GraphResponse {
  demand(request.principal, 'read groups');
  const options = parseOptions(request, 'group', false);
  return servePage(
    request,
    liveGroups(request),
    createView(options.select, false, reachOf(request.principal)),
    options,
  );
}

export function countGroups(request: GraphRequest): GraphResponse {
  demand(request.principal, 'read groups');
  return countOf(request, liveGroups(request), 'group');
}

function liveGroups(request: GraphRequest): Collection {
  return { context: 'groups', source: request.world.directory.groups, accept: isLive };
}

export function getGroup(request: GraphRequest): GraphResponse {
  demand(request.principal, 'read groups');
  const group = visibleGroup(request);
  const select = parseSelect(request.query.get('$select'), 'group');
  const text = request.world.fragments.textOf(group, createView(select, false, reachOf(request.principal)));
  const name = `groups${select ? `(${select.join(',')})` : ''}/$entity`;
  return jsonResponse(
    `{"@odata.context":${JSON.stringify(contextOf(request.world, name, undefined))},${text.slice(1)}`,
  );
}

function visibleGroup(request: GraphRequest): Group {
  const id = request.segments[1] ?? '';
  const group = request.world.directory.byId(id);
  if (group?.kind !== 'group' || group.state !== 'live' || isTooNew(request, group)) throw notFound(id);
  return group;
}

/** `/groups/{id}/members` and `/transitiveMembers`, each also with a cast. */
export function listMembers(request: GraphRequest): GraphResponse {
  demand(request.principal, 'read members');
  const castName = request.segments[3]?.toLowerCase();
  const cast = castName === undefined ? undefined : casts[castName];
  if (castName !== undefined && !cast) throw noSegment(request.segments[3] ?? '');
  const type = cast?.kind ?? 'directoryObject';
  const options = parseOptions(request, type, cast !== undefined);
  const view = createView(options.select, cast === undefined, reachOf(request.principal));
  return servePage(request, membersOf(request, cast), view, options);
}

/** `/groups/{id}/members/$count`, with or without a cast before it. */
export function countMembers(request: GraphRequest): GraphResponse {
  demand(request.principal, 'read members');
  const castName = request.segments.length === 5 ? request.segments[3]?.toLowerCase() : undefined;
  const cast = castName === undefined ? undefined : casts[castName];
  if (castName !== undefined && !cast) throw noSegment(castName);
  return countOf(request, membersOf(request, cast), 'directoryObject');
}

function membersOf(
  request: GraphRequest,
  cast: { kind: DirectoryObject['kind']; context: string } | undefined,
): Collection {
  const group = visibleGroup(request);
  const transitive = request.segments[2]?.toLowerCase() === 'transitivemembers';
  return {
    context: cast?.context ?? 'directoryObjects',
    source: isHiddenFrom(request, group)
      ? []
      : transitive
        ? descendants(request, group)
        : directMembers(group),
    // v1.0 does not list service principals (Graph docs: list members). Links of deleted objects do not show.
    accept: (object) =>
      object.state === 'live' &&
      object.kind !== 'servicePrincipal' &&
      (cast === undefined || object.kind === cast.kind),
  };
}

/** Hidden membership looks like an empty group to whoever may not see it. */
export function isHiddenFrom(request: GraphRequest, group: Group): boolean {
  return (
    group.facts.visibility?.toLowerCase() === 'hiddenmembership' &&
    !maySeeHidden(request.principal, request.world.directory)
  );
}

/** Direct members as a list that stays the same until the group changes. */
export function directMembers(group: Group): readonly DirectoryObject[] {
  group.memberList ??= [...group.members];
  return group.memberList;
}

/** Members at any depth, nested groups themselves included, each once; cycles end and lead back to the group itself. */
function descendants(request: GraphRequest, root: Group): readonly DirectoryObject[] {
  const seen = new Set<DirectoryObject>();
  const open: Group[] = [root];
  for (let group = open.pop(); group; group = open.pop()) {
    if (group !== root && isHiddenFrom(request, group)) continue;
    for (const member of group.members) {
      if (seen.has(member) || member.state !== 'live') continue;
      seen.add(member);
      if (member.kind === 'group') open.push(member);
    }
  }
  return [...seen];
}
