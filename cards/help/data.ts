// What the help card shows.
import { z } from 'zod';
import { actions, fallbackText, line, open, wording } from '../parts.ts';

export const HELP_VERBS = ['sync.start', 'status.show', 'users.show', 'command.run'] as const;

export const helpData = z.strictObject({
  fallbackText,
  title: wording,
  lead: wording,
  commands: z.array(z.object({ usage: line, does: wording, open: open(HELP_VERBS) })),
  note: z.array(wording),
  buttons: actions(HELP_VERBS),
});
