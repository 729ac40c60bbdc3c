// What a notice shows: what happened and what to do.
import { z } from 'zod';
import { actions, fallbackText, line, tone, wording } from '../parts.ts';

export const NOTICE_VERBS = [
  'help.show',
  'command.run',
  'sync.start',
  'status.show',
  'run.refresh',
  'users.show',
  'user.show',
  'groups.show',
  'group.show',
  'connect.show',
  'connect.manage',
  'connect.begin',
  'connect.consent',
  'connect.test',
  'connect.remove',
  'people.show',
  'people.set',
  'people.askRemove',
  'people.remove',
] as const;

export const noticeData = z.strictObject({
  fallbackText,
  title: wording,
  tone,
  lines: z.array(line),
  remedy: z.array(wording),
  buttons: actions(NOTICE_VERBS),
});
