// `groups [text]`: the list of groups, or those whose name or address contains the text.
import { showGroups } from '../show.ts';
import { EVERYWHERE, type CommandRow } from './command.ts';

export const groups: CommandRow = {
  names: ['groups'],
  usage: 'groups [text]',
  does: 'Lists groups with status and members, or those whose name or address contains the text.',
  argument: 'optional',
  access: 'viewer',
  places: EVERYWHERE,
  handle: (turn, text) => showGroups(turn, { text, page: 0 }),
};
