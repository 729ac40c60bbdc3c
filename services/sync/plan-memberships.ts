// The memberships' part of a plan. Stored memberships are streamed past group by group, so that only one group is
// held at a time. A membership whose person or group has left is kept dormant: it is there again when they return.
import type { MembershipChange } from '../directory/change.ts';
import type { MemberRef } from '../directory/group.ts';
import type { ObjectId } from '../directory/ids.ts';
import { AppError } from '../errors.ts';
import type { Tally } from './tally.ts';

/** What was read of a group in scope. */
export interface GroupMembers {
  readonly members: readonly MemberRef[];
  /** Neither people nor groups. */
  readonly others: readonly ObjectId[];
  readonly complete: boolean;
}

/** What the plan knows of a member or group. */
export interface MemberWorld {
  /** May be given a new membership. */
  isKnown(member: MemberRef): boolean;
  /** Was seen in this read, or can never come back: a membership that was not read has ended. */
  mayEnd(member: MemberRef): boolean;
  /** Is known to have left: its memberships sleep until it is back. */
  hasLeft(member: MemberRef): boolean;
  /** Whether a stored group is known to have left Microsoft 365 or the policy's scope. */
  isDormant(groupId: ObjectId): boolean;
  isPurged(type: MemberRef['kind'], objectId: ObjectId): boolean;
}

export interface MembershipPlanner {
  stored(groupId: ObjectId, member: MemberRef): void;
  finish(): {
    readonly changes: readonly MembershipChange[];
    readonly membersBefore: Readonly<Record<string, number>>;
    readonly total: number;
  };
}

/** The group that is being fed. */
interface Open {
  readonly groupId: ObjectId;
  readonly purged: boolean;
  readonly dormant: boolean;
  readonly complete: boolean;
  /** Read and not met in the store yet; null when the group's members are not told. */
  readonly unmet: Map<ObjectId, MemberRef> | null;
  readonly removed: MemberRef[];
  count: number;
}

/** `read` holds the groups in scope whose members were read, in full or in part; no other group is given members. */
export function createMembershipPlanner(
  read: ReadonlyMap<ObjectId, GroupMembers>,
  world: MemberWorld,
  tally: Tally,
): MembershipPlanner {
  const closed = new Set<ObjectId>();
  const changes: MembershipChange[] = [];
  const membersBefore: Record<string, number> = {};
  let total = 0;
  let current: Open | null = null;

  const open = (groupId: ObjectId): Open => {
    if (closed.has(groupId))
      throw new AppError('unexpected', { problem: 'the memberships of a group were fed in pieces' });
    const group = read.get(groupId);
    return {
      groupId,
      purged: world.isPurged('group', groupId),
      dormant: world.isDormant(groupId),
      complete: group?.complete ?? false,
      unmet: group ? new Map(group.members.map((member) => [member.objectId, member])) : null,
      removed: [],
      count: 0,
    };
  };

  const close = (group: Open): void => {
    closed.add(group.groupId);
    const added: MemberRef[] = [];
    for (const member of group.unmet?.values() ?? []) {
      if (world.isKnown(member)) added.push(member);
      else tally.skip('memberUnknown', member.objectId);
    }
    for (const other of read.get(group.groupId)?.others ?? []) tally.skip('memberNotPersonOrGroup', other);
    tally.count('create', added.length);
    if (group.removed.length > 0) membersBefore[group.groupId] = group.count;
    if (added.length + group.removed.length === 0) return;
    const objectId = group.groupId;
    changes.push({ type: 'memberships', objectId, added: inOrder(added), removed: inOrder(group.removed) });
  };

  const meet = (group: Open, member: MemberRef): void => {
    group.count++;
    if (group.purged || world.isPurged(member.kind, member.objectId)) {
      tally.count('purge');
      group.removed.push(member);
    } else if (group.unmet?.delete(member.objectId)) {
      tally.count('unchanged');
    } else if (group.complete && world.mayEnd(member)) {
      tally.count('inactivate');
      group.removed.push(member);
    } else if (group.dormant || world.hasLeft(member)) tally.count('dormant');
    else tally.count('kept');
  };

  return {
    stored: (groupId, member) => {
      total++;
      if (current?.groupId !== groupId) {
        if (current) close(current);
        current = open(groupId);
      }
      meet(current, member);
    },
    finish: () => {
      if (current) close(current);
      for (const groupId of read.keys()) if (!closed.has(groupId)) close(open(groupId));
      return { changes, membersBefore, total };
    },
  };
}

const inOrder = (members: MemberRef[]): MemberRef[] =>
  members.sort((a, b) => (a.objectId < b.objectId ? -1 : 1));
