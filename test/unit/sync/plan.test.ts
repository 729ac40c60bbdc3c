// A plan of users and groups: what each kind of evidence makes of what is stored, in numbers and in changes.
import assert from 'node:assert/strict';
import { parseEntryId } from '../../../services/directory/ids.ts';
import { createPlanner, groupsToRead } from '../../../services/sync/plan.ts';
import {
  apply,
  broken,
  complete,
  daysLater,
  DOMAINS,
  EMPTY,
  membersRead,
  NOW,
  oid,
  oids,
  planFor,
  policyWith,
  readWorld,
  summarise,
  syncAll,
  type World,
} from './worlds.ts';

/** The plan for the last world after the others were synced. */
function planAfter(...worlds: [...World[], World]) {
  const directory = syncAll(...worlds.slice(0, -1));
  return planFor(directory, readWorld(worlds.at(-1)!));
}
const STAFF: World = { users: { u1: {}, u2: {} }, groups: { g1: {} }, members: { g1: ['u1', 'u2'] } };
const delta = { kind: 'delta' } as const;
const noCounts = {
  added: 0,
  addedInactive: 0,
  updated: 0,
  inactivated: 0,
  reactivated: 0,
  purged: 0,
  unchanged: 0,
  kept: 0,
  dormant: 0,
  skipped: [],
};

