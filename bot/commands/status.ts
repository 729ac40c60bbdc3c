// `status`: the last syncs and what the directory holds.
import { showStatus } from '../show.ts';
import { EVERYWHERE, type CommandRow } from './command.ts';

export const status: CommandRow = {
  names: ['status'],
  usage: 'status',
  does: 'Shows the last syncs and how many users and groups there are.',
  argument: 'none',
  access: 'viewer',
  places: EVERYWHERE,
  handle: (turn) => showStatus(turn),
};
