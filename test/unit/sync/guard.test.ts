// The verdict: what is refused, what is held, where exactly each limit lies, and what an approval lifts.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Change, Plan } from '../../../services/directory/change.ts';
import { DEFAULT_POLICY, type GuardLimit, type GuardPolicy } from '../../../services/directory/policy.ts';
import { decideVerdict } from '../../../services/sync/guard.ts';
import {
  broken,
  complete,
  EMPTY,
  groupFacts,
  memberRef,
  oid,
  oids,
  planFor,
  readWorld,
  syncAll,
  userFacts,
  type World,
} from './worlds.ts';

const NEVER: GuardLimit = { count: Infinity, share: 1, atLeast: Infinity };
const OPEN: GuardPolicy = {
  usersInactive: NEVER,
  groupsInactive: NEVER,
  membershipsRemoved: NEVER,
  groupMembersRemoved: NEVER,
};
const names = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}${i}`);
const all = (prefix: string, count: number) =>
  Object.fromEntries(names(prefix, count).map((name) => [name, {}]));

/** A plan as if so many of so many active ones became inactive. */
function planOf(change: Partial<Plan> = {}): Plan {
  const whole = { users: complete(9), groups: complete(9) };
  return { ...planFor(EMPTY, readWorld({ coverage: whole })), ...change };
}
const stored = (users: number, groups = 0, memberships = 0): Plan['stored'] => ({
  users: { active: users, inactive: 3 },
  groups: { active: groups, inactive: 2 },
  memberships,
});
const inactivateUser = (name: string, cause: 'seen' | 'absent' = 'seen'): Change => ({
  type: 'user',
  objectId: oid(name),
  action: 'inactivate',
  cause,
  base: null,
  before: { status: 'active', reasons: [], facts: userFacts() },
  after: { status: 'inactive', reasons: [{ kind: 'disabled' }], facts: userFacts() },
});
const inactivateGroup = (name: string, cause: 'seen' | 'absent' = 'seen'): Change => ({
  type: 'group',
  objectId: oid(name),
  action: 'inactivate',
  cause,
  base: null,
  before: { status: 'active', reasons: [], facts: groupFacts() },
  after: { status: 'inactive', reasons: [{ kind: 'noMail' }], facts: groupFacts() },
});
const purgeUser = (name: string): Change => ({
  type: 'user',
  objectId: oid(name),
  action: 'purge',
  cause: 'removed',
  base: null,
  before: { status: 'inactive', reasons: [{ kind: 'deleted' }], facts: userFacts() },
  after: null,
});
const lose = (group: string, ...members: string[]): Change => ({
  type: 'memberships',
  objectId: oid(group),
  added: [],
  removed: members.map(memberRef),
});

describe('decideVerdict', () => {
  it('allows a plan that does nothing, on an empty directory too: none of none is not too many', () => {
    const strict: GuardLimit = { count: 0, share: 0, atLeast: 0 };
    const limits = {
      usersInactive: strict,
      groupsInactive: strict,
      membershipsRemoved: strict,
      groupMembersRemoved: strict,
    };
    assert.deepEqual(decideVerdict(planOf(), limits, null), { kind: 'allow' });
  });

  describe('refuses', () => {
    it('a complete read that shows nobody while people are stored as active', () => {
      const directory = syncAll({ users: all('u', 7) });
      const plan = planFor(directory, readWorld({ users: {} }));
      const verdict = decideVerdict(plan, OPEN, plan.digest);
      assert.deepEqual(verdict, {
        kind: 'refuse',
        reasons: [
          {
            rule: 'emptySource',
            count: 7,
            of: 7,
            limit: 0,
            groupId: null,
            examples: oids('u0', 'u1', 'u2', 'u3', 'u4'),
          },
        ],
      });
    });

    it('the same for groups', () => {
      const directory = syncAll({ groups: { g1: {} }, members: { g1: [] } });
      const verdict = decideVerdict(planFor(directory, readWorld({})), OPEN, null);
      assert.ok(verdict.kind === 'refuse');
      assert.deepEqual(
        verdict.reasons.map(({ rule, examples }) => [rule, examples]),
        [['emptySource', oids('g1')]],
      );
    });

    it('nothing when nobody was active before, or the empty read is not even complete', () => {
      const disabled: World = { users: { u1: { accountEnabled: false } } };
      assert.equal(decideVerdict(planFor(syncAll(disabled), readWorld({})), OPEN, null).kind, 'allow');
      const cut = readWorld({ coverage: { users: broken(0) } });
      assert.equal(decideVerdict(planFor(syncAll({ users: { u1: {} } }), cut), OPEN, null).kind, 'allow');
    });

    it('absences without complete coverage, should a plan ever hold any', () => {
      const coverage: Plan['coverage'] = {
        users: broken(),
        groups: { kind: 'delta' },
        domains: complete(),
        members: { groupsRead: 0, notRead: [{ objectId: oid('g7'), coverage: broken() }] },
      };
      const changes = [
        inactivateUser('u1', 'absent'),
        inactivateUser('u2'),
        inactivateGroup('g1', 'absent'),
        lose('g7', 'u1', 'u2'),
        lose('g8', 'u1'),
      ];
      const membersBefore = { g7: 9, g8: 1 };
      const plan = planOf({ coverage, changes, membersBefore, stored: stored(10, 5, 20) });
      const base = { rule: 'absenceWithoutCoverage', limit: 0 };
      assert.deepEqual(decideVerdict(plan, OPEN, plan.digest), {
        kind: 'refuse',
        reasons: [
          { ...base, count: 1, of: 13, groupId: null, examples: oids('u1') },
          { ...base, count: 1, of: 7, groupId: null, examples: oids('g1') },
          { ...base, count: 2, of: 9, groupId: oid('g7'), examples: oids('u1', 'u2') },
        ],
      });
    });
  });

  describe('holds', () => {
    const verdictOn = (count: number, of: number, limit: GuardLimit) => {
      const changes = names('u', count).map((name) => inactivateUser(name));
      const plan = planOf({ changes, stored: stored(of) });
      return decideVerdict(plan, { ...OPEN, usersInactive: limit }, null);
    };
    const LIMIT: GuardLimit = { count: 50, share: 0.1, atLeast: 10 };
    const CASES: readonly [count: number, of: number, kind: 'allow' | 'hold', limit: number, why: string][] =
      [
        [10, 20, 'allow', 10, 'half of all, but not more than the least number'],
        [11, 20, 'hold', 10, 'more than the least number and the share'],
        [20, 200, 'allow', 20, 'exactly the share'],
        [21, 200, 'hold', 20, 'more than the share'],
        [21, 209, 'hold', 20, 'a share that is not a whole number'],
        [50, 9_000, 'allow', 50, 'exactly the count'],
        [51, 9_000, 'hold', 50, 'more than the count, although a small share'],
      ];
    for (const [count, of, kind, limit, why] of CASES) {
      it(`${kind === 'hold' ? 'holds' : 'lets pass'} ${count} of ${of}: ${why}`, () => {
        const verdict = verdictOn(count, of, LIMIT);
        assert.equal(verdict.kind, kind);
        if (verdict.kind !== 'hold') return;
        assert.deepEqual(verdict.reasons, [
          {
            rule: 'usersInactive',
            count,
            of,
            limit,
            groupId: null,
            examples: oids('u0', 'u1', 'u2', 'u3', 'u4'),
          },
        ]);
      });
    }

    it('for groups, for all memberships and for each group, every reason with its numbers', () => {
      const changes = [
        inactivateGroup('g1'),
        inactivateGroup('g2'),
        lose('g3', 'u1'),
        lose('g4', 'u1', 'u2', 'u3'),
        lose('g5', 'u1', 'u2'),
      ];
      const tight: GuardLimit = { count: 1, share: 1, atLeast: 0 };
      const plan = planOf({ changes, stored: stored(5, 4, 30), membersBefore: { g3: 9, g4: 8, g5: 7 } });
      const limits = {
        usersInactive: tight,
        groupsInactive: tight,
        membershipsRemoved: tight,
        groupMembersRemoved: tight,
      };
      assert.deepEqual(decideVerdict(plan, limits, null), {
        kind: 'hold',
        reasons: [
          { rule: 'groupsInactive', count: 2, of: 4, limit: 1, groupId: null, examples: oids('g1', 'g2') },
          {
            rule: 'membershipsRemoved',
            count: 6,
            of: 30,
            limit: 1,
            groupId: null,
            examples: oids('g4', 'g5', 'g3'),
          },
          {
            rule: 'groupMembersRemoved',
            count: 3,
            of: 8,
            limit: 1,
            groupId: oid('g4'),
            examples: oids('u1', 'u2', 'u3'),
          },
          {
            rule: 'groupMembersRemoved',
            count: 2,
            of: 7,
            limit: 1,
            groupId: oid('g5'),
            examples: oids('u1', 'u2'),
          },
        ],
      });
    });

    it('names at most fifty groups', () => {
      const changes = names('g', 60).map((name) => lose(name, 'u1'));
      const tight: GuardLimit = { count: 0, share: 0, atLeast: 0 };
      const verdict = decideVerdict(planOf({ changes }), { ...OPEN, groupMembersRemoved: tight }, null);
      assert.ok(verdict.kind === 'hold');
      assert.equal(verdict.reasons.length, 50);
    });

    it('not for purges and the memberships that go with them: they were judged when they began', () => {
      const changes = [purgeUser('u1'), purgeUser('u2'), lose('g1', 'u1', 'u2')];
      const tight: GuardLimit = { count: 0, share: 0, atLeast: 0 };
      const limits = {
        usersInactive: tight,
        groupsInactive: tight,
        membershipsRemoved: tight,
        groupMembersRemoved: tight,
      };
      assert.deepEqual(decideVerdict(planOf({ changes }), limits, null), { kind: 'allow' });
      const more = [...changes, lose('g2', 'u1', 'u3')];
      const verdict = decideVerdict(planOf({ changes: more }), limits, null);
      assert.ok(verdict.kind === 'hold');
      assert.deepEqual(
        verdict.reasons.map(({ rule, count, examples }) => [rule, count, examples]),
        [
          ['membershipsRemoved', 1, oids('g2')],
          ['groupMembersRemoved', 1, oids('u3')],
        ],
      );
    });

    it('until exactly this plan is approved', () => {
      const changes = names('u', 60).map((name) => inactivateUser(name));
      const plan = planOf({ changes, stored: stored(60), digest: 'abc' });
      assert.equal(decideVerdict(plan, DEFAULT_POLICY.guard, null).kind, 'hold');
      assert.equal(decideVerdict(plan, DEFAULT_POLICY.guard, 'abd').kind, 'hold');
      assert.equal(decideVerdict(plan, DEFAULT_POLICY.guard, 'abc').kind, 'allow');
    });
  });

  it('never turns hold into allow by a tighter limit', () => {
    const limit = fc.record({
      count: fc.nat(12),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      atLeast: fc.nat(12),
    });
    const both = fc.tuple(limit, limit).map(([a, b]) => ({
      loose: {
        count: Math.max(a.count, b.count),
        share: Math.max(a.share, b.share),
        atLeast: Math.max(a.atLeast, b.atLeast),
      },
      tight: {
        count: Math.min(a.count, b.count),
        share: Math.min(a.share, b.share),
        atLeast: Math.min(a.atLeast, b.atLeast),
      },
    }));
    const four = fc.record({
      usersInactive: both,
      groupsInactive: both,
      membershipsRemoved: both,
      groupMembersRemoved: both,
    });
    const plan = fc
      .record({ users: fc.nat(12), groups: fc.nat(12), members: fc.nat(12), extra: fc.nat(12) })
      .map(({ users, groups, members, extra }) =>
        planOf({
          changes: [
            ...names('u', users).map((name) => inactivateUser(name)),
            ...names('g', groups).map((name) => inactivateGroup(name)),
            lose('g1', ...names('u', members)),
          ],
          stored: stored(users + extra, groups + extra, members + extra),
          membersBefore: { g1: members + extra },
        }),
      );
    const choose = (
      limits: Record<keyof GuardPolicy, { loose: GuardLimit; tight: GuardLimit }>,
      which: 'loose' | 'tight',
    ) => ({
      usersInactive: limits.usersInactive[which],
      groupsInactive: limits.groupsInactive[which],
      membershipsRemoved: limits.membershipsRemoved[which],
      groupMembersRemoved: limits.groupMembersRemoved[which],
    });
    fc.assert(
      fc.property(plan, four, (made, limits) => {
        if (decideVerdict(made, choose(limits, 'loose'), null).kind === 'allow') return;
        assert.notEqual(decideVerdict(made, choose(limits, 'tight'), null).kind, 'allow');
      }),
    );
  });
});
