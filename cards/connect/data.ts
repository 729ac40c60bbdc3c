// What the card of connections shows: one part for each thing that is read, with the accounts behind it.
import { z } from 'zod';
import { actions, color, fallbackText, line, tone, wording } from '../parts.ts';

export const CONNECT_VERBS = [
  'connect.show',
  'connect.begin',
  'connect.consent',
  'connect.manage',
  'sync.start',
  'help.show',
] as const;

/** What has just happened, above everything else. */
export const banner = z.object({ tone, title: wording, lines: z.array(line) });

export const connectData = z.strictObject({
  fallbackText,
  title: wording,
  lead: z.array(wording),
  banner: z.array(banner).max(1),
  parts: z.array(
    z.object({
      title: wording,
      state: wording,
      color,
      lines: z.array(line),
      accounts: z.array(
        z.object({
          name: line,
          /** None for the app: it is one. */
          rank: z.array(wording).max(1),
          state: wording,
          color,
          /** What is wrong and what to do. */
          problem: z.array(line),
          times: line,
        }),
      ),
      more: z.array(wording).max(1),
      buttons: actions(CONNECT_VERBS),
    }),
  ),
  notes: z.array(line),
  buttons: actions(CONNECT_VERBS),
});
