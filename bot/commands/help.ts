// `help`: what can be typed here. Answers before anything is set up.
import { showHelp } from '../show.ts';
import { EVERYWHERE, type CommandRow } from './command.ts';

export const help: CommandRow = {
  names: ['help'],
  usage: 'help',
  does: 'Shows what you can say.',
  argument: 'optional',
  access: 'everybody',
  places: EVERYWHERE,
  handle: (turn) => showHelp(turn),
};
