// Before anybody changes because a read no longer shows them, exactly those are asked for one by one. Without a
// second witness who says that they are gone, they stay as they are.
import type { Plan } from '../directory/change.ts';
import type { ObjectId } from '../directory/ids.ts';
import type { Source } from '../directory/source.ts';
import { objectsToConfirm, withoutChanges } from './report.ts';

/** The plan without the changes that the second witness does not support. */
export async function hearSecondWitness(plan: Plan, source: Source, signal: AbortSignal): Promise<Plan> {
  const { users, groups } = objectsToConfirm(plan);
  const [usersKept, groupsKept] = await Promise.all([
    findUnconfirmed(source, 'user', users, signal),
    findUnconfirmed(source, 'group', groups, signal),
  ]);
  const kept = new Set([...usersKept, ...groupsKept]);
  return kept.size === 0 ? plan : withoutChanges(plan, kept);
}

async function findUnconfirmed(
  source: Source,
  type: 'user' | 'group',
  ids: readonly ObjectId[],
  signal: AbortSignal,
): Promise<readonly ObjectId[]> {
  if (ids.length === 0) return [];
  const answers = await source.confirmGone(type, ids, signal);
  return ids.filter((id) => answers.get(id) !== 'gone');
}
