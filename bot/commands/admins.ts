// `admins`: Shows who may use Rollcall, and changes it.
import { showPeople } from '../people.ts';
import { EVERYWHERE, type CommandRow } from './command.ts';

export const admins: CommandRow = {
  names: ['admins'],
  usage: 'admins',
  does: 'Shows who may use Rollcall, and changes it.',
  argument: 'none',
  access: 'viewer',
  places: EVERYWHERE,
  handle: (turn) => showPeople(turn),
};
