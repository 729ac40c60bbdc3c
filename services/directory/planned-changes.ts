// What of a held plan is kept for the people who decide about it: those who would go come first, and a plan that
// changes everything is cut. Pure.
import type { Change } from './change.ts';

/** More than anybody reads; few enough to be written in a moment. */
export const MOST_PLANNED_CHANGES = 10_000;

/** In the order in which they matter: who becomes inactive, who is removed, who leaves a group, then the rest. */
export const choosePlannedChanges = (changes: readonly Change[]): readonly Change[] =>
  changes.toSorted((a, b) => rank(a) - rank(b)).slice(0, MOST_PLANNED_CHANGES);

function rank(change: Change): number {
  if (change.type === 'memberships') return change.removed.length > 0 ? 2 : 3;
  if (change.action === 'inactivate') return 0;
  return change.action === 'purge' ? 1 : 3;
}
