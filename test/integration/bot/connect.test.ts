// A sign-in from the button to the green check on the same card, the page in between, and what is done to accounts.
import assert from 'node:assert/strict';
import { AppError, type Services, type SignInNews, type SignInResult } from '../../../services/index.ts';
import { aCredential, connectionsOf, DISABLED } from '../../support/connect-scenes.ts';
import { PERSON } from '../../unit/bot/activities.ts';
import { until, type Bot } from './start-bot.ts';
import { as, CARD, MESSAGE, nobodyOwns, owner, TENANT, useBots } from './use-bots.ts';

const SIGN_IN = 'https://login.microsoftonline.com/contoso/oauth2/v2.0/authorize?state=s1';
const good = aCredential('Megan Bowen');
const connected: SignInResult = { kind: 'connected', credential: good, becameOwner: true };

describe('connecting', () => {
  const bots = useBots();

  it('an owner authorizes the app without a sign-in', async () => {
    const bot = await bots.start({ ...as('owner'), connectApp: () => Promise.resolve(connected) });
    const answer = await bots.invoke(bot, 'connect.begin', { v: 1, grant: 'everything', as: 'primary' });
    assert.match(JSON.stringify(answer.value), /passes sync validation/);
  });

  describe('a sign-in', () => {
    /** Services in which one sign-in is begun, finished and shown. */
    const script = () => {
      const news: SignInNews[] = [];
      const attached: string[] = [];
      let ended = 0;
      let finish: (result: SignInResult) => void = () => undefined;
      const result = new Promise<SignInResult>((resolve) => (finish = resolve));
      const entryOf = (state: SignInNews['state'], shown: SignInResult | null): SignInNews => ({
        ...{ tenantId: TENANT, actor: owner, signInId: 's1', revision: 1, card: attached[0] ?? '', state },
        result: shown,
      });
      const services: Partial<Services> = {
        ...nobodyOwns,
        beginSignIn: () => Promise.resolve({ url: SIGN_IN, signInId: 's1' }),
        attachConnectCard: (_tenant, _id, card) => {
          attached.push(card);
          return Promise.resolve();
        },
        // Nothing is authorized before it ends.
        getConnections: () => Promise.resolve(connectionsOf(ended === 1 ? [good] : [])),
        finishSignIn: async () => {
          news.push(entryOf('checking', null));
          const end = await result;
          ended = 1;
          news.push(entryOf('done', end));
          return end;
        },
        takeFinishedSignIns: () => Promise.resolve(news.splice(0)),
      };
      return { services, attached, finish: (ended: SignInResult) => finish(ended) };
    };
    const begin = (bot: Bot) => bots.invoke(bot, 'connect.begin', { v: 1, grant: 'users', as: 'primary' });

    it('goes from the button over "checking" to the green check, on the same card', async () => {
      const { services, attached, finish } = script();
      const bot = await bots.start(services);
      const answer = await begin(bot);
      assert.equal(answer.type, CARD);
      assert.match(JSON.stringify(answer.value), /"Action\.OpenUrl".*authorize\?state=s1/);
      await until(() => attached.length === 1, 'the card to be remembered');
      const page = bots.callback(bot, 'code=c&state=s1');
      await until(() => bots.channel().calls.length === 1, '"checking"');
      assert.match(bots.only(), /Checking the account/);
      finish(connected);
      assert.match((await page).text, /You are connected.*go back to Teams/s);
      await until(() => bots.channel().calls.length === 2, 'the result');
      assert.match(bots.bodies()[1] ?? '', /✓ Account passes sync validation/);
      for (const { method, path } of bots.channel().calls) {
        assert.equal(method, 'PUT');
        assert.match(path, /activities\/1700000000000$/);
      }
    });

    it('begun where others read along is sent to the own chat of the person, and changes there', async () => {
      const { services, attached, finish } = script();
      const own = {
        ...{ serviceUrl: bots.channel().serviceUrl, conversationId: 'a:own', activityId: 'x' },
        ...{ tenantId: TENANT, locale: 'en-GB', timeZone: 'UTC' },
      };
      let known: string | null = JSON.stringify(own);
      const bot = await bots.start({
        ...services,
        findChat: () => Promise.resolve(known),
        getConnections: () => Promise.resolve(connectionsOf([])),
      });
      const channel = {
        conversation: { conversationType: 'channel', tenantId: TENANT, id: '19:x@thread.tacv2' },
      };
      const press = () => bots.invoke(bot, 'connect.begin', { v: 1, grant: 'users', as: 'primary' }, channel);
      const answer = await press();
      assert.equal(answer.type, MESSAGE);
      assert.match(String(answer.value), /for you alone: I have sent it/);
      assert.doesNotMatch(String(answer.value), /authorize\?/);
      assert.match(bots.only(), /authorize\?state=s1/);
      assert.match(bots.channel().calls[0]?.path ?? '', /a%3Aown|a:own/);
      await until(() => attached.length === 1, 'the card to be remembered');
      finish(connected);
      await bots.callback(bot, 'code=c&state=s1');
      await until(() => bots.bodies().some((body) => body.includes('✓ Account passes')), 'the result');
      assert.match(bots.channel().calls.at(-1)?.path ?? '', /posted-1$/);
      // Without a chat of their own they are told how to get one.
      for (known of [null, JSON.stringify({ ...own, conversationId: '19:x@thread.v2' })])
        assert.match(String((await press()).value), /Say “connect” to me in our own chat/);
    });

    it('that is refused says why on the page and on the card', async () => {
      const { services, attached, finish } = script();
      const bot = await bots.start(services);
      await begin(bot);
      await until(() => attached.length === 1, 'the card to be remembered');
      finish({ kind: 'refused', reason: 'otherPerson', problem: DISABLED });
      const { status, text } = await bots.callback(bot, 'code=c&state=s1');
      assert.equal(status, 200);
      assert.match(text, /another account than yours/);
      await until(
        () => bots.bodies().some((body) => body.includes('another account than yours')),
        'the card',
      );
      assert.match(bots.bodies().at(-1) ?? '', /Nothing was changed/);
    });

    it('of somebody who was taken out meanwhile shows no accounts, however it ended', async () => {
      for (const reason of ['roleNeeded', 'consentNeeded'] as const) {
        const { services, attached, finish } = script();
        let role: 'admin' | null = 'admin';
        const bot = await bots.start({
          ...{ ...services, hasOwner: () => Promise.resolve(true), roleOf: () => Promise.resolve(role) },
        });
        await begin(bot);
        await until(() => attached.length === 1, 'the card to be remembered');
        role = null;
        finish({ kind: 'refused', reason, problem: DISABLED });
        await bots.callback(bot, 'code=c&state=s1');
        await until(() => bots.bodies().some((body) => body.includes('Nothing was changed')), 'the card');
        const body = bots.bodies().at(-1) ?? '';
        assert.match(body, new RegExp(DISABLED.happened));
        assert.doesNotMatch(body, /Megan Bowen|connect\./);
        bots.channel().calls.length = 0;
      }
    });

    it('whose chat is away comes again until it is edited, and holds up no other', async () => {
      const { services, attached, finish } = script();
      const told: string[] = [];
      const due: SignInNews[] = [];
      const bot = await bots.start({
        ...services,
        takeFinishedSignIns: () => Promise.resolve(due.splice(0)),
        markSignInTold: ({ signInId }) => {
          told.push(signInId);
          return Promise.resolve();
        },
      });
      await begin(bot);
      await until(() => attached.length === 1, 'the card to be remembered');
      const base = { tenantId: TENANT, actor: owner, revision: 1, card: attached[0] ?? '' };
      const news = (signInId: string): SignInNews => ({ ...base, signInId, state: 'checking', result: null });
      for (let n = 0; n < 5; n++) bots.channel().faults.push({ status: 500 });
      for (let round = 1; round <= 5; round++) {
        due.push(news('away'));
        await until(() => bot.logged().split('connect-card-not-edited').length > round, `try ${round}`);
        assert.deepEqual(told, []);
      }
      due.push(news('away'), news('other'));
      await until(() => told.length === 2, 'both cards');
      assert.deepEqual([...told].sort(), ['away', 'other']);
      finish({ kind: 'consented' });
    });

    it('whose check takes long sends the person back to Teams meanwhile', async () => {
      const { services, finish } = script();
      const bot = await bots.start(services);
      const { status, text } = await bots.callback(bot, 'code=c&state=s1');
      assert.equal(status, 200);
      assert.match(text, /being checked/);
      finish(connected);
    });

    it('is not begun without a key to keep it with: the answer says who must do what', async () => {
      const bot = await bots.start({
        ...nobodyOwns,
        beginSignIn: () => Promise.reject(new AppError('token-keys-missing')),
      });
      const answer = await begin(bot);
      assert.equal(answer.type, MESSAGE);
      assert.match(String(answer.value), /operator of Rollcall must set ROLLCALL_TOKEN_KEYS/);
    });
  });

  describe('a sign-in for an account', () => {
    const broken = aCredential('Megan Bowen', {
      health: { state: 'failed', problem: DISABLED, since: good.authorizedAt },
    });
    const own = aCredential('x', {
      account: { objectId: PERSON.aadObjectId, displayName: 'x', userPrincipalName: 'x' },
    });
    const start = async (accounts: (typeof good)[]) => {
      const begun: unknown[] = [];
      const bot = await bots.start({
        ...as('admin'),
        getConnections: () => Promise.resolve(connectionsOf(accounts)),
        beginSignIn: ({ backup }) => {
          begun.push(backup);
          return Promise.resolve({ url: SIGN_IN, signInId: 's1' });
        },
      });
      const press = async (data: Record<string, unknown>) =>
        JSON.stringify((await bots.invoke(bot, 'connect.begin', { v: 1, grant: 'users', ...data })).value);
      return { press, begun };
    };

    it('of somebody else is not begun: it says who must press, and what can be done instead', async () => {
      const { press, begun } = await start([broken]);
      for (const data of [
        { as: 'primary' },
        { as: 'primary', id: broken.id },
        { as: 'backup', id: broken.id },
      ])
        assert.match(await press(data), /Megan Bowen\S* must press this.*Authorize a backup instead/s);
      assert.deepEqual(begun, []);
      assert.match(await press({ as: 'backup' }), /authorize\?state=s1/);
      assert.deepEqual(begun, [true]);
    });

    it('of their own repairs it in its place, and adds no backup', async () => {
      const { press, begun } = await start([own]);
      assert.match(await press({ as: 'backup' }), /No backup was added/);
      assert.deepEqual(begun, []);
      assert.match(await press({ as: 'primary', id: own.id }), /authorize\?state=s1/);
      assert.deepEqual(begun, [false]);
    });
  });

  describe('the page after a sign-in', () => {
    const refused: SignInResult = { kind: 'refused', reason: 'unknownState', problem: DISABLED };

    it('asks the services for nothing that no sign-in sends', async () => {
      const bot = await bots.start();
      for (const [query, status] of [
        ['', 200],
        ['code=c', 200],
        ['state=a&state=b', 400],
        [`state=${'a'.repeat(13_000)}`, 400],
      ] as const)
        assert.equal((await bots.callback(bot, query)).status, status, query.slice(0, 40));
    });

    it('hands the answer on as it came, and logs nothing of it', async () => {
      const seen: unknown[] = [];
      const bot = await bots.start({
        finishSignIn: (query) => {
          seen.push(query);
          return Promise.resolve(refused);
        },
      });
      const { text } = await bots.callback(
        bot,
        'code=secret%2Bcode&state=secret-state&error_description=%3Cb%3E',
      );
      assert.deepEqual(seen, [{ code: 'secret+code', state: 'secret-state', error_description: '<b>' }]);
      assert.doesNotMatch(text + bot.logged(), /secret/);
    });

    it('says so when the database is away or something breaks, and nothing of what', async () => {
      const away = await bots.start({
        finishSignIn: () => Promise.reject(new AppError('database-unreachable')),
      });
      assert.equal((await bots.callback(away, 'state=s')).status, 503);
      const broken = await bots.start({ finishSignIn: () => Promise.reject(new TypeError('inner detail')) });
      const { status, text } = await bots.callback(broken, 'state=s');
      assert.equal(status, 503);
      assert.doesNotMatch(text, /inner detail/);
    });

    it('uses up no sign-in while the process is being stopped', async () => {
      const bot = await bots.start();
      bot.setStopping();
      const { status, text } = await bots.callback(bot, 'state=s');
      assert.equal(status, 503);
      assert.match(text, /restarting/);
    });
  });

  describe('accounts', () => {
    const failed = { ...good, health: { state: 'failed', problem: DISABLED, since: owner.since } } as const;
    const here: Partial<Services> = { getConnections: () => Promise.resolve(connectionsOf([good])) };

    it('are tested, and the card says how it went', async () => {
      const bot = await bots.start({
        ...here,
        testCredential: () => Promise.resolve({ ...failed, lastTestedAt: new Date() }),
      });
      const answer = await bots.invoke(bot, 'connect.test', { v: 1, id: good.id });
      assert.match(JSON.stringify(answer.value), /Does not work any more.*The account is disabled/s);
    });

    it('whose test takes long are shown as soon as it ends, on the same card', async () => {
      let end: () => void = () => undefined;
      const testCredential = () =>
        new Promise<typeof good>((resolve) => {
          end = () => resolve({ ...good, lastTestedAt: new Date() });
        });
      const bot = await bots.start({ ...here, testCredential });
      const answer = await bots.invoke(bot, 'connect.test', { v: 1, id: good.id });
      assert.match(JSON.stringify(answer.value), /Checking the account/);
      end();
      await until(() => bots.channel().calls.length === 1, 'the result');
      assert.match(bots.only(), /passes sync validation/);
    });

    it('are removed only after asking, and once', async () => {
      const removed: string[] = [];
      let credentials = [good];
      const bot = await bots.start({
        getConnections: () => Promise.resolve(connectionsOf(credentials)),
        removeCredential: (_tenant, id) => {
          removed.push(id);
          credentials = [];
          return Promise.resolve(true);
        },
      });
      const asked = await bots.invoke(bot, 'connect.askRemove', { v: 1, id: good.id });
      assert.match(JSON.stringify(asked.value), /connect\.remove/);
      assert.deepEqual(removed, []);
      await bots.invoke(bot, 'connect.remove', { v: 1, id: good.id });
      const twice = await bots.invoke(bot, 'connect.remove', { v: 1, id: good.id });
      assert.match(JSON.stringify(twice.value), /no longer connected/);
      assert.deepEqual(removed, [good.id]);
    });
  });
});
