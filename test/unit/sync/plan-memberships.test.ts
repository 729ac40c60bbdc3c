// Memberships: what is added, what ends, what is kept dormant, and what is not taken over.
import assert from 'node:assert/strict';
import { createPlanner } from '../../../services/sync/plan.ts';
import {
  broken,
  EMPTY,
  memberRef,
  oid,
  oids,
  planFor,
  readWorld,
  summarise,
  syncAll,
  type Directory,
  type World,
} from './worlds.ts';

const STAFF: World = {
  users: { u1: {}, u2: {}, u3: {} },
  groups: { g1: {}, g2: {} },
  members: { g1: ['u1', 'u2'], g2: ['g1'] },
};
const plan = (world: World, directory: Directory = syncAll(STAFF)) => planFor(directory, readWorld(world));
const edges = (...given: Parameters<typeof plan>) =>
  summarise(plan(...given)).filter((line) => line.startsWith('memberships'));

describe('memberships', () => {
  it('are added for people and nested groups, each group once, in order of id', () => {
    const members = { g2: ['g1', 'u3'], g1: ['u2', 'u1', 'u2'] };
    assert.deepEqual(edges({ ...STAFF, members }, EMPTY), [
      'memberships g1 +u1 +u2',
      'memberships g2 +g1 +u3',
    ]);
    assert.equal(plan({ ...STAFF, members }, EMPTY).counts.memberships.added, 4);
  });

  it('end when a whole read of the group does not show somebody who was seen', () => {
    const world = { ...STAFF, members: { g1: ['u3'], g2: [] } };
    const made = plan(world);
    assert.deepEqual(edges(world), ['memberships g1 +u3 -u1 -u2', 'memberships g2 -g1']);
    assert.deepEqual(made.membersBefore, { g1: 2, g2: 1 });
    assert.equal(made.counts.memberships.inactivated, 3);
  });

  it('end for somebody who is inactive, or cannot be understood, but there', () => {
    const users = { u1: { accountEnabled: false }, u2: 'malformed', u3: {} } as const;
    assert.deepEqual(edges({ ...STAFF, users, members: { g1: [], g2: ['g1'] } }), ['memberships g1 -u1 -u2']);
  });

  it('never end by a read of the group that is not whole, but may begin', () => {
    const world = { ...STAFF, members: { g1: ['u3'], g2: ['g1'] }, cut: ['g1'] };
    assert.deepEqual(edges(world), ['memberships g1 +u3']);
    assert.equal(plan(world).counts.memberships.kept, 2);
  });

  it('stay as they are in a group that was not read', () => {
    const made = plan({ ...STAFF, members: { g2: ['g1'] } });
    assert.deepEqual(made.changes, []);
    assert.equal(made.counts.memberships.kept, 2);
  });

  it('of a group that cannot be understood, left scope or is gone stay dormant', () => {
    for (const g1 of ['malformed', 'removed', { mail: null }] as const) {
      const made = plan({ ...STAFF, groups: { g1, g2: {} }, members: { g1: [], g2: ['g1'] } });
      const { kept, dormant } = made.counts.memberships;
      assert.deepEqual(
        { kept, dormant },
        g1 === 'malformed' ? { kept: 2, dormant: 0 } : { kept: 0, dormant: 2 },
      );
      assert.deepEqual(
        made.changes.filter((change) => change.type === 'memberships'),
        [],
      );
    }
  });

  it('of somebody who left stay dormant, for all who are not seen', () => {
    const members = { g1: ['u2'], g2: ['g1'] };
    const worlds: World[] = [
      { ...STAFF, members, users: { u2: {}, u3: {} } },
      { ...STAFF, members, users: { u1: 'removed' as const, u2: {}, u3: {} } },
      { ...STAFF, members, users: { u2: {}, u3: {} }, coverage: { users: broken() } },
    ];
    for (const world of worlds) {
      assert.deepEqual(edges(world), []);
      const { kept, dormant } = plan(world).counts.memberships;
      const isKnown = world.coverage === undefined;
      assert.deepEqual({ kept, dormant }, { kept: isKnown ? 0 : 1, dormant: isKnown ? 1 : 0 });
    }
  });

  it('of somebody who is inactive, in a group that was not read, are kept for not being read', () => {
    const { kept, dormant } = plan({
      ...STAFF,
      users: { u1: { accountEnabled: false }, u2: {}, u3: {} },
      members: { g2: ['g1'] },
    }).counts.memberships;
    assert.deepEqual({ kept, dormant }, { kept: 2, dormant: 0 });
  });

  it('of a nested group out of scope are kept while it is there, and end with it', () => {
    const nested: World = { groups: { g1: {}, g3: { mail: null } }, members: { g1: ['g3'] } };
    assert.deepEqual(edges(nested, EMPTY), ['memberships g1 +g3']);
    const directory = syncAll(nested);
    const gone: World = { groups: { g1: {} }, members: { g1: [] } };
    assert.deepEqual(edges(gone, directory), ['memberships g1 -g3']);
    assert.deepEqual(edges({ ...gone, groups: { g1: {}, g3: 'removed' } }, directory), [
      'memberships g1 -g3',
    ]);
    assert.deepEqual(edges({ ...gone, coverage: { groups: broken() } }, directory), []);
  });

  it('skip what is neither a person nor a group, and whoever was never seen', () => {
    const made = plan({ ...STAFF, members: { g1: ['u1', 'u2', 'u9', 'd2', 'd1'], g2: ['g1', 'g9', 'd1'] } });
    assert.deepEqual(made.changes, []);
    assert.deepEqual(made.counts.memberships.skipped, [
      { reason: 'memberNotPersonOrGroup', count: 3, examples: oids('d1', 'd2') },
      { reason: 'memberUnknown', count: 2, examples: oids('g9', 'u9') },
    ]);
  });

  it('show at most five examples, the first in order of id', () => {
    const made = plan({ ...STAFF, members: { g1: ['d7', 'd3', 'd9', 'd1', 'd8', 'd2', 'd6'], g2: ['g1'] } });
    const [skipped] = made.counts.memberships.skipped;
    assert.deepEqual(skipped, {
      reason: 'memberNotPersonOrGroup',
      count: 7,
      examples: oids('d1', 'd2', 'd3', 'd6', 'd7'),
    });
  });

  it('skip somebody who is just leaving: read as a member, and no longer as a user', () => {
    const world = { ...STAFF, users: { u1: {}, u2: {} }, members: { g1: ['u1', 'u2', 'u3'], g2: ['g1'] } };
    assert.deepEqual(edges(world), []);
    assert.equal(plan(world).counts.memberships.skipped[0]?.reason, 'memberUnknown');
  });

  it('begin for somebody stored whom a partial read did not mention', () => {
    const world: World = { ...STAFF, users: {}, members: { g1: ['u1', 'u2', 'u3'], g2: ['g1'] } };
    assert.deepEqual(edges({ ...world, coverage: { users: broken(0) } }), ['memberships g1 +u3']);
  });

  it('that are read stay, although the member is not seen', () => {
    const made = plan({ ...STAFF, users: { u1: {}, u3: {} } });
    assert.equal(made.counts.memberships.unchanged, 3);
  });

  it('fed in pieces of one group are refused', () => {
    const planner = createPlanner(readWorld(STAFF));
    planner.storedMembership(oid('g1'), memberRef('u1'));
    planner.storedMembership(oid('g2'), memberRef('u1'));
    assert.throws(() => planner.storedMembership(oid('g1'), memberRef('u2')), { code: 'unexpected' });
  });
});
