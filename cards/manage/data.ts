// What the card of one part's accounts shows: each with its health and what can be done to it.
import { z } from 'zod';
import { banner } from '../connect/data.ts';
import { actions, color, fact, fallbackText, line, wording } from '../parts.ts';

export const MANAGE_VERBS = [
  'connect.show',
  'connect.begin',
  'connect.consent',
  'connect.manage',
  'connect.test',
  'connect.testAll',
  'connect.makePrimary',
  'connect.askRemove',
] as const;

export const manageData = z.strictObject({
  fallbackText,
  title: wording,
  lead: wording,
  banner: z.array(banner).max(1),
  accounts: z.array(
    z.object({
      name: line,
      /** None for the app: it is one. */
      rank: z.array(wording).max(1),
      state: wording,
      color,
      problem: z.array(line),
      facts: z.array(fact),
      buttons: actions(MANAGE_VERBS),
    }),
  ),
  empty: z.array(wording).max(1),
  notes: z.array(z.object({ title: wording, lines: z.array(line) })),
  buttons: actions(MANAGE_VERBS),
});
