// `user <mail or name>`: one person, or those who may be meant.
import { showUserByText } from '../show.ts';
import { EVERYWHERE, type CommandRow } from './command.ts';

export const user: CommandRow = {
  names: ['user'],
  usage: 'user <name or e-mail>',
  does: 'Shows one person: status, every reason for it, groups and history.',
  argument: 'required',
  access: 'viewer',
  places: EVERYWHERE,
  handle: (turn, text) => showUserByText(turn, text),
};
