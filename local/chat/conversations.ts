// The conversations of this small Teams: one personal chat each, a team with one channel, a group chat.
// Pure: ids, members and names. What is said in them is the transcript's business.
import { createHash } from 'node:crypto';
import { opaque } from './people.ts';
import type { Person, Roster } from './people.ts';

/** A place where people and the bot meet. */
export interface Conversation {
  /** Without `;messageid=`: a channel's threads are addressed by adding it. */
  readonly id: string;
  readonly kind: 'personal' | 'channel' | 'groupChat';
  readonly name: string;
  readonly members: readonly Person[];
}

/** The one team; its id is the id of its General channel, as in Teams. */
export interface Team {
  readonly id: string;
  readonly name: string;
  readonly aadGroupId: string;
}

/** Everything that can be addressed. */
export interface Conversations {
  readonly all: readonly Conversation[];
  readonly team: Team;
  /** By id; a thread's id finds its channel. */
  find(id: string): Conversation | undefined;
  personalOf(person: Person): Conversation;
}

const hex = (...parts: readonly string[]): string =>
  createHash('sha256').update(parts.join('\n')).digest('hex');

const guid = (text: string): string =>
  [
    text.slice(0, 8),
    text.slice(8, 12),
    `4${text.slice(13, 16)}`,
    `a${text.slice(17, 20)}`,
    text.slice(20, 32),
  ].join('-');

/** The channel's id of a thread's id. Anything else is returned as it is. */
export const channelOf = (conversationId: string): string => conversationId.replace(/;messageid=.*$/, '');

/** The id of the first message of a thread, when the id is that of a thread. */
export const threadOf = (conversationId: string): string | undefined =>
  /;messageid=(.+)$/.exec(conversationId)?.[1];

/** The id under which a thread of a channel is addressed (Teams docs: channel conversations). */
export const threadId = (channelId: string, rootMessageId: string): string =>
  `${channelId};messageid=${rootMessageId}`;

/** Lays out the conversations; the same people, bot and tenant give the same ids. */
export function createConversations(roster: Roster): Conversations {
  const { tenantId, botAppId, people } = roster;
  const personal = new Map(
    people.map((person): [string, Conversation] => [
      person.id,
      {
        id: `a:1${opaque('personal', tenantId, botAppId, person.id)}`,
        kind: 'personal',
        name: roster.botName,
        members: [person],
      },
    ]),
  );
  const teamId = `19:${hex('channel', tenantId, 'General').slice(0, 32)}@thread.tacv2`;
  const channel: Conversation = { id: teamId, kind: 'channel', name: 'General', members: people };
  const groupChat: Conversation = {
    id: `19:${hex('group', tenantId).slice(0, 32)}@thread.v2`,
    kind: 'groupChat',
    name: 'Directory crew',
    members: people,
  };
  const all = [...personal.values(), channel, groupChat];
  const byId = new Map(all.map((conversation) => [conversation.id, conversation]));
  return {
    all,
    team: { id: teamId, name: 'Contoso IT', aadGroupId: guid(hex('team', tenantId)) },
    find: (id) => byId.get(channelOf(id)),
    personalOf(person) {
      const found = personal.get(person.id);
      if (!found) throw new Error(`${person.displayName} is not one of the people of this chat`);
      return found;
    },
  };
}
