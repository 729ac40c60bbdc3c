// What the page of one user or one group shows.
import { z } from 'zod';
import { actions, color, fact, fallbackText, line, open, wording } from '../parts.ts';

export const USER_VERBS = ['group.show', 'user.show', 'users.show'] as const;
export const GROUP_VERBS = ['group.show', 'user.show', 'groups.show'] as const;

const entry = <const Verbs extends typeof USER_VERBS | typeof GROUP_VERBS>(verbs: Verbs) =>
  z.strictObject({
    fallbackText,
    /** Her name. */
    title: line,
    /** With the time since when, where it is inactive. */
    status: wording,
    color,
    /** Why the status is what it is, and what would have to change; one for each reason. */
    reasons: z.array(z.object({ text: line, remedy: line })),
    facts: z.array(fact),
    related: z.array(
      z.object({
        title: wording,
        rows: z.array(z.object({ name: line, note: z.array(wording).max(1), open: open(verbs) })),
        more: z.array(wording).max(1),
      }),
    ),
    history: z
      .array(z.object({ title: wording, rows: z.array(z.object({ when: wording, what: line })) }))
      .max(1),
    buttons: actions(verbs),
  });

export const userData = entry(USER_VERBS);
export const groupData = entry(GROUP_VERBS);
