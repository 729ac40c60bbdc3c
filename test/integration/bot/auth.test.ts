// Who may speak to the bot: every kind of token and activity, with the HTTP status that its sender sees. Real server,
// real token checks, real adapter.
import assert from 'node:assert/strict';
import { SignJWT, UnsecuredJWT } from 'jose';
import { ToBotFromBotOrEmulatorTokenValidationParameters as emulator } from '../../../node_modules/botframework-connector/lib/auth/tokenValidationParameters.js';
import { APP_ID, execute, message, PERSON, TENANT_ID } from '../../unit/bot/activities.ts';
import { startFakeChannel, type FakeChannel, type TokenOptions } from './fake-channel.ts';
import { startBot, type Bot } from './start-bot.ts';
import { stubServices } from './stub-services.ts';

const OTHER_TENANT = '99999999-2222-4333-8444-555555555555';
const now = () => Math.floor(Date.now() / 1000);

describe('channel authentication', () => {
  let channel: FakeChannel;
  let bot: Bot;

  before(async () => {
    channel = await startFakeChannel();
    bot = await startBot(channel, stubServices());
  });
  after(async () => {
    await bot.stop();
    await channel.stop();
  });
  beforeEach(() => {
    channel.calls.length = 0;
  });

  const TOKENS: readonly (readonly [string, TokenOptions, number])[] = [
    ['a good token', {}, 200],
    ['a token that expired four minutes ago', { expires: now() - 240 }, 200],
    ['a token that expired long ago', { expires: now() - 3600 }, 401],
    ['a token without expiry', { without: ['exp'] }, 401],
    ['a token that is not valid yet', { notBefore: now() + 3600 }, 401],
    ['another audience', { claims: { aud: OTHER_TENANT } }, 401],
    ['no audience', { without: ['aud'] }, 401],
    ['another issuer', { claims: { iss: 'https://example.com' } }, 401],
    ['no issuer', { without: ['iss'] }, 401],
    ['another service address', { claims: { serviceurl: 'https://smba.trafficmanager.net/emea/' } }, 401],
    ['no service address', { without: ['serviceurl'] }, 401],
    ['an unknown key', { kid: 'unknown' }, 401],
    ['a rogue key under a known name', { rogue: true }, 401],
    ['a key that is endorsed for another channel', { kid: 'elsewhere' }, 401],
    ['a key without endorsements', { kid: 'unendorsed' }, 401],
    ['the emulator', { claims: { iss: `https://sts.windows.net/${TENANT_ID}/`, tid: TENANT_ID } }, 401],
    [
      'the emulator, version 2',
      { claims: { iss: `https://login.microsoftonline.com/${TENANT_ID}/v2.0`, tid: TENANT_ID, ver: '2.0' } },
      401,
    ],
    [
      'a skill',
      { claims: { iss: `https://sts.windows.net/${TENANT_ID}/`, ver: '1.0', appid: OTHER_TENANT } },
      401,
    ],
  ];
  for (const [name, token, status] of TOKENS) {
    it(`answers ${status} to ${name}`, async () => {
      const answer = await bot.say(message('help'), token);
      assert.equal(answer.status, status, answer.text);
      assert.equal(channel.calls.length, status === 200 ? 1 : 0);
    });
  }

  const HEADERS: readonly (readonly [string, (token: string) => string | undefined])[] = [
    ['no header', () => undefined],
    ['an empty token', () => 'Bearer '],
    ['garbage', () => 'Bearer garbage'],
    ['another scheme', (token) => `Basic ${token}`],
    ['two tokens', (token) => `Bearer ${token} ${token}`],
    ['a token of 9,000 characters', () => `Bearer ${'a'.repeat(9_000)}`],
  ];
  for (const [name, header] of HEADERS) {
    it(`answers 401 to ${name}`, async () => {
      const authorization = header(await channel.sign());
      const answer = await bot.post(
        { ...message('help'), serviceUrl: channel.serviceUrl },
        authorization === undefined ? {} : { authorization },
      );
      assert.equal(answer.status, 401);
    });
  }

  it('answers 401 to a token that is not signed, or signed by a shared secret', async () => {
    const claims = { iss: 'https://api.botframework.com', aud: APP_ID, serviceurl: channel.serviceUrl };
    const unsigned = new UnsecuredJWT(claims).setExpirationTime('1h').encode();
    const shared = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid: 'teams' })
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode('0'.repeat(64)));
    for (const token of [unsigned, shared]) {
      const answer = await bot.post(
        { ...message('help'), serviceUrl: channel.serviceUrl },
        { authorization: `Bearer ${token}` },
      );
      assert.equal(answer.status, 401);
    }
  });

  const HUSH = { hush: 'a private value' };
  const COPIED: readonly (readonly [string, Record<string, unknown>])[] = [
    ['locale', { locale: HUSH }],
    ['replyToId', { replyToId: HUSH }],
    ['deliveryMode', { deliveryMode: HUSH }],
    ['callerId', { callerId: HUSH }],
    ['name', { name: HUSH }],
    ['from.name', { from: { ...PERSON, name: HUSH } }],
    ['from.role', { from: { ...PERSON, role: HUSH } }],
    ['from.properties', { from: { ...PERSON, properties: 'a private value' } }],
    ['recipient.name', { recipient: { id: `28:${APP_ID}`, name: HUSH } }],
    ['recipient.aadObjectId', { recipient: { id: `28:${APP_ID}`, aadObjectId: HUSH } }],
    ...['name', 'isGroup', 'conversationType', 'role', 'aadObjectId'].map(
      (field): [string, Record<string, unknown>] => [
        `conversation.${field}`,
        { conversation: { id: 'a:1', tenantId: TENANT_ID, [field]: HUSH } },
      ],
    ),
  ];
  for (const [name, over] of COPIED) {
    it(`answers an activity whose ${name} is no text, and keeps it out of the log`, async () => {
      const answer = await bot.say(message('help', { id: `copied-${name}`, ...over }));
      assert.equal(answer.status, 200, answer.text);
      assert.equal(channel.calls.length, 1);
      assert.match(JSON.stringify(channel.calls[0]?.body), /sync now/);
      assert.ok(!bot.logged().includes('private value'));
    });
  }

  for (const [name, activity] of [
    ['message', message('help', { from: { id: '29:1somebody', name: 'Somebody' } })],
    ['button', execute('status.show', { v: 1 }, { from: { id: '29:1somebody', name: 'Somebody' } })],
  ] as const)
    it(`tells a person without an account what to do, by ${name}`, async () => {
      const answer = await bot.say(activity);
      assert.equal(answer.status, 200);
      const said = answer.text + JSON.stringify(channel.calls.map(({ body }) => body));
      assert.equal(said.split('I cannot tell who you are').length, 2);
    });

  const ACTIVITIES: readonly (readonly [string, Record<string, unknown>, number])[] = [
    ['another channel', { channelId: 'directline' }, 401],
    ['the Azure Stack channel', { channelId: 'AseChannel' }, 401],
    ['the emulator channel', { channelId: 'emulator' }, 401],
    ['no channel', { channelId: undefined }, 401],
    ['no type', { type: undefined }, 400],
    ['no sender', { from: undefined }, 400],
    ['no conversation', { conversation: undefined }, 400],
    ['no recipient', { recipient: undefined }, 400],
    [
      'another tenant',
      {
        conversation: { id: 'a:1', conversationType: 'personal', tenantId: OTHER_TENANT },
        channelData: { tenant: { id: OTHER_TENANT } },
      },
      403,
    ],
    ['two tenants', { channelData: { tenant: { id: OTHER_TENANT } } }, 403],
    ['no tenant', { conversation: { id: 'a:1', conversationType: 'personal' }, channelData: {} }, 403],
  ];
  for (const [name, over, status] of ACTIVITIES) {
    it(`answers ${status} to an activity with ${name}, and says nothing in the chat`, async () => {
      const answer = await bot.say({ ...message('help'), ...over });
      assert.equal(answer.status, status, answer.text);
      assert.equal(channel.calls.length, 0);
    });
  }

  it('answers 401 to an activity without a service address', async () => {
    const answer = await bot.post(
      { ...message('help'), serviceUrl: undefined },
      { authorization: `Bearer ${await channel.sign()}` },
    );
    assert.equal(answer.status, 401);
  });

  it('answers 403 to a signed service address that is not on the list', async () => {
    const serviceUrl = 'https://connector.example.com/';
    const authorization = `Bearer ${await channel.sign({ claims: { serviceurl: serviceUrl } })}`;
    const answer = await bot.post({ ...message('help'), serviceUrl }, { authorization });
    assert.equal(answer.status, 403);
  });

  it('keeps nothing of tokens that nobody signed', async () => {
    const issuers = emulator.issuer ?? [];
    const before = issuers.length;
    for (let i = 0; i < 60; i++) {
      const tid = `${String(i).padStart(8, '0')}-2222-4333-8444-555555555555`;
      const iss = i % 2 === 0 ? 'https://api.botframework.com' : `https://sts.windows.net/${tid}/`;
      const token = new UnsecuredJWT({ iss, tid, aud: '0a5fc0de-b07a-4c11-9a11-5c0ffee00001' }).encode();
      const answer = await bot.post(
        { ...message('help'), serviceUrl: channel.serviceUrl },
        { authorization: `Bearer ${token}` },
      );
      assert.equal(answer.status, 401);
    }
    assert.equal(issuers.length, before);
  });

  it('asks for the keys once, not for every token', async () => {
    const before = channel.metadataRequests();
    for (let i = 0; i < 4; i++) await bot.say(message('help', { id: `again-${i}` }));
    for (let i = 0; i < 4; i++) await bot.say(message('help'), { kid: 'unknown' });
    assert.ok(channel.metadataRequests() - before <= 1);
  });

  it('writes no token, secret or text into the log', async () => {
    const token = await channel.sign();
    await bot.post(
      { ...message('help'), serviceUrl: channel.serviceUrl },
      { authorization: `Bearer ${token}` },
    );
    await bot.say(message('a very private sentence'));
    const lines = bot.logged();
    assert.match(lines, /"event":"turn"/);
    for (const secret of [token, 'Bearer', 'app-secret-value', 'bot-token', 'private sentence', 'Megan'])
      assert.ok(!lines.includes(secret), `the log contains ${secret}`);
  });
});

