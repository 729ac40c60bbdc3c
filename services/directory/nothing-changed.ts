// The counts of a run that did nothing. Value only.
import type { Counts, PlanCounts } from './change.ts';

const NOTHING: Counts = {
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

export const NOTHING_CHANGED: PlanCounts = { users: NOTHING, groups: NOTHING, memberships: NOTHING };
