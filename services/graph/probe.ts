// A small read of each kind that a sync makes, to see whether a credential can make them; and what Graph says of the
// signed-in account. Reads a handful of objects, keeps none, decides nothing.
import { z } from 'zod';
import type { Capability } from '../directory/credential.ts';
import { toGraphError } from './graph-errors.ts';
import type { GraphHttp } from './graph-http.ts';
import {
  domainSchema,
  GROUP_SELECT,
  groupSchema,
  memberSchema,
  pageSchema,
  USER_SELECT,
  userSchema,
} from './schemas.ts';

/** `nulls`: Graph answered with objects but without their properties, as it does for want of a permission. */
export type ProbeResult = 'good' | 'nulls';

/** Makes the calls that reading this would make. Throws `graph-…`, `sign-in-…` and the signal's reason. */
export async function probe(
  http: GraphHttp,
  capability: Capability,
  signal: AbortSignal,
): Promise<ProbeResult> {
  if (capability === 'domains') return judge(await read(http, '/domains', signal), domainSchema);
  if (capability === 'users')
    return judge(await read(http, `/users?$select=${USER_SELECT}&$top=5`, signal), userSchema);
  const groups = await read(http, `/groups?$select=${GROUP_SELECT}&$top=5`, signal);
  const [first] = groups
    .map((group) => groupSchema.safeParse(group).data)
    .filter((group) => group !== undefined);
  if (!first) return groups.length === 0 ? 'good' : 'nulls';
  const members = await read(
    http,
    `/groups/${encodeURIComponent(first.id)}/members?$select=id&$top=5`,
    signal,
  );
  return members.length === 0 ? 'good' : judge(members, memberSchema);
}

/** Good when at least one object is whole: single odd objects are a matter of the sync. */
const judge = (objects: readonly unknown[], schema: z.ZodType): ProbeResult =>
  objects.some((object) => schema.safeParse(object).success) ? 'good' : 'nulls';

async function read(http: GraphHttp, path: string, signal: AbortSignal): Promise<readonly unknown[]> {
  const reply = await http.get(path, {}, signal);
  if (reply.kind === 'problem') throw toGraphError(reply.problem);
  return pageSchema.safeParse(reply.body).data?.value ?? [];
}

const roleSchema = z.object({ roleTemplateId: z.string().nullish() });

/**
 * Template ids of the directory roles of the signed-in account (Graph docs: list memberOf). null when Graph does not
 * tell: it answers with nulls unless the app may read roles.
 */
export async function readRoleTemplates(
  http: GraphHttp,
  signal: AbortSignal,
): Promise<readonly string[] | null> {
  const reply = await http.get('/me/memberOf/microsoft.graph.directoryRole', {}, signal);
  if (reply.kind === 'problem') return null;
  const roles = pageSchema.safeParse(reply.body).data?.value.map((role) => roleSchema.safeParse(role).data);
  const ids = roles?.map((role) => role?.roleTemplateId).filter((id) => typeof id === 'string');
  return ids === undefined || ids.length < (roles?.length ?? 0) ? null : ids;
}
