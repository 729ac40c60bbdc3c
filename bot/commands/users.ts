// `users [text]`: the list of users, or those whose name or address contains the text.
import { showUsers } from '../show.ts';
import { EVERYWHERE, type CommandRow } from './command.ts';

export const users: CommandRow = {
  names: ['users'],
  usage: 'users [text]',
  does: 'Lists users with status and reasons, or those whose name or address contains the text.',
  argument: 'optional',
  access: 'viewer',
  places: EVERYWHERE,
  handle: (turn, text) => showUsers(turn, { text, page: 0 }),
};
