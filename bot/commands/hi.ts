// `hi`: a greeting is answered with the welcome.
import { viewWelcome } from '../views/welcome.ts';
import { EVERYWHERE, type CommandRow } from './command.ts';

export const hi: CommandRow = {
  names: ['hi', 'hello'],
  usage: 'hi',
  does: 'Says what Rollcall is for.',
  argument: 'optional',
  role: 'viewer',
  places: EVERYWHERE,
  handle: ({ asker }) => Promise.resolve({ kind: 'card', view: viewWelcome(asker.conversation.kind) }),
};
