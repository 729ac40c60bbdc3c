// Serves any directory collection page by page: `$top`, `$count`, opaque `$skiptoken`s bound to one collection
// (Graph docs: paging). Lists are not snapshots: what changes while somebody reads may show twice or not at all.
import { z } from 'zod';
import type { DirectoryObject } from '../model.ts';
import type { View } from './fragments.ts';
import { valueOf } from './fragments.ts';
import type { Options } from './options.ts';
import type { GraphRequest, GraphWorld } from './request.ts';
import type { GraphResponse } from './response.ts';
import { GraphError, badRequest, jsonResponse } from './response.ts';

/** Collection, place in it, number of the page, issue time. */
export const pageToken = z.object({ c: z.string(), i: z.number(), n: z.number(), t: z.number() });

export interface Collection {
  /** After `$metadata#`: `users`, `groups`, `directoryObjects`. */
  readonly context: string;
  readonly source: readonly DirectoryObject[];
  /** Objects of the source that belong to the collection. */
  readonly accept: (object: DirectoryObject) => boolean;
}

/** One page of `collection`, shown as `view`. */
export function servePage(
  request: GraphRequest,
  collection: Collection,
  view: View,
  options: Options,
): GraphResponse {
  const { world, trace } = request;
  const bound = boundTo(request);
  const token = openPageToken(world, options.skipToken, bound, trace.nowMs);
  const accept = narrowed(collection.accept, options);
  const source = options.orderBy ? sorted(collection.source, options.orderBy) : collection.source;
  const { texts, next } = collect(world, source, token.i, options.top, accept, view, options.expandMembers);

  const parts = [`"@odata.context":${JSON.stringify(contextOf(world, collection.context, options.select))}`];
  if (options.withCount && token.n === 1) parts.push(`"@odata.count":${count(source, accept)}`);
  if (next !== undefined) {
    const closed = world.seal.close({ c: bound, i: next, n: token.n + 1, t: trace.nowMs });
    parts.push(`"@odata.nextLink":${JSON.stringify(linkTo(request, closed))}`);
  }
  parts.push(`"value":[${texts.join(',')}]`);
  return jsonResponse(`{${parts.join(',')}}`);
}

/** How many objects of the collection pass the options. */
export function countPage(collection: Collection, options: Options): number {
  return count(collection.source, narrowed(collection.accept, options));
}

export function contextOf(world: GraphWorld, name: string, select: readonly string[] | undefined): string {
  const selected = select ? `(${select.join(',')})` : '';
  return `${world.root()}/$metadata#${name}${selected}`;
}

/** The number of the page that a request asks for, counted from 1; faults aim by it. */
export function pageNumber(world: GraphWorld, query: ReadonlyMap<string, string>): number {
  const token = query.get('$skiptoken');
  if (token === undefined) return 1;
  return world.seal.open(token, z.object({ n: z.number() }))?.n ?? 1;
}

function openPageToken(
  world: GraphWorld,
  token: string | undefined,
  bound: string,
  nowMs: number,
): { i: number; n: number } {
  if (token === undefined) return { i: 0, n: 1 };
  const opened = world.seal.open(token, pageToken);
  if (opened?.c !== bound) throw badRequest('The specified $skiptoken is not valid for this request.');
  const lifetimeMs = world.settings.pageTokenLifetimeMs;
  if (lifetimeMs !== null && opened.t + lifetimeMs <= nowMs) throw expiredPageToken();
  return opened;
}

export function expiredPageToken(): GraphError {
  return new GraphError(
    400,
    'Directory_ExpiredPageToken',
    'The specified page token value has expired and can no longer be included in your request.',
  );
}

/** A token is good for the path and the options that change which objects come, and in which order. */
function boundTo(request: GraphRequest): string {
  const shaping = ['$filter', '$search', '$orderby'].map((name) => request.query.get(name) ?? '').join('|');
  return `${request.path.toLowerCase()}?${shaping}`;
}

/** The same request with another `$skiptoken`; the other options stay as the caller wrote them. */
function linkTo(request: GraphRequest, token: string): string {
  const kept = request.rawQuery
    .split('&')
    .filter((part) => part !== '' && !/^(\$|%24)skiptoken=/iu.test(part));
  return `${request.world.root()}${request.path}?${[...kept, `$skiptoken=${token}`].join('&')}`;
}

function narrowed(
  accept: (object: DirectoryObject) => boolean,
  options: Options,
): (object: DirectoryObject) => boolean {
  const { filter, search } = options;
  if (!filter && search === undefined) return accept;
  const wanted = search === undefined ? undefined : parseSearch(search);
  return (object) => accept(object) && (!filter || filter.test(object)) && (!wanted || wanted(object));
}

/** `"displayName:some words"`: every word begins a word of the property. */
function parseSearch(text: string): (object: DirectoryObject) => boolean {
  const match = /^"(\w+):(.*)"$/u.exec(text.trim());
  if (!match) throw badRequest(`The $search clause ${text} is not valid; it has the form "property:value".`);
  const [, property = '', words = ''] = match;
  const wanted = words.toLowerCase().split(/\s+/u);
  return (object) => {
    const found = ` ${textOf(object, property)
      .toLowerCase()
      .replace(/[.@_-]/gu, ' ')}`;
    return wanted.every((word) => found.includes(` ${word}`));
  };
}

function sorted(
  source: readonly DirectoryObject[],
  order: NonNullable<Options['orderBy']>,
): readonly DirectoryObject[] {
  const sign = order.descending ? -1 : 1;
  const compare = new Intl.Collator('en', { sensitivity: 'base' }).compare;
  return [...source].sort((a, b) => sign * compare(textOf(a, order.property), textOf(b, order.property)));
}

/** A property as text; nothing where it is not text. */
function textOf(object: DirectoryObject, property: string): string {
  const value = valueOf(object, property);
  return typeof value === 'string' ? value : '';
}

function count(source: readonly DirectoryObject[], accept: (object: DirectoryObject) => boolean): number {
  let total = 0;
  for (const object of source) if (accept(object)) total += 1;
  return total;
}

function collect(
  world: GraphWorld,
  source: readonly DirectoryObject[],
  from: number,
  top: number,
  accept: (object: DirectoryObject) => boolean,
  view: View,
  expandMembers: boolean,
): { texts: string[]; next: number | undefined } {
  const texts: string[] = [];
  for (let index = from; index < source.length; index += 1) {
    const object = source[index];
    if (!object || !accept(object)) continue;
    if (texts.length === top) return { texts, next: index };
    const text = world.fragments.textOf(object, view);
    texts.push(expandMembers ? withMembers(object, text) : text);
  }
  return { texts, next: undefined };
}

/** `$expand=members` shows twenty and no way to the rest. */
function withMembers(object: DirectoryObject, text: string): string {
  if (object.kind !== 'group') return text;
  const members = [...object.members]
    .filter((member) => member.state === 'live')
    .slice(0, 20)
    .map((member) => JSON.stringify({ '@odata.type': `#microsoft.graph.${member.kind}`, id: member.id }));
  return `${text.slice(0, -1)},"members":[${members.join(',')}]}`;
}
