// What the card of a sync shows, from "initiated" to its result.
import { z } from 'zod';
import { actions, color, fact, fallbackText, line, tone, wording } from '../parts.ts';

export const SYNC_VERBS = [
  'sync.start',
  'sync.approve',
  'run.show',
  'run.refresh',
  'status.show',
  'users.show',
  'connect.show',
] as const;

const tableRow = z.object({ label: wording, users: wording, groups: wording, memberships: wording });

export const syncData = z.strictObject({
  fallbackText,
  title: wording,
  tone,
  lines: z.array(line),
  /** A drawn bar: the part that is done and the part that is left. */
  bar: z.array(z.object({ done: wording, rest: wording })).max(1),
  stages: z.array(
    z.object({
      mark: wording,
      color,
      text: wording,
      weight: z.enum(['Default', 'Bolder']),
      subtle: z.boolean(),
    }),
  ),
  table: z.array(z.object({ columns: tableRow, rows: z.array(tableRow) })).max(1),
  /** What is worth knowing beside the numbers: left out, could not be read, why it waits. */
  notes: z.array(z.object({ title: wording, lines: z.array(line) })),
  facts: z.array(fact),
  remedy: z.array(wording),
  buttons: actions(SYNC_VERBS),
});
