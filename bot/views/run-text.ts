// What runs are called and counted as, shared by the cards that show them.
import type { Outcome, PlanCounts, Run } from '../../services/index.ts';

interface OutcomeText {
  /** For a table, one or two words. */
  readonly short: string;
  readonly color: 'default' | 'good' | 'warning' | 'attention' | 'accent';
}

export const OUTCOME_TEXT: Readonly<Record<Outcome | 'running', OutcomeText>> = {
  running: { short: 'Running', color: 'accent' },
  changed: { short: 'Complete', color: 'good' },
  unchanged: { short: 'No changes', color: 'default' },
  partial: { short: 'With gaps', color: 'warning' },
  held: { short: 'Waiting', color: 'warning' },
  refused: { short: 'Stopped', color: 'attention' },
  failed: { short: 'Failed', color: 'attention' },
  interrupted: { short: 'Interrupted', color: 'warning' },
};

/** An ended run without a report did not come to write one. */
export const outcomeOf = (run: Run): Outcome | 'running' =>
  run.status === 'running' ? 'running' : (run.report?.outcome ?? 'interrupted');

/** How many changes of any kind a plan makes. */
export function totalChanges(counts: PlanCounts): number {
  return [counts.users, counts.groups, counts.memberships].reduce(
    (sum, row) => sum + row.added + row.updated + row.inactivated + row.reactivated + row.purged,
    0,
  );
}
