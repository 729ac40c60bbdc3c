// What becomes of a plan after the guard: changes that a second witness does not support are taken out, and the end
// of the run gets its name. Pure.
import type { Change, Counts, MembershipChange, Plan } from '../directory/change.ts';
import { isGap } from '../directory/evidence.ts';
import type { ObjectId } from '../directory/ids.ts';
import type { Outcome } from '../directory/run.ts';
import type { Verdict } from '../directory/verdict.ts';
import { digestOf } from './plan-digest.ts';
import { createTally } from './tally.ts';

type EntryChange = Exclude<Change, MembershipChange>;

const isEntry = (change: Change): change is EntryChange => change.type !== 'memberships';

/** Objects that would change because a read no longer shows them (cause `absent`): ask the second witness for these. */
export function objectsToConfirm(plan: Plan): {
  readonly users: readonly ObjectId[];
  readonly groups: readonly ObjectId[];
} {
  const absent = plan.changes.filter(isEntry).filter(({ cause }) => cause === 'absent');
  const idsOf = (type: EntryChange['type']) =>
    absent.filter((change) => change.type === type).map(({ objectId }) => objectId);
  return { users: idsOf('user'), groups: idsOf('group') };
}

/**
 * The plan without the changes of cause `absent` to these objects, whose second witness did not say `gone`: they are
 * counted as kept and listed as skipped (`secondWitnessDisagrees`), and the digest is that of what remains.
 * Memberships that would have been purged with them stay.
 */
export function withoutChanges(plan: Plan, objectIds: ReadonlySet<ObjectId>): Plan {
  const withdrawn = plan.changes
    .filter(isEntry)
    .filter(({ cause, objectId }) => cause === 'absent' && objectIds.has(objectId));
  if (withdrawn.length === 0) return plan;
  const withdrawnIds = new Set(withdrawn.map(({ objectId }) => objectId));
  const stillPurged = new Set<ObjectId>();
  for (const change of plan.changes.filter(isEntry))
    if (change.action === 'purge' && !withdrawnIds.has(change.objectId)) stillPurged.add(change.objectId);
  const unpurged = new Set(
    withdrawn.filter(({ action }) => action === 'purge').map(({ objectId }) => objectId),
  );

  let restored = 0;
  const changes: Change[] = [];
  for (const change of plan.changes) {
    if (isEntry(change)) {
      if (!withdrawnIds.has(change.objectId)) changes.push(change);
      continue;
    }
    const rest = withoutPurged(change, unpurged, stillPurged);
    restored += change.removed.length - rest.removed.length;
    if (rest.added.length + rest.removed.length > 0) changes.push(rest);
  }
  const { users, groups, memberships } = plan.counts;
  return {
    ...plan,
    changes,
    counts: {
      users: keepInstead(
        users,
        withdrawn.filter(({ type }) => type === 'user'),
      ),
      groups: keepInstead(
        groups,
        withdrawn.filter(({ type }) => type === 'group'),
      ),
      memberships: {
        ...memberships,
        purged: memberships.purged - restored,
        kept: memberships.kept + restored,
      },
    },
    digest: digestOf(changes),
  };
}

/** A membership goes with a purge only while its group or its member is still purged. */
function withoutPurged(
  change: MembershipChange,
  unpurged: ReadonlySet<ObjectId>,
  stillPurged: ReadonlySet<ObjectId>,
): MembershipChange {
  if (unpurged.size === 0 || stillPurged.has(change.objectId)) return change;
  const groupStays = unpurged.has(change.objectId);
  const removed = change.removed.filter(({ objectId }) =>
    groupStays ? stillPurged.has(objectId) : !unpurged.has(objectId),
  );
  return { ...change, removed };
}

function keepInstead(counts: Counts, withdrawn: readonly EntryChange[]): Counts {
  const less = (action: EntryChange['action']) =>
    withdrawn.filter((change) => change.action === action).length;
  const tally = createTally();
  for (const { objectId } of withdrawn) tally.skip('secondWitnessDisagrees', objectId);
  return {
    ...counts,
    updated: counts.updated - less('update'),
    inactivated: counts.inactivated - less('inactivate'),
    purged: counts.purged - less('purge'),
    kept: counts.kept + withdrawn.length,
    skipped: [...counts.skipped, ...tally.result().skipped],
  };
}

/** The name of a run's end when no error ended it. `plan` is what remained after the witnesses. */
export function outcomeOf(plan: Plan, verdict: Verdict): Outcome {
  if (verdict.kind === 'refuse') return 'refused';
  if (verdict.kind === 'hold') return 'held';
  if (hasGap(plan)) return 'partial';
  return plan.changes.length > 0 ? 'changed' : 'unchanged';
}

const hasGap = ({ coverage }: Plan): boolean =>
  isGap(coverage.users) ||
  isGap(coverage.groups) ||
  isGap(coverage.domains) ||
  coverage.members.notRead.length > 0;
