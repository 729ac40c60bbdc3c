// `hi`: a greeting is answered with the welcome.
import { welcome } from '../welcome.ts';
import { EVERYWHERE, type CommandRow } from './command.ts';

export const hi: CommandRow = {
  names: ['hi', 'hello'],
  usage: 'hi',
  does: 'Says what Rollcall is for.',
  argument: 'optional',
  access: 'everybody',
  places: EVERYWHERE,
  unlisted: true,
  handle: (turn) => welcome(turn),
};
