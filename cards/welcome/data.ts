// What the welcome card shows.
import { z } from 'zod';
import { actions, fallbackText, wording } from '../parts.ts';

export const WELCOME_VERBS = ['sync.start', 'status.show', 'help.show', 'connect.show'] as const;

export const welcomeData = z.strictObject({
  fallbackText,
  title: wording,
  lead: wording,
  points: z.array(z.object({ title: wording, text: wording })),
  note: z.array(wording).max(1),
  buttons: actions(WELCOME_VERBS),
});
