// Delta query for users, groups and both (Graph docs: delta query overview; delta: users, groups). Rounds are
// computed from the change log and the present state; this file holds the protocol, delta-items.ts the objects.
import type { DirectoryObject } from '../model.ts';
import { foldChanges } from '../change-log.ts';
import { createItemWriter } from './delta-items.ts';
import type { DeltaSource } from './delta-items.ts';
import { deltaToken, skipToken } from './delta-token.ts';
import type { DeltaToken, SkipToken } from './delta-token.ts';
import { demand } from './principal.ts';
import { parseSelect } from './options.ts';
import { contextOf } from './pages.ts';
import type { GraphRequest } from './request.ts';
import type { GraphResponse } from './response.ts';
import { GraphError, badRequest, jsonResponse, unsupported } from './response.ts';

export type Stream = DeltaToken['k'];

const tokenLifetimeMs = 7 * 24 * 60 * 60 * 1000;
const maxFilterIds = 50;

/** Serves one page of a delta round. `$top` is ignored; `$orderby` and `$expand` too. */
export function serveDelta(request: GraphRequest, stream: Stream): GraphResponse {
  if (stream !== 'groups') demand(request.principal, 'read users');
  if (stream !== 'users') demand(request.principal, 'read groups');
  const skip = request.query.get('$skiptoken');
  if (skip !== undefined) return continueRound(request, stream, skip);
  const delta = request.query.get('$deltatoken');
  if (delta === 'latest') return latest(request, stream);
  if (delta !== undefined && delta !== '') return changesSince(request, stream, delta);
  const position = visiblePosition(request);
  return servePage(request, { ...trackOf(request, stream), p: null, q: position, i: 0, m: 0, n: 1 });
}

/** "From now on": nothing now, and a deltaLink (Graph docs: use latest). */
function latest(request: GraphRequest, stream: Stream): GraphResponse {
  const token = { ...trackOf(request, stream), p: visiblePosition(request) };
  return page(
    request,
    stream,
    token.s,
    [],
    '@odata.deltaLink',
    `$deltatoken=${request.world.seal.close(token)}`,
  );
}

function changesSince(request: GraphRequest, stream: Stream, text: string): GraphResponse {
  const token = request.world.seal.open(text, deltaToken);
  if (token?.k !== stream) throw badRequest('Badly formed token.');
  if (token.t + tokenLifetimeMs <= request.trace.nowMs) throw syncStateNotFound();
  const select = request.query.get('$select') === undefined ? token.s : selectOf(request, stream);
  const position = Math.max(token.p, visiblePosition(request));
  return servePage(request, { ...token, s: select, q: position, i: 0, m: 0, n: 1 });
}

function continueRound(request: GraphRequest, stream: Stream, text: string): GraphResponse {
  const token = request.world.seal.open(text, skipToken);
  if (token?.k !== stream) throw badRequest('Badly formed token.');
  if (request.query.has('$select')) throw unsupported('$select is not supported together with $skiptoken.');
  if (token.t + tokenLifetimeMs <= request.trace.nowMs) throw syncStateNotFound();
  return servePage(request, token);
}

/** A token older than seven days (Graph devblog: duration of change tracking tokens). */
function syncStateNotFound(): GraphError {
  return new GraphError(
    400,
    'syncStateNotFound',
    'The sync state generation is not found; a full synchronization is needed.',
  );
}

/** The service's own reset: start over at `Location` (Graph docs: synchronization reset). */
export function resyncRequired(root: string, path: string): GraphError {
  const location = `${root}${path}?$deltatoken=`;
  return new GraphError(410, 'resyncRequired', 'The delta token is no longer valid.', { Location: location });
}

/** Where the log ends for a replica that lags behind. */
function visiblePosition(request: GraphRequest): number {
  const { directory, settings } = request.world;
  return directory.log.positionAt(request.trace.nowMs - settings.replicationLagMs);
}

function trackOf(request: GraphRequest, stream: Stream): Pick<DeltaToken, 'k' | 's' | 'f' | 't'> {
  return { k: stream, s: selectOf(request, stream), f: idsOf(request, stream), t: request.trace.nowMs };
}

