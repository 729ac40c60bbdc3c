// Reads one whole collection, users or groups, and says how much of it was seen. Believes nothing: proveCoverage does.
import type { ListObservation } from '../directory/evidence.ts';
import type { ObjectId } from '../directory/ids.ts';
import type { OnPage } from '../directory/source.ts';
import { noAnswer, type GraphProblem } from './graph-errors.ts';
import type { GraphHttp } from './graph-http.ts';
import type { Normalise } from './normalise.ts';
import { describeGap, EVENTUAL, readPages, type CollectionRequest } from './pages.ts';
import { countSchema } from './schemas.ts';

export interface Collection<Facts> {
  readonly path: '/users' | '/groups';
  readonly select: string;
  readonly normalise: Normalise<Facts>;
}

/** Calls `onPage` for every page; an object that comes twice, also after a restart, is told once. */
export async function readList<Facts>(
  http: GraphHttp,
  collection: Collection<Facts>,
  onPage: OnPage<Facts>,
  signal: AbortSignal,
): Promise<ListObservation> {
  const counting = await readPass(http, collection, countingRequest(collection), onPage, signal);
  // Some tenants (B2C) have no advanced queries: read plainly, and count apart if that works at all.
  const pass = counting.countRefused
    ? await readPass(http, collection, plainRequest(collection), onPage, signal)
    : counting;
  const { rows, hidden, failure } = pass;
  const counted =
    pass.counted ?? (failure ? null : await askCount(http, `${collection.path}/$count`, signal));
  return { rows, counted, hidden, failure };
}

interface Pass extends ListObservation {
  /** The very first request was refused because it counts. */
  readonly countRefused: boolean;
}

async function readPass<Facts>(
  http: GraphHttp,
  collection: Collection<Facts>,
  request: CollectionRequest,
  onPage: OnPage<Facts>,
  signal: AbortSignal,
): Promise<Pass> {
  const told = new Set<ObjectId>();
  let read = new Map<ObjectId, { hidden: boolean }>();
  let counted: number | null = null;
  const observe = (failure: ListObservation['failure'], countRefused = false): Pass => {
    const hidden = [...read.values()].filter((object) => object.hidden).length;
    return { rows: read.size, counted, hidden, failure, countRefused };
  };
  for await (const event of readPages(http, request, signal)) {
    if (event.kind === 'restart') {
      read = new Map();
      counted = null;
      continue;
    }
    if (event.kind === 'failed')
      return observe(describeGap(event.page, event.problem), isCountRefusal(event.page, event.problem));
    const objects = event.items.map(collection.normalise);
    const whole = objects.filter((object) => object !== null);
    if (whole.length < objects.length)
      return observe(describeGap(event.page, noAnswer('badAnswer', event.requestId)));
    counted ??= event.counted;
    for (const { sighting, hidden } of whole) read.set(sighting.objectId, { hidden });
    const sightings = whole
      .map((object) => object.sighting)
      .filter(({ objectId }) => !told.has(objectId) && told.add(objectId));
    onPage({ sightings, counted });
  }
  return observe(null);
}

const countingRequest = ({ path, select }: Collection<unknown>): CollectionRequest => ({
  first: (pageSize) => `${path}?$select=${select}&$top=${pageSize}&$count=true`,
  headers: EVENTUAL,
});

const plainRequest = ({ path, select }: Collection<unknown>): CollectionRequest => ({
  first: (pageSize) => `${path}?$select=${select}&$top=${pageSize}`,
  headers: {},
});

const isCountRefusal = (page: number, problem: GraphProblem): boolean =>
  page === 1 && !problem.pageTooLarge && problem.graphCodes.includes('request_unsupportedquery');

/** A number from a `/$count` address, or null when Graph does not tell. */
export async function askCount(http: GraphHttp, target: string, signal: AbortSignal): Promise<number | null> {
  const reply = await http.get(target, EVENTUAL, signal);
  if (reply.kind === 'problem') return null;
  return countSchema.safeParse(reply.body).data ?? null;
}
