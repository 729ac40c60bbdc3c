// Two states of a small Microsoft 365 for the tests that kill a sync: from the first to the second everything happens
// that can happen to a user, a group and a membership.
import { createWorld, groupNamed, idOf, populate, userNamed, type World } from './scripted-source.ts';

const USERS = 2_600;
const GROUPS = 20;

/** Step 0 is the first contact, step 1 the change. */
export function killWorld(step: number): World {
  const world = populate(createWorld(), USERS, GROUPS);
  if (step === 0) return world;
  for (let n = 0; n < 100; n++) {
    world.users.delete(idOf('user', n));
    world.users.set(idOf('user', n + 200), userNamed(`Disabled ${String(n)}`, { accountEnabled: false }));
    world.users.set(idOf('user', USERS + n), userNamed(`New ${String(n)}`));
    world.members.get(idOf('group', 1))?.add(idOf('user', USERS + n));
  }
  for (let n = 400; n < 1_900; n++) world.users.set(idOf('user', n), userNamed(`Renamed ${String(n)}`));
  world.groups.delete(idOf('group', 3));
  world.groups.set(idOf('group', 4), groupNamed('Renamed team'));
  for (let n = 405; n < 900; n += 20) world.members.get(idOf('group', 5))?.delete(idOf('user', n));
  return world;
}
