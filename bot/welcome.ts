// The answer to a greeting and to an installation. Answers whatever else is away.
import { toAppError } from '../services/index.ts';
import type { Reply } from './reply.ts';
import type { Turn } from './turn.ts';
import { viewWelcome } from './views/welcome.ts';

export async function welcome(turn: Turn): Promise<Reply> {
  const connected = await turn.hasOwner().catch((error: unknown) => {
    turn.log.warn('owner-unknown', {}, toAppError(error));
    return true;
  });
  return { kind: 'card', view: viewWelcome(turn.asker.conversation.kind, { connected }) };
}
