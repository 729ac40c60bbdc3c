// One user by object id, as much as is needed to know who it is. Decides nothing.
import type { ObjectId } from '../directory/ids.ts';
import type { KnownPerson } from '../directory/person.ts';
import { AppError } from '../errors.ts';
import { toGraphError } from './graph-errors.ts';
import type { GraphHttp } from './graph-http.ts';
import { userSchema } from './schemas.ts';

const SELECT = 'id,userPrincipalName,displayName,accountEnabled,userType';

/**
 * Null when Graph says that nobody has this id (Graph docs: get user). Throws `graph-…`, `sign-in-…`, `not-connected`
 * and the signal's reason.
 */
export async function readPerson(
  http: GraphHttp,
  objectId: ObjectId,
  signal: AbortSignal,
): Promise<KnownPerson | null> {
  const reply = await http.get(`/users/${encodeURIComponent(objectId)}?$select=${SELECT}`, {}, signal);
  if (reply.kind === 'problem') {
    const { trouble, graphCodes } = reply.problem;
    if (trouble === 404 && graphCodes.includes('request_resourcenotfound')) return null;
    throw toGraphError(reply.problem);
  }
  const user = userSchema.safeParse(reply.body).data;
  if (user?.id !== objectId) throw new AppError('graph-bad-answer');
  return {
    objectId,
    displayName: user.displayName ?? user.userPrincipalName,
    isGuest: user.userType === 'Guest',
    isEnabled: user.accountEnabled,
  };
}
