// The table of a result: what happened to users, groups and memberships, in numbers.
import type { Counts, Outcome, RunReport } from '../../services/index.ts';
import type { CardData } from '../../cards/index.ts';
import type { Format } from './format.ts';

type Table = CardData<'sync'>['table'];

interface Row {
  readonly label: string;
  readonly of: (counts: Counts) => number;
  /** Left out when nothing of the kind happened. */
  readonly rare: boolean;
}

const skipped = (counts: Counts) => counts.skipped.reduce((sum, row) => sum + row.count, 0);

const ROWS: readonly Row[] = [
  { label: 'Added', of: (counts) => counts.added, rare: false },
  { label: 'of these inactive', of: (counts) => counts.addedInactive, rare: true },
  { label: 'Updated', of: (counts) => counts.updated, rare: false },
  { label: 'Active again', of: (counts) => counts.reactivated, rare: true },
  { label: 'Made inactive', of: (counts) => counts.inactivated, rare: false },
  { label: 'Removed for good', of: (counts) => counts.purged, rare: true },
  { label: 'Unchanged', of: (counts) => counts.unchanged, rare: false },
  { label: 'Kept as before', of: (counts) => counts.kept, rare: true },
  { label: 'Left, kept for now', of: (counts) => counts.dormant, rare: true },
  { label: 'Skipped', of: skipped, rare: false },
];

/** None when the run ended before there was anything to count. */
export function countsTable({ counts }: RunReport, outcome: Outcome | 'running', format: Format): Table {
  const all = [counts.users, counts.groups, counts.memberships];
  const something = ROWS.some((row) => all.some((one) => row.of(one) > 0));
  if (!something) return [];
  const rows = ROWS.filter((row) => !row.rare || all.some((one) => row.of(one) > 0)).map((row) => ({
    label: row.label,
    users: format.number(row.of(counts.users)),
    groups: format.number(row.of(counts.groups)),
    memberships: format.number(row.of(counts.memberships)),
  }));
  const meant = outcome === 'held' || outcome === 'refused';
  const columns = {
    label: meant ? 'Would be' : 'Result',
    users: 'Users',
    groups: 'Groups',
    memberships: 'Memberships',
  };
  return [{ columns, rows }];
}
