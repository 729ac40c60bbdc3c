// Card actions, refresh and search: what the bot gets, and what the person sees of its answer.
// Only the page's drawing is left out; it has a test of its own.
import assert from 'node:assert/strict';
import sinon from 'sinon';
import { z } from 'zod';
import { echo } from './echo-bot.ts';
import type { Behaviour } from './echo-bot.ts';
import { alex, diego, idOf, megan, openChat } from './open-chat.ts';
import type { OpenChat } from './open-chat.ts';

const cardType = 'application/vnd.microsoft.card.adaptive';
const cardOf = (text: string, more: object = {}) => ({
  type: 'AdaptiveCard',
  version: '1.5',
  body: [{ type: 'TextBlock', text }],
  ...more,
});
const answering =
  (body: unknown): Behaviour =>
  (context) =>
    context.activity.type === 'invoke' ? Promise.resolve(body) : Promise.resolve();

const answered = z.object({ status: z.number().nullable(), body: z.unknown() });
const found = z.looseObject({ value: z.object({ results: z.array(z.unknown()) }) });
const drawnCard = z.object({ body: z.array(z.object({ text: z.string() })) });
const rosterPage = z.object({ members: z.array(z.looseObject({ id: z.string(), aadObjectId: z.string() })) });

describe('chat: invokes', () => {
  let room: OpenChat;
  before(async () => {
    room = await openChat('bbbbbbbb-0000-4000-8000-000000000004', { botTimeoutMs: 1000 });
    room.bot.become(echo);
    await room.open(megan);
    await room.say(room.groupChat, megan, 'hello', true);
  });
  after(() => room.stop());
  // The framework prints what the bot throws.
  beforeEach(() => sinon.stub(console, 'error'));
  afterEach(() => sinon.restore());

  /** Posts a card of the bot into the group chat. */
  const post = async (card: object): Promise<string> => {
    const { body } = await room.connector('POST', `v3/conversations/${room.groupChat}/activities`, {
      type: 'message',
      attachments: [{ contentType: cardType, content: card }],
    });
    return idOf(body);
  };
  const seenBy = async (person: string, id: string) => {
    const message = (await room.seenBy(person, room.groupChat)).find((each) => each.id === id);
    const [text] = drawnCard.parse(message?.attachments[0]?.content).body;
    return { card: text?.text, note: message?.note };
  };
  const press = { type: 'Action.Execute', verb: 'go', data: { v: 1 } };

  it('sends the action as Teams does', async () => {
    room.bot.become(
      answering({ statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: 'ok' }),
    );
    const id = await post(cardOf('Base'));
    await room.act(megan, id, { ...press, id: 'button' });
    const invoke = room.heard();
    assert.equal(invoke.type, 'invoke');
    assert.equal(invoke.name, 'adaptiveCard/action');
    assert.equal(invoke.replyToId, id);
    assert.equal(invoke.from.aadObjectId, megan);
    assert.deepEqual(invoke.value, {
      action: { type: 'Action.Execute', id: 'button', verb: 'go', data: { v: 1 } },
      trigger: 'manual',
    });
  });

  it('replaces the card for the person who pressed, until the bot edits it for everybody', async () => {
    room.bot.become(answering({ statusCode: 200, type: cardType, value: cardOf('Yours') }));
    const id = await post(cardOf('Base'));
    const answer = await room.act(megan, id, press);
    assert.equal(answer.status, 200);
    assert.deepEqual(await seenBy(megan, id), { card: 'Yours', note: null });
    assert.deepEqual(await seenBy(alex, id), { card: 'Base', note: null });
    await room.connector('PUT', `v3/conversations/${room.groupChat}/activities/${id}`, {
      type: 'message',
      attachments: [{ contentType: cardType, content: cardOf('New') }],
    });
    assert.equal((await seenBy(megan, id)).card, 'New');
  });

  it('shows a message of the bot under the card, to that person alone', async () => {
    room.bot.become(
      answering({ statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: 'Noted' }),
    );
    const id = await post(cardOf('Base'));
    await room.act(megan, id, press);
    assert.deepEqual((await seenBy(megan, id)).note, { kind: 'info', text: 'Noted' });
    assert.equal((await seenBy(alex, id)).note, null);
  });

  const errors: readonly [string, unknown][] = [
    [
      '400',
      { statusCode: 400, type: 'application/vnd.microsoft.error', value: { code: 'Bad', message: 'secret' } },
    ],
    ['401', { statusCode: 401, type: 'application/vnd.microsoft.activity.loginRequest', value: {} }],
    ['412', { statusCode: 412, type: 'application/vnd.microsoft.error.preconditionFailed', value: {} }],
    [
      '500',
      { statusCode: 500, type: 'application/vnd.microsoft.error', value: { code: 'X', message: 'secret' } },
    ],
    ['no body', undefined],
  ];
  for (const [name, body] of errors) {
    it(`shows Teams' own words for an answer with ${name}`, async () => {
      room.bot.become(answering(body));
      const id = await post(cardOf('Base'));
      await room.act(megan, id, press);
      const { card, note } = await seenBy(megan, id);
      assert.equal(card, 'Base');
      assert.deepEqual(note, { kind: 'error', text: 'Something went wrong. Please try again.' });
    });
  }

  it("shows Teams' own words when the bot fails, and others when it is too slow", async () => {
    const id = await post(cardOf('Base'));
    room.bot.become(() => Promise.reject(new Error('broken')));
    assert.equal((await room.act(megan, id, press)).status, 500);
    assert.equal((await seenBy(megan, id)).note?.text, 'Something went wrong. Please try again.');
    room.bot.become(() => new Promise(() => undefined));
    assert.equal((await room.act(megan, id, press)).status, 0);
    assert.equal((await seenBy(megan, id)).note?.text, 'Unable to reach app. Please try again.');
  });

  it('writes both halves of an invoke down', async () => {
    room.bot.become(answering({ statusCode: 200, type: cardType, value: cardOf('Yours') }));
    const id = await post(cardOf('Base'));
    const { seq } = await room.transcript(room.groupChat);
    await room.act(megan, id, press);
    const { entries } = await room.transcript(room.groupChat, seq);
    assert.deepEqual(
      entries.map(({ kind, activityId, status, for: whom }) => [kind, activityId, status, whom]),
      [
        ['invoke', id, undefined, megan],
        ['invokeResponse', id, 200, megan],
      ],
    );
  });

  it('sends Action.Submit as a message that nobody sees', async () => {
    room.bot.become(() => Promise.resolve());
    const id = await post(cardOf('Base'));
    assert.equal((await room.act(megan, id, { type: 'Action.Submit', data: { choice: 'a' } })).status, 200);
    const heard = room.heard();
    assert.deepEqual(
      [heard.type, heard.text, heard.value, heard.replyToId],
      ['message', undefined, { choice: 'a' }, id],
    );
    assert.equal((await room.seenBy(megan, room.groupChat)).at(-1)?.id, id);
  });

  it('speaks for the person on imBack and messageBack', async () => {
    room.bot.become(() => Promise.resolve());
    const id = await post(cardOf('Base'));
    const submit = (msteams: object) => room.act(megan, id, { type: 'Action.Submit', data: { msteams } });
    await submit({ type: 'imBack', value: 'status' });
    assert.equal(room.heard().text, '<at>Rollcall</at> status');
    await submit({ type: 'messageBack', text: 'status', value: { a: 1 } });
    const heard = room.heard();
    assert.deepEqual([heard.text, heard.value], ['status', { a: 1 }]);
  });

  it('refreshes a card for those it names, once a minute, and again after an edit', async () => {
    room.bot.become(
      answering({ statusCode: 200, type: cardType, value: cardOf('For you', { refresh: undefined }) }),
    );
    const roster = await room.connector('GET', `v3/conversations/${room.groupChat}/pagedmembers`);
    const { members } = rosterPage.parse(roster.body);
    const mri = members.find((member) => member.aadObjectId === megan)?.id ?? '';
    const action = { type: 'Action.Execute', verb: 'refresh', data: { v: 1 } };
    const base = cardOf('Base', { refresh: { action, userIds: [mri] } });
    const id = await post(base);
    const refresh = async (as: string) =>
      answered.parse(await room.call('POST', '/api/refresh', { as, activityId: id })).status;
    assert.equal(await refresh(diego), null);
    assert.equal(await refresh(megan), 200);
    assert.deepEqual(room.heard().value, { action, trigger: 'automatic' });
    assert.equal((await seenBy(megan, id)).card, 'For you');
    assert.equal((await seenBy(diego, id)).card, 'Base');
    assert.equal(await refresh(megan), null);
    await room.connector('PUT', `v3/conversations/${room.groupChat}/activities/${id}`, {
      type: 'message',
      attachments: [{ contentType: cardType, content: base }],
    });
    assert.equal(await refresh(megan), 200);
  });

  it('says nothing when an automatic refresh fails', async () => {
    room.bot.become(() => Promise.reject(new Error('broken')));
    const id = await post(cardOf('Base'));
    await room.act(megan, id, press, 'automatic');
    assert.deepEqual(await seenBy(megan, id), { card: 'Base', note: null });
  });

  it('searches for choices', async () => {
    const results = [{ title: 'Engineering', value: 'id-1' }];
    const type = 'application/vnd.microsoft.search.searchResponse';
    room.bot.become(answering({ statusCode: 200, type, value: { results } }));
    const activityId = await post(cardOf('Base'));
    const typed = { as: megan, activityId, dataset: 'groups', queryText: 'eng' };
    const { body } = answered.parse(await room.call('POST', '/api/search', typed));
    assert.deepEqual(found.parse(body).value.results, results);
    const heard = room.heard();
    assert.equal(heard.name, 'application/search');
    assert.deepEqual(heard.value, {
      queryText: 'eng',
      queryOptions: { skip: 0, top: 15 },
      dataset: 'groups',
    });
  });
});
