// `audit`: Shows who did what, and when.
import { showAudit } from '../people.ts';
import { EVERYWHERE, type CommandRow } from './command.ts';

export const audit: CommandRow = {
  names: ['audit'],
  usage: 'audit',
  does: 'Shows who did what, and when.',
  argument: 'none',
  access: 'admin',
  places: EVERYWHERE,
  handle: (turn) => showAudit(turn, 0),
};
