// Reads the domains of a tenant, or, where that is not allowed, the verified ones from the organization itself.
import type { Domain } from '../directory/domain.ts';
import type { ListObservation } from '../directory/evidence.ts';
import { noAnswer, type GraphProblem } from './graph-errors.ts';
import type { GraphHttp } from './graph-http.ts';
import { normaliseDomain, normaliseVerifiedDomains } from './normalise.ts';
import { describeGap, readPages } from './pages.ts';

export interface DomainsRead {
  readonly domains: readonly Domain[];
  readonly observation: ListObservation;
}

/** Needs Domain.Read.All; with User.Read.All alone it falls back to `/organization`. */
export async function readDomains(http: GraphHttp, signal: AbortSignal): Promise<DomainsRead> {
  const listed = await collect(http, '/domains', signal);
  if (!('problem' in listed)) return judge(listed.items.map(normaliseDomain), listed.requestId);
  if (listed.problem.code !== 'graph-forbidden') return failed(listed.page, listed.problem);
  const organization = await collect(http, '/organization?$select=id,verifiedDomains', signal);
  // What Rollcall lacks is the permission for domains: that is what an administrator must hear of.
  if ('problem' in organization) return failed(listed.page, listed.problem);
  const [first] = organization.items;
  return judge(normaliseVerifiedDomains(first) ?? [], organization.requestId);
}

type Collected =
  | { readonly items: readonly unknown[]; readonly requestId: string | null }
  | { readonly problem: GraphProblem; readonly page: number };

async function collect(http: GraphHttp, path: string, signal: AbortSignal): Promise<Collected> {
  let items: unknown[] = [];
  let requestId: string | null = null;
  for await (const event of readPages(http, { first: () => path, headers: {} }, signal)) {
    if (event.kind === 'failed') return { problem: event.problem, page: event.page };
    if (event.kind === 'restart') {
      items = [];
      continue;
    }
    items.push(...event.items);
    requestId = event.requestId;
  }
  return { items, requestId };
}

/**
 * Graph does not count domains. What stands in for a count: the list is one short answer without pages, every entry
 * could be read, and it has exactly one default domain, which every tenant has. An empty or cut list has none.
 */
function judge(read: readonly (Domain | null)[], requestId: string | null): DomainsRead {
  const domains = [
    ...new Map(read.filter((domain) => domain !== null).map((domain) => [domain.name, domain])).values(),
  ];
  const whole = read.every((domain) => domain !== null);
  if (!whole || domains.filter((domain) => domain.isDefault).length !== 1)
    return { ...failed(1, noAnswer('badAnswer', requestId)), domains };
  return {
    domains,
    observation: { rows: domains.length, counted: domains.length, hidden: 0, failure: null },
  };
}

const failed = (page: number, problem: GraphProblem): DomainsRead => ({
  domains: [],
  observation: { rows: 0, counted: null, hidden: 0, failure: describeGap(page, problem) },
});
