// A person and a bot talk: sending, updating, deleting, proactive messages, rosters, in every kind of conversation.
// botbuilder's real CloudAdapter stands on the other side, with channel authentication on.
import assert from 'node:assert/strict';
import { MessageFactory, TeamsInfo, TurnContext } from 'botbuilder';
import type { ConversationReference } from 'botbuilder';
import sinon from 'sinon';
import { z } from 'zod';
import { echo } from './echo-bot.ts';
import { alex, diego, megan, openChat } from './open-chat.ts';
import type { OpenChat, SeenEntry } from './open-chat.ts';

const lines = (entries: readonly SeenEntry[]): string[] =>
  entries.map(({ kind, from, text }) => `${from.name} ${kind}${text === undefined ? '' : `: ${text}`}`);

describe('chat: conversations', () => {
  const appId = 'bbbbbbbb-0000-4000-8000-000000000001';
  let room: OpenChat;
  before(async () => {
    room = await openChat(appId);
  });
  after(() => room.stop());
  // The framework prints what the bot throws.
  beforeEach(() => sinon.stub(console, 'error'));
  afterEach(() => sinon.restore());

  /** What was added to a conversation while `act` ran. */
  const during = async (conversation: string, act: () => Promise<unknown>): Promise<SeenEntry[]> => {
    const { seq } = await room.transcript(conversation);
    await act();
    return (await room.transcript(conversation, seq)).entries;
  };

  it('installs the app on first open and not again', async () => {
    room.bot.become(echo);
    assert.equal(await room.open(megan), room.personal(megan));
    await room.open(megan);
    assert.deepEqual(
      room.bot.received.map((activity) => activity.type),
      ['conversationUpdate', 'installationUpdate'],
    );
    assert.deepEqual(
      room.bot.received[0]?.membersAdded?.map((member) => member.id.slice(0, 3)),
      ['29:', '28:'],
    );
  });

  it('installs the app again when the bot could not take it', async () => {
    room.bot.become(() => Promise.reject(new Error('starting')));
    await room.open(diego);
    room.bot.become(echo);
    await room.open(diego);
    assert.deepEqual(
      room.bot.received.map((activity) => activity.type),
      ['conversationUpdate', 'installationUpdate'],
    );
  });

  it('carries a message to the bot and the answer back', async () => {
    room.bot.become(echo);
    const entries = await during(room.personal(megan), () => room.say(room.personal(megan), megan, 'hello'));
    assert.deepEqual(lines(entries), ['Megan Bowen message: hello', 'Rollcall message: You said: hello']);
  });

  it('gives an activity everything that Teams gives it', () => {
    const activity = room.heard();
    assert.match(activity.from.id, /^29:1.{40,}/);
    assert.equal(activity.from.aadObjectId, megan);
    assert.equal(activity.recipient.id, `28:${appId}`);
    assert.equal(activity.channelId, 'msteams');
    assert.equal(activity.serviceUrl, room.chat.serviceUrl);
    assert.equal(activity.conversation.tenantId, room.tenantId);
    assert.equal(activity.conversation.conversationType, 'personal');
    assert.deepEqual(activity.channelData, { tenant: { id: room.tenantId } });
    assert.equal(activity.locale, 'en-US');
    assert.notEqual(activity.localTimezone, '');
    assert.ok(activity.entities.some((entity) => entity.type === 'clientInfo'));
  });

  it('records updates and deletions of the bot, and shows only what is left', async () => {
    room.bot.become(async (context) => {
      const sent = await context.sendActivity('Working');
      await context.updateActivity({ ...MessageFactory.text('Done'), id: sent?.id ?? '' });
      await context.deleteActivity(sent?.id ?? '');
      await assert.rejects(context.updateActivity({ ...MessageFactory.text('Late'), id: sent?.id ?? '' }), {
        statusCode: 404,
        code: 'ActivityNotFoundInConversation',
      });
    });
    const entries = await during(room.personal(megan), () => room.say(room.personal(megan), megan, 'go'));
    assert.deepEqual(lines(entries), [
      'Megan Bowen message: go',
      'Rollcall message: Working',
      'Rollcall update: Done',
      'Rollcall delete',
      'Rollcall refused',
    ]);
    assert.equal(entries.at(-1)?.reason, 'ActivityNotFoundInConversation');
  });

  it('records typing', async () => {
    room.bot.become(async (context) => {
      await context.sendActivity({ type: 'typing' });
    });
    const entries = await during(room.personal(megan), () => room.say(room.personal(megan), megan, 'go'));
    assert.deepEqual(lines(entries), ['Megan Bowen message: go', 'Rollcall typing']);
  });

  it('lets the bot hear a channel only when it is mentioned, and keeps its answer in the thread', async () => {
    room.bot.become(echo);
    assert.equal((await room.say(room.channel, megan, 'between us')).status, null);
    assert.equal(room.bot.received.length, 0);
    const said = await room.say(room.channel, megan, 'hello', true);
    assert.equal(said.conversation, `${room.channel};messageid=${said.activityId}`);
    const heard = room.heard();
    assert.equal(heard.text, '<at>Rollcall</at> hello');
    assert.equal(heard.conversation.id, said.conversation);
    assert.equal(TurnContext.removeRecipientMention(room.bot.received.at(-1) ?? {}).trim(), 'hello');
    const { entries } = await room.transcript(said.conversation);
    assert.deepEqual(
      entries.map((entry) => [entry.from.role, entry.conversation]),
      [
        ['user', said.conversation],
        ['bot', said.conversation],
      ],
    );
    assert.deepEqual(Object.keys(heard.channelData), [
      'teamsChannelId',
      'teamsTeamId',
      'channel',
      'team',
      'tenant',
    ]);
  });

  it('keeps a reply in its thread', async () => {
    room.bot.become(echo);
    const root = await room.say(room.channel, megan, 'hello', true);
    const reply = await room.say(root.conversation, alex, 'me too', true);
    assert.equal(reply.conversation, root.conversation);
    assert.equal(room.heard().replyToId, root.activityId);
  });

  it('hears a mention in the group chat', async () => {
    room.bot.become(echo);
    const entries = await during(room.groupChat, () => room.say(room.groupChat, diego, 'hello', true));
    assert.deepEqual(lines(entries), [
      'Diego Siciliani message: <at>Rollcall</at> hello',
      'Rollcall message: You said: <at>Rollcall</at> hello',
    ]);
  });

  it('answers what TeamsInfo asks', async () => {
    let seen: unknown;
    room.bot.become(async (context) => {
      if (context.activity.type !== 'message') return;
      const paged = await TeamsInfo.getPagedMembers(context, 2);
      const member = await TeamsInfo.getMember(context, context.activity.from.id);
      const byObjectId = await TeamsInfo.getMember(context, alex);
      const team = await TeamsInfo.getTeamDetails(context);
      const channels = await TeamsInfo.getTeamChannels(context);
      seen = {
        names: paged.members.map(({ name }) => name),
        token: paged.continuationToken,
        mail: member.email,
        other: byObjectId.name,
        team: team.name,
        members: team.memberCount,
        general: channels[0]?.id === team.id,
      };
    });
    assert.equal((await room.say(room.channel, megan, 'who is here', true)).status, 200);
    assert.deepEqual(seen, {
      names: ['Megan Bowen', 'Alex Wilber', 'Diego Siciliani'],
      token: undefined,
      mail: 'meganb@contoso.com',
      other: 'Alex Wilber',
      team: 'Contoso IT',
      members: 3,
      general: true,
    });
  });

  it('takes proactive messages', async () => {
    let reference: Partial<ConversationReference> = {};
    room.bot.become((context) => {
      reference = TurnContext.getConversationReference(context.activity);
      return Promise.resolve();
    });
    await room.say(room.personal(megan), megan, 'remember me');
    const entries = await during(room.personal(megan), () =>
      room.adapter.continueConversationAsync(appId, reference, async (context) => {
        await context.sendActivity('Something happened');
      }),
    );
    assert.deepEqual(lines(entries), ['Rollcall message: Something happened']);
  });

  it('opens a personal chat for the bot only where the app is installed', async () => {
    const create = (person: string) =>
      room.connector('POST', 'v3/conversations', { members: [{ id: person }], tenantId: room.tenantId });
    assert.equal((await create(alex)).status, 403);
    await room.open(alex);
    assert.deepEqual((await create(alex)).body, { id: room.personal(alex) });
    assert.equal((await create('29:nobody')).status, 400);
  });

  it('opens a thread in a channel for the bot', async () => {
    const { status, body } = await room.connector('POST', 'v3/conversations', {
      isGroup: true,
      channelData: { channel: { id: room.channel } },
      activity: { type: 'message', text: 'News' },
    });
    assert.equal(status, 201);
    const { activityId, id } = z.object({ id: z.string(), activityId: z.string() }).parse(body);
    assert.equal(id, `${room.channel};messageid=${activityId}`);
  });

  it('turns the bot away once the app is removed', async () => {
    room.bot.become(echo);
    await room.open(diego);
    await room.call('POST', '/api/uninstall', { conversation: room.personal(diego), as: diego });
    assert.equal(room.heard().type, 'installationUpdate');
    assert.equal(room.heard().action, 'remove');
    const answer = await room.connector('POST', `v3/conversations/${room.personal(diego)}/activities`, {
      text: 'x',
    });
    assert.equal(answer.status, 403);
  });

  it('says on the page that the bot did not hear', async () => {
    room.bot.become(() => Promise.reject(new Error('broken')));
    const entries = await during(room.personal(megan), () => room.say(room.personal(megan), megan, 'hello'));
    assert.deepEqual(
      entries.map(({ kind, reason }) => [kind, reason]),
      [
        ['message', undefined],
        ['refused', 'The bot answered HTTP 500.'],
      ],
    );
  });
});
