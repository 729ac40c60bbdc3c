// Both directions of trust: the bot believes only the channel, the channel only the bot.
// The adapter's own gaps are asserted too, because a bot has to close them itself.
import assert from 'node:assert/strict';
import sinon from 'sinon';
import { z } from 'zod';
import { tokenKinds } from '../../../local/chat/channel-tokens.ts';
import { echo } from './echo-bot.ts';
import type { BotTokenKind } from './fake-entra.ts';
import { megan, openChat } from './open-chat.ts';
import type { OpenChat } from './open-chat.ts';

describe('chat: tokens', () => {
  let room: OpenChat;
  let activity: Record<string, unknown>;
  before(async () => {
    room = await openChat('bbbbbbbb-0000-4000-8000-000000000002');
    room.bot.become(echo);
    await room.open(megan);
    const { activityId } = await room.say(room.personal(megan), megan, 'hello');
    const { entries } = await room.transcript(room.personal(megan));
    activity = entries.find((entry) => entry.activityId === activityId)?.activity ?? {};
  });
  after(() => room.stop());
  // The framework prints every refusal.
  beforeEach(() => sinon.stub(console, 'error'));
  afterEach(() => sinon.restore());

  // What CloudAdapter 4.23.3 by itself makes of each kind; 500 and the two 200 besides `good` are its gaps.
  const expected: Record<(typeof tokenKinds)[number], number> = {
    good: 200,
    none: 401,
    garbage: 401,
    basic: 401,
    'alg-none': 401,
    expired: 401,
    'not-yet-valid': 500,
    'no-audience': 401,
    'wrong-audience': 401,
    'wrong-issuer': 401,
    emulator: 200,
    'no-service-url': 401,
    'wrong-service-url': 401,
    'rogue-key': 500,
    'unknown-key': 401,
    'unendorsed-key': 200,
    'other-channel-key': 401,
  };
  for (const token of tokenKinds) {
    it(`sends a token of the kind ${token}: HTTP ${expected[token]}`, async () => {
      assert.equal((await room.raw({ activity, token })).status, expected[token]);
    });
  }

  const kinds: readonly [BotTokenKind | 'none', number][] = [
    ['good', 201],
    ['v2', 201],
    ['none', 401],
    ['expired', 401],
    ['wrong-audience', 401],
    ['other-app', 401],
    ['other-tenant', 401],
    ['rogue-key', 401],
  ];
  for (const [kind, status] of kinds) {
    it(`answers a bot whose token is ${kind}: HTTP ${status}`, async () => {
      const { seq } = await room.transcript(room.personal(megan));
      const path = `v3/conversations/${room.personal(megan)}/activities`;
      const answer = await room.connector('POST', path, { type: 'message', text: 'hi' }, kind);
      assert.equal(answer.status, status);
      const { entries } = await room.transcript(room.personal(megan), seq);
      assert.deepEqual(
        entries.map((entry) => [entry.kind, entry.status]),
        [status === 201 ? ['message', undefined] : ['refused', 401]],
      );
    });
  }

  it('publishes keys of which one is endorsed for Teams', async () => {
    const metadata = z
      .looseObject({ issuer: z.string(), jwks_uri: z.string() })
      .parse(await (await fetch(room.chat.metadataUrl)).json());
    assert.equal(metadata.issuer, 'https://api.botframework.com');
    const { keys } = z
      .object({ keys: z.array(z.looseObject({ endorsements: z.array(z.string()).default([]) })) })
      .parse(await (await fetch(metadata.jwks_uri)).json());
    assert.equal(keys.filter((key) => key.endorsements.includes('msteams')).length, 1);
    assert.ok(
      keys.every((key) => !('d' in key)),
      'a private key is published',
    );
  });

  it('sends text that is no JSON as it is', async () => {
    assert.equal((await room.raw({ body: '{"type":' })).status, 500);
  });
});
