// `connect`: Connects Rollcall to Microsoft 365, with accounts and their backups.
import { showConnections } from '../connect.ts';
import { EVERYWHERE, type CommandRow } from './command.ts';

export const connect: CommandRow = {
  names: ['connect'],
  usage: 'connect',
  does: 'Connects Rollcall to Microsoft 365, with accounts and their backups.',
  argument: 'none',
  access: 'connecting',
  places: EVERYWHERE,
  handle: (turn) => showConnections(turn),
};
