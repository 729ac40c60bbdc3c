// What a searchable, paged list shows: users or groups.
import { z } from 'zod';
import { action, actions, color, fallbackText, line, open, wording } from '../parts.ts';

export const USERS_VERBS = ['users.show', 'user.show', 'status.show'] as const;
export const GROUPS_VERBS = ['groups.show', 'group.show', 'status.show'] as const;

const list = <const Verbs extends typeof USERS_VERBS | typeof GROUPS_VERBS>(verbs: Verbs) =>
  z.strictObject({
    fallbackText,
    title: wording,
    lead: line,
    search: z.object({
      label: wording,
      placeholder: wording,
      /** What was looked for last; may be empty. */
      value: z.string().max(100),
      submit: action(verbs),
    }),
    rows: z.array(z.object({ name: line, lines: z.array(line), status: wording, color, open: open(verbs) })),
    /** Said instead of rows. */
    empty: z.array(line),
    pager: z.array(wording).max(1),
    buttons: actions(verbs),
  });

export const usersData = list(USERS_VERBS);
export const groupsData = list(GROUPS_VERBS);
