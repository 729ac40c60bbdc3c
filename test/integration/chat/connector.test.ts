// What the Connector refuses, and the faults and rates that can be switched on.
// Called directly, because botbuilder would repeat some calls.
import assert from 'node:assert/strict';
import { z } from 'zod';
import { echo } from './echo-bot.ts';
import { codeOf, idOf, megan, openChat } from './open-chat.ts';
import type { OpenChat, SeenEntry } from './open-chat.ts';

const card = (version: string, more: object = {}) => ({
  contentType: 'application/vnd.microsoft.card.adaptive',
  content: { type: 'AdaptiveCard', version, body: [{ type: 'TextBlock', text: 'Hello' }], ...more },
});

describe('chat: connector', () => {
  let room: OpenChat;
  let activities: string;
  let entriesSince: () => Promise<SeenEntry[]>;
  before(async () => {
    room = await openChat('bbbbbbbb-0000-4000-8000-000000000003');
    room.bot.become(echo);
    await room.open(megan);
    activities = `v3/conversations/${encodeURIComponent(room.personal(megan))}/activities`;
  });
  after(() => room.stop());
  beforeEach(async () => {
    const { seq } = await room.transcript(room.personal(megan));
    entriesSince = async () => (await room.transcript(room.personal(megan), seq)).entries;
  });

  const send = (activity: object) => room.connector('POST', activities, { type: 'message', ...activity });
  const shown = async () => (await room.seenBy(megan, room.personal(megan))).at(-1);

  it('refuses a message over 100 KB and writes it down', async () => {
    const text = 'x'.repeat(52_000);
    const answer = await send({ text });
    assert.equal(answer.status, 413);
    assert.equal(codeOf(answer.body), 'MessageSizeTooBig');
    const [refused, ...more] = await entriesSince();
    assert.deepEqual(
      [refused?.kind, refused?.status, refused?.reason],
      ['refused', 413, 'MessageSizeTooBig'],
    );
    assert.equal(refused?.activity.text, text);
    assert.deepEqual(more, []);
  });

  it('refuses an update over 100 KB and leaves the message', async () => {
    const id = idOf((await send({ text: 'small' })).body);
    const answer = await room.connector('PUT', `${activities}/${id}`, { text: 'x'.repeat(52_000) });
    assert.equal(answer.status, 413);
    assert.equal((await shown())?.text, 'small');
  });

  it('refuses more than ten attachments', async () => {
    assert.equal((await send({ attachments: Array.from({ length: 10 }, () => card('1.5')) })).status, 201);
    assert.equal((await send({ attachments: Array.from({ length: 11 }, () => card('1.5')) })).status, 400);
  });

  it('shows the fallback text of a card that is newer than 1.5, and says so in the transcript', async () => {
    await send({ attachments: [card('1.6', { fallbackText: 'Too new' })] });
    assert.deepEqual((await shown())?.attachments, [
      { contentType: 'application/vnd.microsoft.card.adaptive', fallbackText: 'Too new' },
    ]);
    assert.deepEqual(
      (await entriesSince()).map(({ kind, reason }) => [kind, reason]),
      [
        ['message', undefined],
        ['refused', 'card version 1.6 is shown as its fallbackText'],
      ],
    );
  });

  it('knows no conversation and no activity that is not there', async () => {
    const nowhere = await room.connector('POST', 'v3/conversations/a:nowhere/activities', { text: 'x' });
    assert.deepEqual([nowhere.status, codeOf(nowhere.body)], [404, 'ConversationNotFound']);
    for (const method of ['PUT', 'DELETE']) {
      const answer = await room.connector(
        method,
        `${activities}/12345`,
        method === 'PUT' ? { text: 'x' } : undefined,
      );
      assert.deepEqual([answer.status, codeOf(answer.body)], [404, 'ActivityNotFoundInConversation']);
    }
  });

  it('keeps the bot away from what people wrote', async () => {
    const { activityId } = await room.say(room.personal(megan), megan, 'mine');
    assert.equal((await room.connector('PUT', `${activities}/${activityId}`, { text: 'yours' })).status, 403);
    assert.equal((await room.connector('DELETE', `${activities}/${activityId}`)).status, 403);
  });

  it('refuses what is no activity', async () => {
    assert.equal((await send({ attachments: 'none' })).status, 400);
    assert.equal((await send({ type: 'dance' })).status, 400);
    assert.deepEqual(
      (await entriesSince()).map((entry) => entry.kind),
      ['refused', 'refused'],
    );
  });

  it('takes a reply to an activity that never was, as Teams does', async () => {
    assert.equal(
      (await room.connector('POST', `${activities}/some-id`, { type: 'message', text: 'x' })).status,
      201,
    );
  });

  for (const kind of ['412', '500', '502']) {
    it(`answers ${kind} when told to, once`, async () => {
      await room.call('POST', '/api/faults', { kind });
      assert.equal((await send({ text: 'x' })).status, Number(kind));
      assert.equal((await send({ text: 'x' })).status, 201);
    });
  }

  it('throttles the next calls with Retry-After', async () => {
    await room.call('POST', '/api/faults', { kind: '429', times: 2, retryAfterSeconds: 7 });
    const answer = await send({ text: 'x' });
    assert.deepEqual([answer.status, answer.headers.get('retry-after')], [429, '7']);
    const counted = z.array(z.looseObject({ remaining: z.number(), served: z.number() }));
    const fault = counted.parse(await room.call('GET', '/api/faults')).at(-1);
    assert.deepEqual([fault?.remaining, fault?.served], [1, 1]);
    await room.call('DELETE', '/api/faults');
    assert.equal((await send({ text: 'x' })).status, 201);
  });

  it('meets only the calls that a fault is for', async () => {
    await room.call('POST', '/api/faults', { kind: '500', match: { method: 'PUT' } });
    const { body, status } = await send({ text: 'x' });
    assert.equal(status, 201);
    assert.equal((await room.connector('PUT', `${activities}/${idOf(body)}`, { text: 'y' })).status, 500);
  });

  it('breaks the connection, before or after it took the message', async () => {
    await room.call('POST', '/api/faults', { kind: 'reset' });
    await assert.rejects(send({ text: 'lost' }));
    await room.call('POST', '/api/faults', { kind: 'lost-answer' });
    await assert.rejects(send({ text: 'taken' }));
    assert.deepEqual(
      (await entriesSince()).map(({ kind, text }) => [kind, text]),
      [
        ['refused', undefined],
        ['message', 'taken'],
      ],
    );
  });

  it('never answers when told to be silent', async () => {
    await room.call('POST', '/api/faults', { kind: 'silent' });
    const call = fetch(`${room.chat.serviceUrl}${activities}`, {
      method: 'POST',
      body: '{}',
      headers: { authorization: `Bearer ${await room.entra.token('good')}` },
      signal: AbortSignal.timeout(200),
    });
    await assert.rejects(call, { name: 'TimeoutError' });
  });

  it('keeps the rates of a thread once they are switched on', async () => {
    await room.call('PUT', '/api/rates', { on: true });
    const statuses: number[] = [];
    for (let count = 0; count < 8; count += 1) statuses.push((await send({ text: 'x' })).status);
    await room.call('PUT', '/api/rates', { on: false });
    assert.deepEqual(statuses, [201, 201, 201, 201, 201, 201, 201, 429]);
  });

  it('answers a call of the API that makes no sense with what is wrong', async () => {
    await assert.rejects(room.call('POST', '/api/say', { as: megan }), /400.*conversation/s);
    await assert.rejects(room.call('POST', '/api/open', { as: 'nobody' }), /404.*Megan Bowen/s);
  });

  it('takes nothing from a page of another site', async () => {
    const post = (origin: string) =>
      fetch(new URL('/api/say', room.chat.pageUrl), {
        method: 'POST',
        headers: { origin },
        body: JSON.stringify({ as: megan, conversation: room.personal(megan), text: 'hi' }),
      });
    assert.equal((await post('https://evil.example')).status, 403);
    assert.equal((await post('null')).status, 403);
    assert.equal((await post(new URL(room.chat.pageUrl).origin)).status, 200);
  });
});
