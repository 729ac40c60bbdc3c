// The one place that follows pages of a Graph collection (Graph docs: paging). Yields pages until the chain ends by
// itself or breaks; says which. Knows nothing of the objects on the pages.
import type { Gap } from '../directory/evidence.ts';
import { noAnswer, type GraphProblem } from './graph-errors.ts';
import type { GraphHttp, GraphReply } from './graph-http.ts';
import { pageSchema } from './schemas.ts';

export type PageEvent =
  | {
      readonly kind: 'page';
      /** 1 is the first. */
      readonly page: number;
      readonly items: readonly unknown[];
      /** What Graph counted, told on the first page only; null when it did not. */
      readonly counted: number | null;
      readonly requestId: string | null;
    }
  /** What was read so far does not count: the collection is read from the first page again. */
  | { readonly kind: 'restart' }
  | { readonly kind: 'failed'; readonly page: number; readonly problem: GraphProblem };

export interface CollectionRequest {
  /** Where the first page is, for a page size. */
  readonly first: (pageSize: number) => string;
  /** Sent with every page: Graph does not remember them. */
  readonly headers: Readonly<Record<string, string>>;
  /** The answer for the first page when it is there already, as from a batch. */
  readonly firstReply?: GraphReply;
}

/** Counting and casts need this header, and with it page tokens of large tenants live longer. Graph docs: advanced queries. */
export const EVENTUAL: Readonly<Record<string, string>> = { ConsistencyLevel: 'eventual' };

/** 999 is the most that Graph allows; an incident once lowered it to 120. */
export const PAGE_SIZES = [999, 500, 100] as const;

const MAX_RESTARTS = 5;
/** Nobody has so many; it stops a chain that never ends. */
const MAX_PAGES = 20_000;

export async function* readPages(
  http: GraphHttp,
  request: CollectionRequest,
  signal: AbortSignal,
): AsyncGenerator<PageEvent, void> {
  let restarts = 0;
  let sizeIndex = 0;
  let given = request.firstReply;
  const firstTarget = () => request.first(PAGE_SIZES[sizeIndex] ?? PAGE_SIZES[0]);
  let target = firstTarget();
  let visited = new Set<string>();
  for (let page = 1; ; page++) {
    const reply = given ?? (await http.get(target, request.headers, signal));
    given = undefined;
    const read = reply.kind === 'ok' ? parsePage(reply) : reply;
    if (read.kind === 'problem') {
      const smaller = page === 1 && read.problem.pageTooLarge && sizeIndex + 1 < PAGE_SIZES.length;
      const expired = read.problem.code === 'graph-page-expired' && restarts < MAX_RESTARTS;
      if (!smaller && !expired) {
        yield { kind: 'failed', page, problem: read.problem };
        return;
      }
      if (smaller) sizeIndex++;
      else restarts++;
      yield { kind: 'restart' };
      target = firstTarget();
      visited = new Set();
      page = 0;
      continue;
    }
    yield { kind: 'page', page, items: read.items, counted: read.counted, requestId: read.requestId };
    if (read.nextLink === null) return;
    // The same page for ever is a known fault; a chain that is too long is no better.
    if (visited.has(read.nextLink) || page >= MAX_PAGES) {
      yield { kind: 'failed', page: page + 1, problem: noAnswer('badAnswer', read.requestId) };
      return;
    }
    visited.add(read.nextLink);
    target = read.nextLink;
  }
}

interface Page {
  readonly kind: 'read';
  readonly items: readonly unknown[];
  readonly counted: number | null;
  readonly nextLink: string | null;
  readonly requestId: string | null;
}

function parsePage(
  reply: Extract<GraphReply, { kind: 'ok' }>,
): Page | { readonly kind: 'problem'; readonly problem: GraphProblem } {
  const { requestId } = reply;
  const parsed = pageSchema.safeParse(reply.body);
  if (!parsed.success) return { kind: 'problem', problem: noAnswer('badAnswer', requestId) };
  const { value: items, '@odata.count': counted = null, '@odata.nextLink': nextLink = null } = parsed.data;
  return { kind: 'read', items, counted, nextLink, requestId };
}

/** A break of the page chain, as coverage tells it. A list that was refused outright was not read at all. */
export const describeGap = (
  page: number,
  problem: GraphProblem,
): Extract<Gap, { kind: 'pageFailed' | 'notRead' }> =>
  page === 1 && (problem.code === 'graph-forbidden' || problem.code === 'graph-not-found')
    ? { kind: 'notRead', code: problem.code }
    : { kind: 'pageFailed', page, code: problem.code, requestId: problem.requestId };
