// The second witness: asks for exactly these objects and says of each whether it is gone, exists, or nobody knows.
import { z } from 'zod';
import { objectId, type ObjectId } from '../directory/ids.ts';
import type { Witness } from '../directory/source.ts';
import { BATCH_SIZE, sendBatch } from './batch.ts';
import type { GraphHttp, GraphReply } from './graph-http.ts';
import { inParallel, inSlices } from './in-parallel.ts';

const PATHS = { user: '/users', group: '/groups' } as const;
const BATCHES_AT_ONCE = 4;

const identified = z.object({ id: objectId });

/** Every id that was asked for is answered. Throws what `GraphHttp` throws. */
export async function confirmGone(
  http: GraphHttp,
  now: () => Date,
  type: 'user' | 'group',
  ids: readonly ObjectId[],
  signal: AbortSignal,
): Promise<ReadonlyMap<ObjectId, Witness>> {
  const witnesses = new Map<ObjectId, Witness>();
  await inParallel(inSlices([...new Set(ids)], BATCH_SIZE), BATCHES_AT_ONCE, async (slice) => {
    const parts = slice.map((id) => ({ id, url: `${PATHS[type]}/${encodeURIComponent(id)}?$select=id` }));
    const replies = await sendBatch(http, parts, now, signal);
    for (const id of slice) witnesses.set(id, testify(id, replies.get(id)));
  });
  return witnesses;
}

/**
 * Gone only by Graph's own word for this one object. A 404 without that code may be a gateway or a wrong address, and
 * an answer about another object is no answer. Deleted objects that can be restored are gone, too.
 */
function testify(id: ObjectId, reply: GraphReply | undefined): Witness {
  if (!reply) return 'unknown';
  if (reply.kind === 'ok') return identified.safeParse(reply.body).data?.id === id ? 'exists' : 'unknown';
  const { trouble, graphCodes } = reply.problem;
  return trouble === 404 && graphCodes.includes('request_resourcenotfound') ? 'gone' : 'unknown';
}
