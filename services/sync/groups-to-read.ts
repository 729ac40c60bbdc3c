// Which groups' members a sync must read: not more, because reading members is what costs. Pure.
import type { GroupFacts } from '../directory/group.ts';
import type { ObjectId } from '../directory/ids.ts';
import type { Policy } from '../directory/policy.ts';
import type { MembersRead } from '../directory/source.ts';
import type { Sightings } from './plan.ts';
import { decideGroupScope } from './scope.ts';

/**
 * Groups whose members must be read now, in order of id: those in scope, those on a list, and (nested membership)
 * those below a list as far as it is known. Ask again with what was read until the answer is empty: a group that is
 * in `members`, read in full or not, is not asked for again.
 */
export function groupsToRead(
  groups: Sightings<GroupFacts>,
  policy: Policy,
  members: ReadonlyMap<ObjectId, MembersRead>,
): readonly ObjectId[] {
  const wanted = new Set<ObjectId>(belowLists(policy, members));
  if (policy.groups.enabled) {
    for (const [groupId, evidence] of groups) {
      if (evidence.kind === 'seen' && decideGroupScope(evidence.facts, policy).kind === 'inScope')
        wanted.add(groupId);
    }
  }
  return [...wanted].filter((groupId) => !members.has(groupId)).sort();
}

/** The groups that decide about users: the lists, which count only while users are synced. */
export const listedGroups = (policy: Policy): ReadonlySet<ObjectId> =>
  new Set(policy.users.enabled ? [...policy.allowedGroups, ...policy.deniedGroups] : []);

function belowLists(policy: Policy, members: ReadonlyMap<ObjectId, MembersRead>): ReadonlySet<ObjectId> {
  const reached = new Set(listedGroups(policy));
  if (!policy.nestedMembership) return reached;
  // A set that grows while it is walked: every group is walked once, cycles too.
  for (const groupId of reached) {
    for (const member of members.get(groupId)?.members ?? [])
      if (member.kind === 'group') reached.add(member.objectId);
  }
  return reached;
}
