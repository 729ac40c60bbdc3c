// What the card of people and their roles shows.
import { z } from 'zod';
import { banner } from '../connect/data.ts';
import { action, actions, fallbackText, line, open, wording } from '../parts.ts';

export const PEOPLE_VERBS = ['people.show', 'people.person', 'people.add', 'audit.show'] as const;

const choices = z.array(z.object({ title: z.string().min(1).max(100), value: z.string().min(1) }));

export const peopleData = z.strictObject({
  fallbackText,
  title: wording,
  lead: wording,
  banner: z.array(banner).max(1),
  rows: z.array(z.object({ name: line, lines: z.array(line), role: wording, open: open(PEOPLE_VERBS) })),
  more: z.array(wording).max(1),
  /** The fields to add somebody; only for those who may. */
  add: z
    .array(
      z.object({
        title: wording,
        person: z.object({ label: wording, placeholder: wording, error: wording, choices: choices.min(1) }),
        role: z.object({
          label: wording,
          value: z.string(),
          error: wording,
          choices,
        }),
        submit: action(PEOPLE_VERBS),
      }),
    )
    .max(1),
  buttons: actions(PEOPLE_VERBS),
});
