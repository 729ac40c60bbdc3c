// OData query options as Graph accepts them on directory collections, and the rules of advanced queries
// (Graph docs: query parameters; advanced query capabilities on directory objects).
import type { GraphRequest } from './request.ts';
import { parseFilter } from './filter.ts';
import type { Filter } from './filter.ts';
import { knownProperty } from './properties.ts';
import type { Typed } from './properties.ts';
import { badRequest, unsupported } from './response.ts';

export interface Options {
  /** Graph's spelling; undefined when nothing is selected. */
  readonly select: readonly string[] | undefined;
  readonly top: number;
  readonly filter: Filter | undefined;
  readonly search: string | undefined;
  readonly orderBy: { readonly property: string; readonly descending: boolean } | undefined;
  readonly expandMembers: boolean;
  /** The total is part of the first page: `$count=true` with ConsistencyLevel: eventual. */
  readonly withCount: boolean;
  readonly skipToken: string | undefined;
}

const understood = new Set([
  '$select',
  '$top',
  '$filter',
  '$search',
  '$orderby',
  '$expand',
  '$count',
  '$skiptoken',
  '$format',
]);
const defaultTop = 100;
const maxTop = 999;
const maxTopWithSignIns = 500;

/** Parses the options of a collection of `type`; throws Graph's 400 for what it does not support. */
export function parseOptions(request: GraphRequest, type: Typed, cast: boolean): Options {
  const { query } = request;
  for (const name of query.keys()) {
    if (name === '$skip') throw unsupported(`'$skip' is not supported by the service.`);
    if (name.startsWith('$') && !understood.has(name))
      throw badRequest(`The query option '${name}' is not valid.`);
  }
  const select = parseSelect(query.get('$select'), type);
  const filterText = query.get('$filter');
  const filter = filterText === undefined ? undefined : parseFilter(filterText, type);
  const orderBy = parseOrderBy(query.get('$orderby'), type);
  const search = query.get('$search');
  const expand = query.get('$expand');
  const eventual = isEventual(request);
  const counting = query.get('$count')?.toLowerCase() === 'true';

  if (search !== undefined && !eventual) {
    throw unsupported(
      "Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'",
    );
  }
  const plainOptions = [...query.keys()].some((name) => name !== '$skiptoken' && name !== '$count');
  const advanced =
    filter?.advanced === true || (filter !== undefined && orderBy !== undefined) || (cast && plainOptions);
  if (advanced && !(eventual && counting)) {
    throw unsupported(
      "Unsupported Query. This query needs the header 'ConsistencyLevel: eventual' and $count=true.",
    );
  }
  if (expand !== undefined && (advanced || search !== undefined)) {
    throw unsupported('$expand is not supported with advanced queries.');
  }
  return {
    select,
    top: parseTop(query.get('$top'), mentionsSignIns(select, filterText) ? maxTopWithSignIns : maxTop),
    filter,
    search,
    orderBy,
    expandMembers: parseExpand(expand, type),
    withCount: counting && eventual,
    skipToken: query.get('$skiptoken'),
  };
}

/** True when the caller accepts the separate index that advanced queries read. */
export function isEventual(request: GraphRequest): boolean {
  return request.headers.consistencylevel?.toLowerCase() === 'eventual';
}

/** `$select` in Graph's spelling, without repetitions. */
export function parseSelect(text: string | undefined, type: Typed): readonly string[] | undefined {
  if (text === undefined || text.trim() === '' || text.trim() === '*') return undefined;
  return [...new Set(text.split(',').map((name) => knownProperty(type, name.trim())))];
}

function mentionsSignIns(select: readonly string[] | undefined, filter: string | undefined): boolean {
  return (select?.includes('signInActivity') ?? false) || (filter?.includes('signInActivity') ?? false);
}

function parseTop(text: string | undefined, max: number): number {
  if (text === undefined) return Math.min(defaultTop, max);
  const top = Number(text);
  if (!Number.isInteger(top) || top < 1 || top > max) {
    throw unsupported(`Invalid page size specified: '${text}'. Must be between 1 and ${max} inclusive.`);
  }
  return top;
}

function parseOrderBy(text: string | undefined, type: Typed): Options['orderBy'] {
  if (text === undefined) return undefined;
  const [name = '', direction = 'asc'] = text.trim().split(/\s+/u);
  const property = knownProperty(type, name);
  if (property !== 'displayName' && property !== 'userPrincipalName') {
    throw unsupported(`Sorting not supported for property '${property}'.`);
  }
  return { property, descending: direction.toLowerCase() === 'desc' };
}

function parseExpand(text: string | undefined, type: Typed): boolean {
  if (text === undefined) return false;
  if (type === 'group' && /^members(\(.*\))?$/iu.test(text)) return true;
  throw badRequest(`The expansion '${text}' is not supported here.`);
}
