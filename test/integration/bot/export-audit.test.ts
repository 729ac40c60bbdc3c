// The button that makes a link to the audit trail, over HTTP: only for administrators, and only where nobody reads along.
import assert from 'node:assert/strict';
import type { Role, Services } from '../../../services/index.ts';
import { execute, PERSON, TENANT_ID } from '../../unit/bot/activities.ts';
import { startFakeChannel, type FakeChannel } from './fake-channel.ts';
import { startBot, type Bot } from './start-bot.ts';
import { stubServices } from './stub-services.ts';

const URL = `https://rollcall.example.com/export/${'a'.repeat(43)}`;
const CHANNEL = {
  conversation: {
    conversationType: 'channel',
    isGroup: true,
    tenantId: TENANT_ID,
    id: '19:general@thread.tacv2;messageid=1700000000001',
  },
};

describe('the button for the audit trail as a file', () => {
  let channel: FakeChannel;
  let bot: Bot;
  let role: Role;
  let offered: Parameters<Services['offerAuditExport']>[0][];

  before(async () => {
    channel = await startFakeChannel();
    bot = await startBot(
      channel,
      stubServices({
        roleOf: () => Promise.resolve(role),
        offerAuditExport: (request) => {
          offered.push(request);
          return Promise.resolve({ url: URL, expiresAt: new Date() });
        },
      }),
    );
  });
  after(async () => {
    await bot.stop();
    await channel.stop();
  });
  beforeEach(() => {
    role = 'admin';
    offered = [];
  });
  const press = async (over: Record<string, unknown> = {}) =>
    JSON.stringify((await bot.say(execute('audit.export', { v: 1 }, over))).json());

  it('puts a link on the card, for the one who pressed', async () => {
    const answer = await press();
    assert.ok(answer.includes(URL), answer);
    assert.deepEqual(
      offered.map(({ actor, conversationId }) => [actor.objectId, conversationId]),
      [[PERSON.aadObjectId, 'a:1personal']],
    );
  });

  it('shows no link in a channel, where others could use it', async () => {
    const answer = await press(CHANNEL);
    assert.match(answer, /in our own chat/);
    assert.deepEqual(offered, []);
  });

  it('is for administrators', async () => {
    role = 'viewer';
    const answer = await press();
    assert.ok(!answer.includes('/export/'));
    assert.deepEqual(offered, []);
  });
});
