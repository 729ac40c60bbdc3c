// Who is a member of the groups on the policy's lists, directly or through nested groups, and by which path. Works
// downward from the lists only; knows neither scope nor storage.
import type { MemberRef } from '../directory/group.ts';
import type { ObjectId } from '../directory/ids.ts';

/** The direct members of one group, as far as they are known. */
export interface KnownMembers {
  readonly members: readonly MemberRef[];
  /** False when there may be more. */
  readonly complete: boolean;
}

export interface Closure {
  /**
   * The shortest path from a group that the user is a direct member of to the listed group, both included; of equally
   * short ones the first in order of ids. null: no path is known, see `isComplete`.
   */
  pathTo(listed: ObjectId, user: ObjectId): readonly ObjectId[] | null;
  /** Whether everybody in this listed group is known; while not, no path does not mean no member. */
  isComplete(listed: ObjectId): boolean;
}

/** One listed group, seen from below. */
interface Reach {
  /** Steps from a group up to the listed one. */
  readonly distance: Map<ObjectId, number>;
  /** The next group on the way up. */
  readonly next: Map<ObjectId, ObjectId>;
  readonly complete: boolean;
}

const NOBODY: KnownMembers = { members: [], complete: false };

/**
 * Prepares the closure of the listed groups: each group below a list is visited once per list, each of its members
 * once. `nested` off: direct members only. Cycles are walked once. Without lists nothing is read or kept.
 */
export function createClosure(
  membersOf: (groupId: ObjectId) => KnownMembers | undefined,
  listed: ReadonlySet<ObjectId>,
  nested: boolean,
): Closure {
  const reaches = new Map<ObjectId, Reach>();
  for (const groupId of listed) reaches.set(groupId, reach(membersOf, groupId, nested));
  const groupsOfUser = indexUsers(membersOf, reaches.values());

  return {
    isComplete: (listedId) => reaches.get(listedId)?.complete ?? false,
    pathTo: (listedId, user) => {
      const from = reaches.get(listedId);
      const groups = groupsOfUser.get(user);
      if (!from || !groups) return null;
      const start = nearest(groups, from.distance);
      return start === null ? null : walkUp(start, from.next);
    },
  };
}

/** Walks down level by level, each level in order of ids, so that the path does not depend on the order of pages. */
function reach(membersOf: MembersOf, listed: ObjectId, nested: boolean): Reach {
  const distance = new Map<ObjectId, number>([[listed, 0]]);
  const next = new Map<ObjectId, ObjectId>();
  let complete = true;
  let level: ObjectId[] = [listed];
  for (let depth = 1; level.length > 0; depth++) {
    const below: ObjectId[] = [];
    for (const groupId of level.sort()) {
      const known = membersOf(groupId) ?? NOBODY;
      complete &&= known.complete;
      for (const member of nested ? known.members : []) {
        if (member.kind !== 'group' || distance.has(member.objectId)) continue;
        distance.set(member.objectId, depth);
        next.set(member.objectId, groupId);
        below.push(member.objectId);
      }
    }
    level = below;
  }
  return { distance, next, complete };
}

type MembersOf = Parameters<typeof createClosure>[0];

/** The groups below any list that each user is a direct member of. */
function indexUsers(membersOf: MembersOf, reaches: Iterable<Reach>): Map<ObjectId, ObjectId[]> {
  const reached = new Set<ObjectId>();
  for (const { distance } of reaches) for (const groupId of distance.keys()) reached.add(groupId);
  const groupsOfUser = new Map<ObjectId, ObjectId[]>();
  for (const groupId of reached) {
    for (const member of membersOf(groupId)?.members ?? []) {
      if (member.kind !== 'user') continue;
      const groups = groupsOfUser.get(member.objectId);
      if (groups) groups.push(groupId);
      else groupsOfUser.set(member.objectId, [groupId]);
    }
  }
  return groupsOfUser;
}

function nearest(groups: readonly ObjectId[], distance: ReadonlyMap<ObjectId, number>): ObjectId | null {
  let best: ObjectId | null = null;
  let bestSteps = Infinity;
  for (const groupId of groups) {
    const steps = distance.get(groupId) ?? Infinity;
    if (steps < bestSteps || (steps === bestSteps && best !== null && groupId < best)) {
      best = groupId;
      bestSteps = steps;
    }
  }
  return best;
}

function walkUp(start: ObjectId, next: ReadonlyMap<ObjectId, ObjectId>): ObjectId[] {
  const path = [start];
  for (let up = next.get(start); up !== undefined; up = next.get(up)) path.push(up);
  return path;
}
