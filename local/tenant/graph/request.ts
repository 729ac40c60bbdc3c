// A request to Graph as its handlers see it: the same for a single call and for a part of a batch.
import type { Directory } from '../directory.ts';
import type { TenantClock } from '../clock.ts';
import type { Settings } from '../settings.ts';
import type { Fragments } from './fragments.ts';
import type { Principal } from './principal.ts';
import type { Seal } from './seal.ts';
import type { Trace } from './response.ts';

/** What the whole of Graph shares. */
export interface GraphWorld {
  readonly directory: Directory;
  readonly clock: TenantClock;
  readonly settings: Settings;
  readonly fragments: Fragments;
  readonly seal: Seal;
  /** `https://localhost:3980/v1.0`, where links point to. */
  readonly root: () => string;
}

export interface GraphRequest {
  readonly world: GraphWorld;
  readonly method: string;
  /** Decoded parts of the path after the version: `['groups', id, 'members']`. */
  readonly segments: readonly string[];
  /** The path after the version as it came, with a leading slash and without a query. */
  readonly path: string;
  /** Query as it came, without the question mark. */
  readonly rawQuery: string;
  /** Query parameters, names in lower case. */
  readonly query: ReadonlyMap<string, string>;
  /** Headers, names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  readonly principal: Principal;
  readonly trace: Trace;
}

/** Splits `/groups/{id}/members?$top=5`; percent-encoding that does not decode is left as it came. */
export function splitUrl(url: string): Pick<GraphRequest, 'segments' | 'path' | 'rawQuery' | 'query'> {
  const mark = url.indexOf('?');
  const rawPath = mark < 0 ? url : url.slice(0, mark);
  const path = rawPath.startsWith('/') ? rawPath : `/${rawPath}`;
  const rawQuery = mark < 0 ? '' : url.slice(mark + 1);
  const segments = path
    .split('/')
    .filter((segment) => segment !== '')
    .map(decode);
  const query = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(rawQuery)) query.set(name.toLowerCase(), value);
  return { segments, path, rawQuery, query };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
