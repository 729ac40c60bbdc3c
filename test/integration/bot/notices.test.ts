// What people are told without having asked: posted once, edited to its end, and to which chat.
import assert from 'node:assert/strict';
import type { DueNotice, Services } from '../../../services/index.ts';
import { aCredential, DISABLED } from '../../support/connect-scenes.ts';
import { channelMessage, message, TENANT_ID } from '../../unit/bot/activities.ts';
import { until } from './start-bot.ts';
import { owner, TENANT, useBots } from './use-bots.ts';

const good = aCredential('Megan Bowen');

describe('telling people', () => {
  const bots = useBots();

  describe('notices', () => {
    const notice = {
      kind: 'failedOver',
      ...{ key: 'k1', tenantId: TENANT, people: [owner.objectId] },
      failed: { ...good, health: { state: 'failed', problem: DISABLED, since: owner.since } },
      takeovers: [
        { capability: 'users', carriesOn: aCredential('Adele Vance', { position: 1 }), wasReading: true },
      ],
    } as const;
    const recovered = {
      ...{ key: 'k1', tenantId: TENANT, people: [] },
      kind: 'recovered',
      how: 'works',
      credential: good,
      grants: ['users'],
    } as const;
    const chatOf = (activityId: string) =>
      JSON.stringify({
        serviceUrl: bots.channel().serviceUrl,
        conversationId: 'a:owner',
        ...{ activityId, tenantId: TENANT_ID, locale: 'en-GB', timeZone: 'UTC' },
      });
    const deliver = (due: DueNotice[]) => {
      const placed: string[] = [];
      const services: Partial<Services> = {
        takeNotices: () => Promise.resolve(due.splice(0)),
        findChat: () => Promise.resolve(chatOf('last')),
        placeNotice: (key, person, card) => {
          placed.push(`${key} ${person} ${card}`);
          return Promise.resolve();
        },
      };
      return { services, placed };
    };

    it('are posted once, and edited when it is resolved', async () => {
      const due: DueNotice[] = [{ notice, person: owner.objectId, card: null }];
      const { services, placed } = deliver(due);
      await bots.start(services);
      await until(() => placed.length === 1, 'the notice');
      assert.match(bots.only(), /A backup took over/);
      assert.equal(bots.channel().calls[0]?.method, 'POST');
      due.push({ notice: recovered, person: owner.objectId, card: chatOf('posted-9') });
      await until(() => placed.length === 2, 'the end of it');
      assert.equal(bots.channel().calls.length, 2);
      assert.equal(bots.channel().calls[1]?.method, 'PUT');
      assert.match(bots.channel().calls[1]?.path ?? '', /posted-9$/);
      assert.match(bots.bodies()[1] ?? '', /Resolved/);
    });

    it('that cannot be delivered are not taken for delivered, and hold up no other', async () => {
      const due: DueNotice[] = [
        { notice, person: 'first', card: null },
        { notice, person: 'second', card: null },
      ];
      bots.channel().faults.push({ status: 500 });
      const { services, placed } = deliver(due);
      await bots.start(services);
      await until(() => placed.length === 1, 'the second');
      assert.match(placed[0] ?? '', /^k1 second/);
    });

    it('for somebody who never talked to Rollcall, or took it out of the chat, wait for the next message', async () => {
      const waiting: string[] = [];
      const awaitChat = (key: string, person: string) => {
        waiting.push(`${key} ${person}`);
        return Promise.resolve();
      };
      const { services, placed } = deliver([{ notice, person: 'p', card: null }]);
      await bots.start({ ...services, awaitChat, findChat: () => Promise.resolve(null) });
      await until(() => waiting.length === 1, 'the wait of who never talked to it');
      assert.deepEqual([...placed, ...bots.bodies()], []);
      bots.channel().faults.push({ status: 403 });
      const gone = deliver([{ notice, person: 'q', card: null }]);
      await bots.start({ ...gone.services, awaitChat });
      await until(() => waiting.length === 2, 'the wait of who took it out');
      assert.deepEqual([waiting, gone.placed], [['k1 p', 'k1 q'], []]);
    });

    it('never go to a channel: they wait for a chat of the person alone', async () => {
      const { services, placed } = deliver([{ notice, person: owner.objectId, card: null }]);
      const channel = chatOf('last').replace('a:owner', '19:general@thread.tacv2');
      const bot = await bots.start({ ...services, findChat: () => Promise.resolve(channel) });
      await until(() => bot.logged().includes('notice-without-chat'), 'the log line');
      assert.deepEqual([...placed, ...bots.bodies()], []);
    });

    it('know the personal chat, or else the first place where somebody spoke', async () => {
      const chats: string[] = [];
      let known: string | null = null;
      const bot = await bots.start({
        rememberChat: (_tenant, _person, chat) => {
          chats.push((JSON.parse(chat) as { conversationId: string }).conversationId);
          known = chat;
          return Promise.resolve();
        },
        findChat: () => Promise.resolve(known),
      });
      await bot.say(channelMessage('help'));
      await bot.say(channelMessage('help', { id: '2' }));
      await bot.say(message('help', { id: '3' }));
      await until(() => chats.length === 2, 'both chats');
      assert.match(chats[0] ?? '', /^19:general/);
      assert.equal(chats[1], 'a:1personal');
    });
  });
});
