// After the guard: what is asked of the second witness, what is taken out when it disagrees, and the name of the end.
import assert from 'node:assert/strict';
import type { Plan } from '../../../services/directory/change.ts';
import { objectsToConfirm, outcomeOf, withoutChanges } from '../../../services/sync/report.ts';
import {
  apply,
  broken,
  daysLater,
  oids,
  planFor,
  readWorld,
  summarise,
  syncAll,
  type World,
} from './worlds.ts';

const STAFF: World = {
  users: { u1: {}, u2: {}, u3: {}, u4: {} },
  groups: { g1: {}, g2: {}, g3: {} },
  members: { g1: ['u1', 'u2', 'u3'], g2: ['u1', 'u2'], g3: ['u4'] },
};
/** u1, u2 and g2 are no longer shown, u3 was announced as removed. */
const LEFT: World = {
  users: { u3: 'removed', u4: {} },
  groups: { g1: {}, g3: {} },
  members: { g1: [], g3: ['u4'] },
};
const leaving = planFor(syncAll(STAFF), readWorld(LEFT));
const purging = planFor(syncAll(STAFF, LEFT), readWorld({ ...LEFT, now: daysLater(30) }));

describe('objectsToConfirm', () => {
  it('names those whose change rests on absence alone', () => {
    assert.deepEqual(objectsToConfirm(leaving), { users: oids('u1', 'u2'), groups: oids('g2') });
    assert.deepEqual(objectsToConfirm(purging), { users: oids('u1', 'u2'), groups: oids('g2') });
  });
});

describe('withoutChanges', () => {
  const without = (plan: Plan, ...names: string[]) => withoutChanges(plan, new Set(oids(...names)));

  it('gives the same plan back when there is nothing to take out', () => {
    assert.equal(without(leaving), leaving);
    assert.equal(without(leaving, 'u9'), leaving);
    assert.equal(without(leaving, 'u3'), leaving);
  });

  it('keeps those whose second witness disagrees, and says so', () => {
    const rest = without(leaving, 'u1', 'g2');
    assert.deepEqual(summarise(rest), ['user u2 inactivate absent', 'user u3 inactivate removed']);
    const { users, groups } = leaving.counts;
    const skipped = (name: string) => [{ reason: 'secondWitnessDisagrees', count: 1, examples: oids(name) }];
    assert.deepEqual(rest.counts.users, { ...users, inactivated: 2, kept: 1, skipped: skipped('u1') });
    assert.deepEqual(rest.counts.groups, { ...groups, inactivated: 0, kept: 1, skipped: skipped('g2') });
    assert.notEqual(rest.digest, leaving.digest);
  });

  it('has the digest of a plan that never meant them', () => {
    const world: World = { ...LEFT, users: { u1: {}, u2: {}, ...LEFT.users } };
    const groups = { ...LEFT.groups, g2: {} };
    const members = { g1: ['u1', 'u2'], g2: ['u1', 'u2'], g3: ['u4'] };
    const other = planFor(syncAll(STAFF), readWorld({ ...world, groups, members }));
    assert.equal(without(leaving, 'u1', 'u2', 'g2').digest, other.digest);
  });

  it('keeps the memberships that would have gone with a purge, unless their other end goes', () => {
    const purges = [
      'user u1 purge absent',
      'user u2 purge absent',
      'user u3 purge removed',
      'group g2 purge absent',
    ];
    assert.deepEqual(summarise(purging), [...purges, 'memberships g1 -u1 -u2 -u3', 'memberships g2 -u1 -u2']);
    assert.equal(purging.counts.memberships.purged, 5);

    const oneStays = without(purging, 'u1');
    assert.deepEqual(summarise(oneStays).slice(-2), ['memberships g1 -u2 -u3', 'memberships g2 -u1 -u2']);
    assert.equal(oneStays.counts.memberships.purged, 4);
    assert.equal(oneStays.counts.memberships.kept, purging.counts.memberships.kept + 1);
    assert.equal(oneStays.counts.users.purged, 2);

    const groupStays = without(purging, 'g2', 'u1');
    assert.deepEqual(summarise(groupStays).slice(-2), ['memberships g1 -u2 -u3', 'memberships g2 -u2']);

    const allStay = without(purging, 'g2', 'u1', 'u2');
    assert.deepEqual(summarise(allStay), ['user u3 purge removed', 'memberships g1 -u3']);
    assert.equal(allStay.counts.memberships.purged, 1);
    apply(syncAll(STAFF, LEFT), allStay, daysLater(30));
  });

  it('does not mark somebody as gone who is not', () => {
    const disabled: World = { ...STAFF, users: { ...STAFF.users, u1: { accountEnabled: false } } };
    const plan = planFor(syncAll(disabled), readWorld(LEFT));
    assert.ok(summarise(plan).includes('user u1 update absent'));
    const rest = without(plan, 'u1');
    assert.equal(rest.counts.users.updated, 0);
    assert.equal(rest.counts.users.kept, plan.counts.users.kept + 1);
  });
});

describe('outcomeOf', () => {
  const allow = { kind: 'allow' } as const;
  const same = planFor(syncAll(STAFF), readWorld(STAFF));
  const planned = (world: World) => planFor(syncAll(STAFF), readWorld({ ...STAFF, ...world }));

  it('is changed or unchanged when everything was read', () => {
    assert.equal(outcomeOf(leaving, allow), 'changed');
    assert.equal(outcomeOf(same, allow), 'unchanged');
  });

  it('is the verdict when that forbids the plan', () => {
    assert.equal(outcomeOf(leaving, { kind: 'hold', reasons: [] }), 'held');
    assert.equal(outcomeOf(leaving, { kind: 'refuse', reasons: [] }), 'refused');
  });

  it('is partial when anything could not be read', () => {
    for (const coverage of [{ users: broken() }, { groups: broken() }, { domains: broken() }])
      assert.equal(outcomeOf(planned({ coverage }), allow), 'partial');
    assert.equal(outcomeOf(planned({ members: { g1: [], g2: [] } }), allow), 'partial');
  });

  it('is not partial for what the policy does not ask for, nor for a delta', () => {
    const off = {
      policy: {
        users: { enabled: false, guests: false },
        groups: { enabled: false, withoutMail: false, prefixes: [] },
      },
      coverage: { users: broken(0), groups: broken(0), domains: broken(0) },
    };
    assert.equal(outcomeOf(planned(off), allow), 'unchanged');
    const delta = { kind: 'delta' } as const;
    assert.equal(outcomeOf(planned({ coverage: { users: delta, groups: delta } }), allow), 'unchanged');
  });
});
