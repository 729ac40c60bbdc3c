// What the status card shows.
import { z } from 'zod';
import { actions, color, fallbackText, line, open, wording } from '../parts.ts';

export const STATUS_VERBS = ['sync.start', 'run.refresh', 'users.show', 'groups.show'] as const;

const totalsRow = z.object({ label: wording, active: wording, inactive: wording });

export const statusData = z.strictObject({
  fallbackText,
  title: wording,
  lines: z.array(line),
  totals: z.object({ columns: totalsRow, rows: z.array(totalsRow) }),
  table: z
    .array(
      z.object({
        title: wording,
        columns: z.object({ when: wording, result: wording, changes: wording }),
        rows: z.array(
          z.object({ when: wording, result: wording, color, changes: wording, open: open(STATUS_VERBS) }),
        ),
      }),
    )
    .max(1),
  remedy: z.array(wording),
  buttons: actions(STATUS_VERBS),
});
