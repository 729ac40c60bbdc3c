// What every part of one chat shares: who, where, what was said, and the line to the bot.
// Only a bundle of parts and the two questions that several of them ask.
import { channelOf } from './conversations.ts';
import type { Conversation, Conversations } from './conversations.ts';
import type { Surroundings } from './build-activity.ts';
import { HttpError } from './http.ts';
import type { Messages } from './messages.ts';
import type { Person, Roster } from './people.ts';
import type { BotLine } from './send-to-bot.ts';
import type { Transcript } from './transcript.ts';

/** The parts of one chat. */
export interface Room {
  readonly roster: Roster;
  readonly conversations: Conversations;
  readonly transcript: Transcript;
  readonly messages: Messages;
  readonly line: BotLine;
  serviceUrl(): string;
}

/** The person, or a 404 that says which ids there are. */
export function personOf(room: Room, id: string): Person {
  const person = room.roster.find(id);
  if (person) return person;
  const known = room.roster.people.map((each) => `${each.id} (${each.displayName})`).join(', ');
  throw new HttpError(404, {
    error: { code: 'PersonNotFound', message: `Nobody has the id ${id}. Known: ${known}` },
  });
}

/** The conversation of an id or of a thread's id, where this person is a member; otherwise a 404 or 403. */
export function conversationFor(room: Room, id: string, person: Person): Conversation {
  const conversation = room.conversations.find(id);
  if (!conversation)
    throw new HttpError(404, { error: { code: 'ConversationNotFound', message: `No conversation ${id}` } });
  if (conversation.members.some((member) => member.id === person.id)) return conversation;
  throw new HttpError(403, {
    error: { code: 'NotAMember', message: `${person.displayName} is not in ${channelOf(id)}` },
  });
}

/** What an activity of this person in this place is wrapped in. */
export function surroundings(
  room: Room,
  conversation: Conversation,
  conversationId: string,
  person: Person,
): Surroundings {
  const { roster, conversations } = room;
  return {
    roster,
    team: conversations.team,
    serviceUrl: room.serviceUrl(),
    conversation,
    conversationId,
    person,
  };
}
