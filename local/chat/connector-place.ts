// Where a bot may talk, and the form in which the Connector says no.
// Shared by the writing and the reading half of the Connector.
import type { Conversation } from './conversations.ts';
import { HttpError } from './http.ts';
import type { Room } from './room.ts';

/** The Connector's error form. */
export const connectorError = (status: number, code: string, message: string): HttpError =>
  new HttpError(status, { error: { code, message } });

/** The conversation that the bot may talk in: it exists, and the app is installed there. */
export function placeOf(room: Room, id: string): Conversation {
  const conversation = room.conversations.find(id);
  if (!conversation) throw connectorError(404, 'ConversationNotFound', 'Conversation not found.');
  if (room.transcript.isInstalled(conversation.id)) return conversation;
  throw connectorError(403, 'BotNotInConversationRoster', 'The bot is not part of the conversation roster.');
}