describe('channel authentication in trouble', () => {
  let channel: FakeChannel;
  before(async () => {
    channel = await startFakeChannel();
  });
  after(() => channel.stop());

  it('answers 503 while the keys cannot be had, and goes on when they are back', async () => {
    const bot = await startBot(channel, stubServices());
    channel.setMetadataDown(true);
    assert.equal((await bot.say(message('help'))).status, 503);
    channel.setMetadataDown(false);
    assert.equal((await bot.say(message('help'))).status, 200);
    assert.match(bot.logged(), /channel-keys-unreachable/);
    await bot.stop();
  });

  it('limits what senders without a token can cost', async () => {
    const bot = await startBot(channel, stubServices());
    const statuses = new Map<number, number>();
    for (let batch = 0; batch < 10; batch++) {
      const answers = await Promise.all(Array.from({ length: 32 }, () => bot.post(message('help'))));
      for (const { status } of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    assert.ok((statuses.get(429) ?? 0) >= 15, JSON.stringify([...statuses]));
    assert.ok(bot.logged().split('request-refused').length < 60);
    assert.equal((await bot.say(message('help'))).status, 200);
    await bot.stop();
  });

  it('lets everybody in on loopback when authentication is off by the explicit setting', async () => {
    const bot = await startBot(channel, stubServices(), { env: { ROLLCALL_CHANNEL_AUTHENTICATION: 'off' } });
    channel.calls.length = 0;
    const answer = await bot.post({ ...message('help'), serviceUrl: channel.serviceUrl });
    assert.equal(answer.status, 200, answer.text);
    assert.equal(channel.calls.length, 1);
    assert.equal(channel.calls[0]?.authorization, undefined);
    await bot.stop();
  });
});