function selectOf(request: GraphRequest, stream: Stream): string[] | null {
  const type = stream === 'users' ? 'user' : stream === 'groups' ? 'group' : 'directoryObject';
  const select = parseSelect(request.query.get('$select'), type);
  return select ? [...select] : null;
}

/** `$filter` takes `id eq '…' or id eq '…'` and, for both kinds at once, `isof`. */
function idsOf(request: GraphRequest, stream: Stream): string[] | null {
  const text = request.query.get('$filter');
  if (text === undefined || (stream === 'directoryObjects' && text.includes('isof('))) return null;
  const clauses = text
    .split(/\s+or\s+/iu)
    .map((clause) => /^\s*id\s+eq\s+'([^']+)'\s*$/iu.exec(clause)?.[1]?.toLowerCase());
  const ids = clauses.filter((id) => id !== undefined);
  if (ids.length !== clauses.length) throw unsupported('Delta queries filter by id only.');
  if (ids.length > maxFilterIds) throw unsupported(`At most ${maxFilterIds} ids can be tracked.`);
  return ids;
}

function servePage(request: GraphRequest, token: SkipToken): GraphResponse {
  const { world } = request;
  const writer = createItemWriter(request, token);
  const source = token.p === null ? everything(request, token) : changed(request, token.p, token);
  let { i, m } = token;
  while (i < source.length && !writer.isFull()) {
    const item = source.at(i);
    const written = item ? writer.write(item, m) : 'done';
    if (written === 'done') i += 1;
    m = typeof written === 'number' ? written : 0;
  }
  const items = arranged(request, writer.items());
  if (i >= source.length) {
    const done: DeltaToken = { k: token.k, s: token.s, f: token.f, t: request.trace.nowMs, p: token.q };
    return page(
      request,
      token.k,
      token.s,
      items,
      '@odata.deltaLink',
      `$deltatoken=${world.seal.close(done)}`,
    );
  }
  const next: SkipToken = { ...token, i, m, n: token.n + 1 };
  return page(request, token.k, token.s, items, '@odata.nextLink', `$skiptoken=${world.seal.close(next)}`);
}

/** The objects of a round by index; nothing is built for those that the page does not reach. */
interface Round {
  readonly length: number;
  at(index: number): DeltaSource | undefined;
}

/** An initial round: every object there is, soft-deleted ones as removed. */
function everything(request: GraphRequest, token: SkipToken): Round {
  const { users, groups } = request.world.directory;
  const all: readonly DirectoryObject[] =
    token.k === 'users' ? users : token.k === 'groups' ? groups : [...users, ...groups];
  const objects = token.f === null ? all : all.filter((object) => token.f?.includes(object.id));
  return {
    length: objects.length,
    at(index) {
      const object = objects[index];
      return object && { object, change: undefined };
    },
  };
}

function changed(request: GraphRequest, from: number, token: SkipToken): Round {
  const kinds: readonly string[] = {
    users: ['user'],
    groups: ['group'],
    directoryObjects: ['user', 'group'],
  }[token.k];
  return foldChanges(request.world.directory.log.between(from, token.q))
    .filter(({ object }) => kinds.includes(object.kind) && (token.f === null || token.f.includes(object.id)))
    .map((change) => ({ object: change.object, change }));
}

/** Order is not promised and repetitions are allowed: settings make use of both. */
function arranged(request: GraphRequest, items: readonly string[]): readonly string[] {
  const { deltaReversed, deltaDuplicates } = request.world.settings;
  const ordered = deltaReversed ? [...items].reverse() : items;
  return deltaDuplicates ? [...ordered, ...ordered.slice(0, 1)] : ordered;
}

function page(
  request: GraphRequest,
  stream: Stream,
  select: readonly string[] | null,
  items: readonly string[],
  link: '@odata.nextLink' | '@odata.deltaLink',
  query: string,
): GraphResponse {
  const { world } = request;
  const context = JSON.stringify(contextOf(world, stream, select ?? undefined));
  const target = JSON.stringify(`${world.root()}/${stream}/delta?${query}`);
  const minimal = request.headers.prefer?.includes('return=minimal') ?? false;
  return jsonResponse(
    `{"@odata.context":${context},"${link}":${target},"value":[${items.join(',')}]}`,
    minimal ? { 'Preference-Applied': 'return=minimal' } : {},
  );
}
