// What the card with the way to Microsoft's sign-in shows, and the same card while the answer is checked.
import { z } from 'zod';
import { actions, fallbackText, fact, line, link, tone, wording } from '../parts.ts';

export const SIGN_IN_VERBS = ['connect.show', 'connect.begin', 'connect.consent'] as const;

export const signInData = z.strictObject({
  fallbackText,
  title: wording,
  tone,
  lines: z.array(line),
  facts: z.array(fact),
  remedy: z.array(wording),
  links: z.array(link).max(1),
  buttons: actions(SIGN_IN_VERBS),
});
