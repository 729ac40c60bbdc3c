// `group <name>`: one group, or those that may be meant.
import { showGroupByText } from '../show.ts';
import { EVERYWHERE, type CommandRow } from './command.ts';

export const group: CommandRow = {
  names: ['group'],
  usage: 'group <name>',
  does: 'Shows one group: status, members and history.',
  argument: 'required',
  access: 'viewer',
  places: EVERYWHERE,
  handle: (turn, text) => showGroupByText(turn, text),
};
