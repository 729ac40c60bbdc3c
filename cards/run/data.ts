// What the card with the changes of a run shows.
import { z } from 'zod';
import { actions, color, fallbackText, line, open, wording } from '../parts.ts';

export const RUN_VERBS = ['run.show', 'run.refresh', 'user.show', 'group.show'] as const;

export const runData = z.strictObject({
  fallbackText,
  title: wording,
  lead: wording,
  rows: z.array(
    z.object({ action: wording, color, name: line, lines: z.array(line), open: open(RUN_VERBS) }),
  ),
  /** Said instead of rows. */
  empty: z.array(wording).max(1),
  pager: z.array(wording).max(1),
  buttons: actions(RUN_VERBS),
});
