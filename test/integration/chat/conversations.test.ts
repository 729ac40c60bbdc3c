// A person and a bot talk: sending, updating, deleting, proactive messages, rosters, in every kind of conversation.
// botbuilder's real CloudAdapter stands on the other side, with channel authentication on.
import assert from 'node:assert/strict';
import { CloudAdapter, MessageFactory, TeamsInfo, TurnContext } from 'botbuilder';
import { alex, megan, openChat } from './open-chat.ts';
import type { OpenChat, SeenEntry } from './open-chat.ts';
import { echo } from './echo-bot.ts';

const lines = (entries: readonly SeenEntry[]): string[] =>
  entries.map(({ kind, from, text }) => `${from.name} ${kind}${text === undefined ? '' : `: ${text}`}`);

describe('chat: conversations', () => {
  let room: OpenChat;
  before(async () => {
    room = await openChat('bbbbbbbb-0000-4000-8000-000000000001');
  });
  after(() => room.stop());

  it('installs the app on first open and not again', async () => {
    room.bot.become(echo);
    const conversation = await room.open(megan);
    await room.open(megan);
    assert.deepEqual(
      room.bot.received.map((activity) => activity.type),
      ['conversationUpdate', 'installationUpdate'],
    );
    assert.equal(conversation, room.personal(megan));
  });

  it('carries a message to the bot and the answer back', async () => {
    room.bot.become(echo);
    const { seq } = await room.transcript(room.personal(megan));
    const { status } = await room.say(room.personal(megan), megan, 'hello');
    assert.equal(status, 200);
    const { entries } = await room.transcript(room.personal(megan), seq);
    assert.deepEqual(lines(entries), ['Megan Bowen message: hello', 'Rollcall message: You said: hello']);
  });
});
