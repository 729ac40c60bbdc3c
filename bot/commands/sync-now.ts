// `sync now`: starts a sync and answers with the card that shows its progress and result.
import { startSync } from '../start-sync.ts';
import { EVERYWHERE, type CommandRow } from './command.ts';

export const syncNow: CommandRow = {
  names: ['sync now'],
  usage: 'sync now',
  does: 'Reads Microsoft 365 and brings the directory up to date.',
  argument: 'none',
  access: 'admin',
  places: EVERYWHERE,
  handle: (turn) => startSync(turn),
};