describe('a plan', () => {
  it('of a first read only creates: active, inactive with reasons, and no groups out of scope', () => {
    const plan = planAfter({
      users: { u2: { accountEnabled: false }, u1: {}, u3: 'malformed', u4: 'removed' },
      groups: { g2: { mail: null }, g1: {}, g3: 'malformed', g4: 'removed' },
      members: { g1: [] },
    });
    assert.deepEqual(summarise(plan), ['user u1 create seen', 'user u2 create seen', 'group g1 create seen']);
    assert.deepEqual(plan.counts.users, {
      ...noCounts,
      added: 2,
      addedInactive: 1,
      skipped: [{ reason: 'malformed', count: 1, examples: oids('u3') }],
    });
    assert.deepEqual(plan.counts.groups, {
      ...noCounts,
      added: 1,
      skipped: [
        { reason: 'groupWithoutMail', count: 1, examples: oids('g2') },
        { reason: 'malformed', count: 1, examples: oids('g3') },
      ],
    });
    const [, second] = plan.changes;
    assert.ok(second?.type === 'user');
    assert.deepEqual(second.after?.reasons, [{ kind: 'disabled' }]);
    assert.equal(second.base, null);
    assert.equal(second.before, null);
  });

  it('carries what it was made from', () => {
    const plan = planAfter(STAFF);
    assert.equal(plan.policyVersion, 1);
    assert.equal(plan.baseRevision, 7);
    assert.deepEqual(plan.stored, {
      users: { active: 0, inactive: 0 },
      groups: { active: 0, inactive: 0 },
      memberships: 0,
    });
    assert.deepEqual(plan.coverage.members, { groupsRead: 1, notRead: [] });
    assert.match(plan.digest, /^[0-9a-f]{64}$/);
  });

  it('says that nothing changes when nothing did', () => {
    const plan = planAfter(STAFF, STAFF);
    assert.deepEqual(plan.changes, []);
    assert.equal(plan.counts.users.unchanged, 2);
    assert.equal(plan.counts.groups.unchanged, 1);
    assert.equal(plan.counts.memberships.unchanged, 2);
    assert.deepEqual(plan.stored.users, { active: 2, inactive: 0 });
    assert.equal(plan.stored.memberships, 2);
  });

  it('shows before and after, and the revision that it saw', () => {
    const plan = planAfter(STAFF, { ...STAFF, users: { u1: { displayName: 'Anna Berg-Lund' }, u2: {} } });
    assert.deepEqual(summarise(plan), ['user u1 update seen']);
    const [change] = plan.changes;
    assert.ok(change?.type === 'user');
    assert.equal(change.before?.facts.displayName, 'Anna Berg');
    assert.equal(change.after?.facts.displayName, 'Anna Berg-Lund');
    assert.equal(change.base?.revision, 1);
  });

  it('asks for the state of exactly those that change', () => {
    const directory = syncAll(STAFF);
    const planner = createPlanner(readWorld({ ...STAFF, users: { u1: {} } }));
    for (const { entry } of directory.groups.values()) planner.storedGroup(entry);
    for (const { entry } of directory.users.values()) planner.storedUser(entry);
    assert.deepEqual(planner.needsState(), { users: oids('u2'), groups: [] });
  });

  it('leaves out the change of an object that vanished from the store meanwhile', () => {
    const directory = syncAll(STAFF);
    const planner = createPlanner(readWorld({ ...STAFF, users: { u1: {} } }));
    for (const { entry } of directory.users.values()) planner.storedUser(entry);
    planner.userState(oid('u9'), directory.users.get(oid('u1'))!.state);
    const plan = planner.finish();
    assert.deepEqual(
      summarise(plan).filter((line) => line.startsWith('user')),
      [],
    );
    assert.equal(plan.counts.users.kept, 1);
  });

  it('refuses to be fed out of order', () => {
    const { entry } = syncAll(STAFF).users.get(oid('u1'))!;
    const planner = createPlanner(readWorld(STAFF));
    planner.needsState();
    assert.throws(() => planner.storedUser(entry), { code: 'unexpected' });
    planner.finish();
    assert.throws(() => planner.finish(), { code: 'unexpected' });
  });

  describe('somebody who left', () => {
    const GONE: World = { ...STAFF, users: { u1: {} }, members: { g1: ['u1'] } };

    it('becomes inactive, deleted in Microsoft 365, with all facts kept', () => {
      const plan = planAfter(STAFF, GONE);
      assert.deepEqual(summarise(plan), ['user u2 inactivate absent']);
      const [change] = plan.changes;
      assert.ok(change?.type === 'user');
      assert.deepEqual(change.after, {
        ...change.before,
        status: 'inactive',
        reasons: [{ kind: 'deleted' }],
      });
    });

    it('is told apart from one whose removal Microsoft 365 announced', () => {
      const plan = planAfter(STAFF, { ...GONE, users: { u1: {}, u2: 'removed' } });
      assert.deepEqual(summarise(plan), ['user u2 inactivate removed']);
    });

    it('is kept when the read was partial or a delta', () => {
      for (const users of [broken(), delta]) {
        const plan = planAfter(STAFF, { ...GONE, coverage: { users } });
        assert.deepEqual(summarise(plan), []);
        assert.equal(plan.counts.users.kept, 1);
      }
    });

    it('is kept when what was read of them cannot be understood', () => {
      const plan = planAfter(STAFF, { ...STAFF, users: { u1: {}, u2: 'malformed' } });
      assert.deepEqual(summarise(plan), []);
      assert.deepEqual(plan.counts.users, {
        ...noCounts,
        unchanged: 1,
        kept: 1,
        skipped: [{ reason: 'malformed', count: 1, examples: oids('u2') }],
      });
    });

    it('comes back within the grace period as the same person, memberships included', () => {
      const left = syncAll(STAFF, GONE);
      const idBefore = left.users.get(oid('u2'))?.entry.id;
      const input = readWorld({ ...STAFF, now: daysLater(29) });
      const plan = planFor(left, input);
      assert.deepEqual(summarise(plan), ['user u2 reactivate seen']);
      const back = apply(left, plan, input.now);
      assert.equal(back.users.get(oid('u2'))?.entry.id, idBefore);
      assert.equal(back.users.get(oid('u2'))?.entry.leftAt, null);
      assert.ok(back.memberships.get(oid('g1'))?.has(oid('u2')));
    });

    it('is purged with their memberships when the grace period is over', () => {
      assert.deepEqual(summarise(planAfter(STAFF, GONE, { ...GONE, now: daysLater(29) })), []);
      const plan = planAfter(STAFF, GONE, { ...GONE, now: daysLater(30) });
      assert.deepEqual(summarise(plan), ['user u2 purge absent', 'memberships g1 -u2']);
      assert.equal(plan.counts.users.purged, 1);
      assert.equal(plan.counts.memberships.purged, 1);
      assert.equal(plan.counts.memberships.inactivated, 0);
      const [change] = plan.changes;
      assert.ok(change?.type === 'user' && change.before !== null);
      assert.equal(change.after, null);
    });

    it('after a long time of being disabled has the whole grace period', () => {
      const disabled: World = { ...STAFF, users: { u1: {}, u2: { accountEnabled: false } } };
      const marked = planAfter(STAFF, disabled, { ...GONE, now: daysLater(400) });
      assert.deepEqual(summarise(marked), ['user u2 update absent']);
      const [change] = marked.changes;
      assert.ok(change?.type === 'user');
      assert.deepEqual(change.after?.reasons, [{ kind: 'disabled' }, { kind: 'deleted' }]);
      const path: World[] = [STAFF, disabled, { ...GONE, now: daysLater(400) }];
      assert.deepEqual(summarise(planAfter(...path, { ...GONE, now: daysLater(429) })), []);
      assert.deepEqual(summarise(planAfter(...path, { ...GONE, now: daysLater(430) })), [
        'user u2 purge absent',
        'memberships g1 -u2',
      ]);
    });

    it('and is seen again out of scope is no longer deleted', () => {
      const back = planAfter(STAFF, GONE, { ...STAFF, users: { u1: {}, u2: { accountEnabled: false } } });
      assert.deepEqual(summarise(back), ['user u2 update seen']);
      const [change] = back.changes;
      assert.ok(change?.type === 'user');
      assert.deepEqual(change.after?.reasons, [{ kind: 'disabled' }]);
    });

    it('is marked once even when the mark is there without its date', () => {
      const left = syncAll(STAFF, GONE);
      const kept = left.users.get(oid('u2'))!;
      const users = new Map(left.users).set(oid('u2'), { ...kept, entry: { ...kept.entry, leftAt: null } });
      const plan = planFor({ ...left, users }, readWorld(GONE));
      const [change] = plan.changes;
      assert.ok(change?.type === 'user');
      assert.deepEqual(change.after?.reasons, [{ kind: 'deleted' }]);
    });
  });

  describe('groups', () => {
    it('that leave scope become inactive, with the reason', () => {
      const plan = planAfter(STAFF, { ...STAFF, groups: { g1: { mail: null } } });
      assert.deepEqual(summarise(plan), ['group g1 inactivate seen']);
      const [change] = plan.changes;
      assert.ok(change?.type === 'group');
      assert.deepEqual(change.after?.reasons, [{ kind: 'noMail' }]);
    });

    it('are left out by prefix, and said so', () => {
      const prefixes = { groups: { enabled: true, withoutMail: true, prefixes: ['Team'] } };
      const plan = planAfter({ groups: { g1: {}, g2: { mail: null } }, policy: prefixes });
      assert.deepEqual(plan.counts.groups.skipped, [
        { reason: 'groupPrefix', count: 2, examples: oids('g1', 'g2') },
      ]);
    });

    it('are purged with all their memberships', () => {
      const none: World = { users: STAFF.users ?? {} };
      const plan = planAfter(STAFF, none, { ...none, now: daysLater(30) });
      assert.deepEqual(summarise(plan), ['group g1 purge absent', 'memberships g1 -u1 -u2']);
      assert.equal(plan.counts.memberships.purged, 2);
    });
  });

  describe('switched off', () => {
    it('users are not told, whatever is read', () => {
      const users = { enabled: false, guests: false };
      const plan = planAfter(STAFF, {
        users: { u1: 'removed', u3: {} },
        groups: { g1: {} },
        members: { g1: ['u1'] },
        policy: { users },
      });
      assert.deepEqual(
        summarise(plan).filter((line) => line.startsWith('user')),
        [],
      );
      assert.equal(plan.counts.users.kept, 2);
      assert.equal(plan.coverage.users.kind, 'partial');
    });

    it('groups and memberships are not told, whatever is read', () => {
      const groups = { enabled: false, withoutMail: false, prefixes: [] };
      const plan = planAfter(STAFF, { users: { u1: {}, u2: {} }, groups: {}, policy: { groups } });
      assert.deepEqual(summarise(plan), []);
      assert.equal(plan.counts.groups.kept, 1);
      assert.equal(plan.counts.memberships.kept, 2);
    });
  });

  describe('what scope rests on', () => {
    it('unread domains make nobody active or inactive, and stop nobody from being disabled', () => {
      const world: World = {
        users: { u1: { mail: 'a@elsewhere.org' }, u2: { accountEnabled: false }, u3: {} },
        coverage: { domains: broken(0) },
        domains: [],
      };
      const plan = planAfter({ users: { u1: {}, u2: {} } }, world);
      assert.deepEqual(summarise(plan), ['user u2 inactivate seen']);
      assert.equal(plan.counts.users.kept, 1);
      assert.deepEqual(plan.counts.users.skipped, [{ reason: 'undecided', count: 1, examples: oids('u3') }]);
    });

    it('what could not be read takes no stored reason away, and a good read afterwards changes nothing', () => {
      const out = { accountEnabled: false, mail: 'a@elsewhere.org' };
      const world: World = {
        users: { u1: out, u2: {} },
        groups: { g1: {}, g2: {} },
        members: { g1: ['u1'], g2: ['u2'] },
        policy: { deniedGroups: oids('g1'), allowedGroups: oids('g2') },
      };
      const unread: World = {
        ...world,
        members: { g1: [], g2: ['u2'] },
        cut: ['g1', 'g2'],
        ...{ coverage: { domains: broken(0) }, domains: [] },
      };
      assert.deepEqual(summarise(planAfter(world, unread)), []);
      assert.equal(planAfter(world, unread).counts.users.unchanged, 1);
      assert.deepEqual(summarise(planAfter(world, unread, world)), []);
      const renamed: World = { ...unread, users: { u1: { ...out, displayName: 'Anna Lind' }, u2: {} } };
      const [change] = planAfter(world, renamed).changes;
      assert.ok(change?.type === 'user' && change.action === 'update');
      assert.equal(change.after?.facts.displayName, 'Anna Lind');
      assert.equal(change.after.reasons.length, 4);
      assert.deepEqual(change.after.reasons, change.before?.reasons);
    });

    it('a list of domains that may lack some makes nobody inactive', () => {
      const subdomains = { enabled: true, includeAll: false, chosen: ['sub.example.com'] };
      const world: World = { users: { u1: { mail: 'a@sub.example.com' } }, policy: { subdomains } };
      const cut = { domains: DOMAINS.slice(0, 1), coverage: { domains: broken(1) } };
      assert.deepEqual(summarise(planAfter(world, { ...world, ...cut })), []);
      assert.deepEqual(summarise(planAfter(world, { ...world, domains: cut.domains })), [
        'user u1 inactivate seen',
      ]);
    });

    it('an allowed group that could not be read makes nobody inactive', () => {
      const policy = { allowedGroups: oids('g1') };
      const directory: World = { ...STAFF, policy };
      assert.deepEqual(summarise(planAfter(directory, { ...directory, members: {} })), []);
      const cut = planAfter(directory, { ...directory, members: { g1: ['u1'] }, cut: ['g1'] });
      assert.deepEqual(summarise(cut), []);
    });

    it('a denied group that could not be read makes nobody active', () => {
      const policy = { deniedGroups: oids('g1') };
      const directory: World = { ...STAFF, policy };
      assert.deepEqual(summarise(planAfter(directory, { ...directory, members: {} })), []);
    });

    it('a listed group that is gone has no members, and is not missing', () => {
      const policy = { deniedGroups: oids('g1', 'g2') };
      const directory: World = { ...STAFF, policy };
      const worlds: World[] = [
        { ...directory, groups: {}, members: {} },
        { ...directory, groups: { g1: 'removed' }, members: { g1: [] }, cut: ['g1'] },
      ];
      for (const world of worlds) {
        const plan = planAfter(directory, world);
        const active = summarise(plan).filter((line) => line.includes('reactivate'));
        assert.equal(active.length, 2);
        assert.deepEqual(plan.coverage.members.notRead, []);
      }
    });

    it('names the groups that were not read, in order of id', () => {
      const plan = planAfter({
        groups: { g1: {}, g2: {}, g3: {} },
        members: { g3: [], g2: [] },
        cut: ['g3'],
      });
      assert.deepEqual(
        plan.coverage.members.notRead.map(({ objectId, coverage }) => [objectId, coverage.kind]),
        [
          ['g1', 'partial'],
          ['g3', 'partial'],
        ],
      );
      assert.deepEqual(plan.counts.memberships.skipped, [
        { reason: 'membersNotRead', count: 2, examples: oids('g1', 'g3') },
      ]);
      assert.equal(plan.coverage.members.groupsRead, 1);
    });

    it('lists a group that only a list asks for as not read, but not as skipped', () => {
      const plan = planAfter({ groups: { g1: { mail: null } }, policy: { deniedGroups: oids('g1') } });
      assert.equal(plan.coverage.members.notRead.length, 1);
      assert.deepEqual(plan.counts.memberships.skipped, []);
    });
  });

  it('has the same digest for other ids and revisions of ours, and another for other changes', () => {
    const left: World = { ...STAFF, users: { u1: {} } };
    const directory = syncAll(STAFF);
    const users = new Map(
      [...directory.users].map(([id, kept]) => [
        id,
        { ...kept, entry: { ...kept.entry, id: parseEntryId(`other ${id}`), revision: 99 } },
      ]),
    );
    const digest = planFor(directory, readWorld(left)).digest;
    assert.equal(planFor({ ...directory, users }, readWorld(left)).digest, digest);
    assert.notEqual(planFor(directory, readWorld({ ...left, users: {} })).digest, digest);
    assert.notEqual(planFor(EMPTY, readWorld(left)).digest, digest);
  });
});

