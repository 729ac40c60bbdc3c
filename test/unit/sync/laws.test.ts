// Laws that hold in every world: random users, groups, edges, policies, coverages and histories.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Change, Counts, Plan } from '../../../services/directory/change.ts';
import type { ObjectId } from '../../../services/directory/ids.ts';
import type { Reason } from '../../../services/directory/reason.ts';
import type { MembersRead } from '../../../services/directory/source.ts';
import type { PlanInput } from '../../../services/sync/plan.ts';
import { decideVerdict } from '../../../services/sync/guard.ts';
import { objectsToConfirm, withoutChanges } from '../../../services/sync/report.ts';
import {
  apply,
  broken,
  complete,
  daysLater,
  DOMAINS,
  EMPTY,
  oids,
  planFor,
  policyWith,
  readWorld,
  type Directory,
  type World,
} from './worlds.ts';

const USERS = ['u0', 'u1', 'u2', 'u3', 'u4', 'u5'];
const GROUPS = ['g0', 'g1', 'g2', 'g3'];

const some = <T>(keys: readonly string[], value: fc.Arbitrary<T>) =>
  fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: keys.length });

const user = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      accountEnabled: fc.boolean(),
      displayName: fc.constantFrom('Anna', 'Bo', null),
      mail: fc.constantFrom('a@example.com', 'a@sub.example.com', 'a@elsewhere.org', null),
      userType: fc.constantFrom('Member' as const, 'Member' as const, 'Guest' as const),
    }),
  },
  { weight: 1, arbitrary: fc.constant('malformed' as const) },
  { weight: 1, arbitrary: fc.constant('removed' as const) },
);
const group = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      displayName: fc.constantFrom('Team A', 'team b', 'Staff'),
      mail: fc.constantFrom('g@example.com', null),
    }),
  },
  { weight: 1, arbitrary: fc.constant('malformed' as const) },
  { weight: 1, arbitrary: fc.constant('removed' as const) },
);
const coverage = fc.constantFrom(complete(9), complete(9), complete(9), broken(3), {
  kind: 'delta' as const,
});
const list = fc.subarray(oids(...GROUPS), { maxLength: 2 });
const policy = fc.record({
  users: fc.record({ enabled: fc.constantFrom(true, true, true, false), guests: fc.boolean() }),
  groups: fc.record({
    enabled: fc.constantFrom(true, true, true, false),
    withoutMail: fc.boolean(),
    prefixes: fc.constantFrom([], ['TEAM']),
  }),
  allowedGroups: list,
  deniedGroups: list,
  nestedMembership: fc.boolean(),
  subdomains: fc.record({
    enabled: fc.boolean(),
    includeAll: fc.boolean(),
    chosen: fc.constantFrom([], ['sub.example.com']),
  }),
});
const world: fc.Arbitrary<World> = fc.record({
  users: some(USERS, user),
  groups: some(GROUPS, group),
  members: some(GROUPS, fc.uniqueArray(fc.constantFrom(...USERS, ...GROUPS, 'u9', 'd0'))),
  cut: fc.subarray(GROUPS, { maxLength: 2 }),
  coverage: fc.record({ users: coverage, groups: coverage, domains: coverage }),
  policy,
});
/** A history with a last read; days pass between reads. */
const history = fc.array(fc.tuple(world, fc.nat(40)), { minLength: 1, maxLength: 5 });

interface Moment {
  readonly directory: Directory;
  readonly input: PlanInput;
  readonly plan: Plan;
}

/** The directory after all but the last read were applied, and the plan for the last. */
function live(worlds: readonly (readonly [World, number])[]): Moment {
  let directory = EMPTY;
  let day = 0;
  let moment: Moment | null = null;
  for (const [read, days] of worlds) {
    if (moment) directory = apply(directory, moment.plan, moment.input.now);
    day += days;
    const input = readWorld({ ...read, now: daysLater(day) });
    moment = { directory, input, plan: planFor(directory, input) };
  }
  return moment!;
}

const check = (law: (moment: Moment) => void, runs = 100) =>
  fc.assert(
    fc.property(history, (worlds) => law(live(worlds))),
    { numRuns: runs },
  );
