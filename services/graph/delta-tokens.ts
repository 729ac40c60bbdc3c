// Takes the tokens from which a later delta read begins. Does not read deltas.
import { noAnswer, toGraphError } from './graph-errors.ts';
import type { GraphHttp } from './graph-http.ts';
import { GROUP_SELECT, pageSchema, USER_SELECT } from './schemas.ts';

export interface DeltaTokens {
  /** Whole links, as Graph gave them: they hold the properties that are tracked. */
  readonly users: string;
  readonly groups: string;
}

/** The service answers with one empty page; more than a few mean that something else answers. */
const MAX_PAGES = 10;

/** Graph docs: delta query, `$deltatoken=latest`. Throws the error of a request that failed. */
export async function takeDeltaTokens(
  http: { readonly users: GraphHttp; readonly groups: GraphHttp },
  signal: AbortSignal,
): Promise<DeltaTokens> {
  const [users, groups] = await Promise.all([
    takeToken(http.users, `/users/delta?$deltatoken=latest&$select=${USER_SELECT}`, signal),
    takeToken(http.groups, `/groups/delta?$deltatoken=latest&$select=${GROUP_SELECT},members`, signal),
  ]);
  return { users, groups };
}

async function takeToken(http: GraphHttp, first: string, signal: AbortSignal): Promise<string> {
  let target = first;
  for (let page = 1; page <= MAX_PAGES; page++) {
    const reply = await http.get(target, {}, signal);
    if (reply.kind === 'problem') throw toGraphError(reply.problem);
    const parsed = pageSchema.safeParse(reply.body).data;
    const deltaLink = parsed?.['@odata.deltaLink'];
    if (deltaLink !== undefined) return deltaLink;
    const nextLink = parsed?.['@odata.nextLink'];
    if (nextLink === undefined) throw toGraphError(noAnswer('badAnswer', reply.requestId));
    target = nextLink;
  }
  throw toGraphError(noAnswer('badAnswer'));
}