describe('groupsToRead', () => {
  const read = (group: string, ...names: string[]) => [oid(group), membersRead(group, names)] as const;
  const input = readWorld({ groups: { g2: {}, g1: {}, g3: { mail: null }, g4: 'malformed', g5: 'removed' } });

  it('wants the groups in scope', () => {
    assert.deepEqual(groupsToRead(input.groups, policyWith(), new Map()), oids('g1', 'g2'));
  });

  it('wants the lists too, known or not, and follows nested groups until nothing is left', () => {
    const policy = policyWith({ allowedGroups: oids('g8'), deniedGroups: oids('g3', 'g1') });
    const first = groupsToRead(input.groups, policy, new Map());
    assert.deepEqual(first, oids('g1', 'g2', 'g3', 'g8'));
    const members = new Map([read('g1'), read('g2', 'g7'), read('g3', 'g6', 'u1'), read('g8')]);
    assert.deepEqual(groupsToRead(input.groups, policy, members), oids('g6'));
    members.set(...read('g6', 'g3', 'g6'));
    assert.deepEqual(groupsToRead(input.groups, policy, members), []);
  });

  it('does not follow nested groups when they do not count', () => {
    const policy = policyWith({ deniedGroups: oids('g3'), nestedMembership: false });
    const members = new Map([read('g1'), read('g2'), read('g3', 'g6')]);
    assert.deepEqual(groupsToRead(input.groups, policy, members), []);
  });

  it('wants only lists without group sync, only groups without user sync', () => {
    const lists = { deniedGroups: oids('g3') };
    const groups = { enabled: false, withoutMail: false, prefixes: [] };
    const users = { enabled: false, guests: false };
    assert.deepEqual(groupsToRead(input.groups, policyWith({ ...lists, groups }), new Map()), oids('g3'));
    assert.deepEqual(
      groupsToRead(input.groups, policyWith({ ...lists, users }), new Map()),
      oids('g1', 'g2'),
    );
    assert.deepEqual(groupsToRead(input.groups, policyWith({ ...lists, users, groups }), new Map()), []);
  });
});

it('plans 50,000 users in a few seconds', function () {
  const users = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`u${i}`, {}]));
  const input = readWorld({ users, coverage: { users: complete(50_000) }, now: NOW });
  const before = process.cpuUsage();
  const plan = planFor(EMPTY, input);
  assert.equal(plan.changes.length, 50_000);
  assert.ok(process.cpuUsage(before).user < 5_000_000, 'takes more than five seconds of processor time');
});
