// What the card of the audit trail shows, one page of it.
import { z } from 'zod';
import { actions, color, fallbackText, line, link, wording } from '../parts.ts';

export const AUDIT_VERBS = ['audit.show', 'audit.export', 'people.show'] as const;

export const auditData = z.strictObject({
  fallbackText,
  title: wording,
  lead: wording,
  rows: z.array(z.object({ what: line, lines: z.array(line), result: wording, color })),
  empty: z.array(wording).max(1),
  pager: z.array(wording).max(1),
  links: z.array(link).max(1),
  buttons: actions(AUDIT_VERBS),
});
