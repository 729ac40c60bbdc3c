// Cuts the memberships of a large group into several changes, because each becomes one document. Pure.
import type { Change } from '../directory/change.ts';

/** Memberships kept in one record: well under the 16 MB of a document. */
const MAX_EDGES = 5_000;

/** One group's memberships in changes of at most MAX_EDGES; every other change as it is. */
export function splitMemberships(change: Change): Change[] {
  if (change.type !== 'memberships' || weightOf(change) <= MAX_EDGES) return [change];
  const chunks: Change[] = [];
  for (let at = 0; at < change.added.length; at += MAX_EDGES)
    chunks.push({ ...change, added: change.added.slice(at, at + MAX_EDGES), removed: [] });
  for (let at = 0; at < change.removed.length; at += MAX_EDGES)
    chunks.push({ ...change, added: [], removed: change.removed.slice(at, at + MAX_EDGES) });
  return chunks;
}

/** Users, groups and single memberships that a change writes. */
export const weightOf = (change: Change): number =>
  change.type === 'memberships' ? change.added.length + change.removed.length : 1;