const entriesOf = (plan: Plan) =>
  plan.changes.filter(
    (change): change is Exclude<Change, { type: 'memberships' }> => change.type !== 'memberships',
  );
const purgedIn = (plan: Plan) =>
  new Set(
    entriesOf(plan)
      .filter(({ action }) => action === 'purge')
      .map(({ objectId }) => objectId),
  );
const isWhole = (seen: MembersRead['observation'] | undefined) =>
  seen !== undefined && seen.rows === seen.counted;
const evidenceOf = ({ input }: Moment, change: Change) =>
  change.type === 'user' ? input.users.get(change.objectId) : input.groups.get(change.objectId);

describe('laws', () => {
  it('plan, apply, plan again gives nothing', () => {
    check(({ directory, input, plan }) => {
      const again = planFor(apply(directory, plan, input.now), input);
      assert.deepEqual(again.changes, []);
    });
  });

  it('a partial or delta read never removes by absence', () => {
    check(({ input, plan }) => {
      for (const { type, cause } of entriesOf(plan)) {
        const { kind } = type === 'user' ? input.coverage.users : input.coverage.groups;
        if (kind !== 'complete') assert.notEqual(cause, 'absent');
      }
      const purged = purgedIn(plan);
      for (const change of plan.changes) {
        if (change.type !== 'memberships' || purged.has(change.objectId)) continue;
        const read = input.members.get(change.objectId)?.observation;
        if (read?.rows === read?.counted && read !== undefined) continue;
        for (const { objectId } of change.removed) assert.ok(purged.has(objectId));
      }
    });
  });

  it('a partial read never removes a reason', () => {
    check(({ input, plan }) => {
      // A group that was told to be gone has no members: that is known, not missing.
      const mayBeIncomplete = (groupId: ObjectId) =>
        input.coverage.groups.kind !== 'complete' &&
        input.groups.get(groupId)?.kind !== 'removed' &&
        !isWhole(input.members.get(groupId)?.observation);
      for (const change of plan.changes) {
        if (change.type !== 'user' || change.before === null || change.after?.status !== 'inactive') continue;
        const { before, after } = change;
        const has = (lost: Reason) =>
          after.reasons.some(
            (reason) =>
              reason.kind === lost.kind &&
              (lost.kind !== 'memberOfDeniedGroup' ||
                ('groupId' in reason && reason.groupId === lost.groupId)),
          );
        for (const reason of before.reasons) {
          if (reason.kind === 'domainNotIncluded' && after.facts.userType === 'Member')
            assert.ok(input.coverage.domains.kind === 'complete' || has(reason));
          if (reason.kind === 'memberOfDeniedGroup' && input.policy.deniedGroups.includes(reason.groupId))
            assert.ok(!mayBeIncomplete(reason.groupId) || has(reason));
          const allowed = input.policy.allowedGroups;
          if (
            reason.kind === 'memberOfNoAllowedGroup' &&
            allowed.length > 0 &&
            allowed.every(mayBeIncomplete)
          )
            assert.ok(has(reason) || allowed.some((groupId) => input.members.has(groupId)));
        }
      }
    }, 500);
  });

  it('the order of pages does not change the plan', () => {
    const seed = fc.integer();
    fc.assert(
      fc.property(history, seed, (worlds, chance) => {
        const { directory, input, plan } = live(worlds);
        const shuffle = <T>(items: Iterable<T>): T[] =>
          [...items]
            .map((item, i) => ({ item, at: Math.sin(chance + i * 7919) }))
            .sort((a, b) => a.at - b.at)
            .map(({ item }) => item);
        const shuffled = {
          ...input,
          users: new Map(shuffle(input.users)),
          groups: new Map(shuffle(input.groups)),
          members: new Map(
            shuffle(input.members).map(([id, read]) => [
              id,
              { ...read, members: shuffle(read.members), others: shuffle(read.others) },
            ]),
          ),
          domains: shuffle(DOMAINS),
          policy: { ...input.policy, allowedGroups: shuffle(input.policy.allowedGroups) },
        };
        const other = {
          users: new Map(shuffle(directory.users)),
          groups: new Map(shuffle(directory.groups)),
          memberships: new Map(
            shuffle(directory.memberships).map(([id, members]) => [id, new Map(shuffle(members))]),
          ),
        };
        assert.deepEqual(planFor(other, shuffled), plan);
      }),
      { numRuns: 100 },
    );
  });

  it('a malformed object is never changed', () => {
    check((moment) => {
      for (const change of entriesOf(moment.plan))
        assert.notEqual(evidenceOf(moment, change)?.kind, 'malformed');
    });
  });

  it('a first run only creates, and is never held', () => {
    fc.assert(
      fc.property(world, (read) => {
        const plan = planFor(EMPTY, readWorld(read));
        for (const change of plan.changes) {
          if (change.type === 'memberships') assert.deepEqual(change.removed, []);
          else assert.equal(change.action, 'create');
        }
        assert.deepEqual(decideVerdict(plan, policyWith().guard, null), { kind: 'allow' });
      }),
    );
  });

  it('every stored object is counted once', () => {
    const storedOnes = (counts: Counts) =>
      counts.updated +
      counts.inactivated +
      counts.reactivated +
      counts.purged +
      counts.unchanged +
      counts.kept +
      counts.dormant;
    check(({ plan }) => {
      const { users, groups, memberships } = plan.stored;
      assert.equal(storedOnes(plan.counts.users), users.active + users.inactive);
      assert.equal(storedOnes(plan.counts.groups), groups.active + groups.inactive);
      assert.equal(storedOnes(plan.counts.memberships), memberships);
    });
  });

  it('the counts are those of the changes', () => {
    check(({ plan }) => {
      for (const [type, counts] of [
        ['user', plan.counts.users],
        ['group', plan.counts.groups],
      ] as const) {
        const times = (action: string) =>
          entriesOf(plan).filter((change) => change.type === type && change.action === action).length;
        assert.deepEqual(
          [counts.added, counts.updated, counts.inactivated, counts.reactivated, counts.purged],
          ['create', 'update', 'inactivate', 'reactivate', 'purge'].map(times),
        );
      }
      const edges = plan.changes.filter((change) => change.type === 'memberships');
      const sum = (of: 'added' | 'removed') => edges.reduce((total, change) => total + change[of].length, 0);
      assert.equal(plan.counts.memberships.added, sum('added'));
      assert.equal(plan.counts.memberships.inactivated + plan.counts.memberships.purged, sum('removed'));
    });
  });

  it('nobody is active for a reason, and nobody inactive without', () => {
    check(({ directory, input, plan }) => {
      const next = apply(directory, plan, input.now);
      for (const { state } of [...next.users.values(), ...next.groups.values()])
        assert.equal(state.status === 'active', state.reasons.length === 0);
    });
  });

  it('what is switched off does not change', () => {
    check(({ input, plan }) => {
      const types = new Set(plan.changes.map(({ type }) => type));
      if (!input.policy.users.enabled) assert.ok(!types.has('user'));
      if (!input.policy.groups.enabled) assert.ok(!types.has('group'));
      if (input.policy.groups.enabled) return;
      const purged = purgedIn(plan);
      for (const change of plan.changes) {
        if (change.type !== 'memberships') continue;
        assert.deepEqual(change.added, []);
        for (const { objectId } of change.removed) assert.ok(purged.has(objectId));
      }
    });
  });

  it('the guard never refuses a plan for absences: the types exclude them', () => {
    check(({ plan }) => {
      const verdict = decideVerdict(plan, policyWith().guard, null);
      if (verdict.kind === 'refuse')
        for (const { rule } of verdict.reasons) assert.equal(rule, 'emptySource');
    });
  });

  it('without a second witness nobody changes by absence, and the rest can still be applied', () => {
    check(({ directory, input, plan }) => {
      const { users, groups } = objectsToConfirm(plan);
      const rest = withoutChanges(plan, new Set([...users, ...groups]));
      assert.ok(entriesOf(rest).every(({ cause }) => cause !== 'absent'));
      apply(directory, rest, input.now);
      const { memberships } = rest.counts;
      assert.equal(
        memberships.inactivated +
          memberships.purged +
          memberships.unchanged +
          memberships.kept +
          memberships.dormant,
        rest.stored.memberships,
      );
    });
  });
});
