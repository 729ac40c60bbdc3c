// Connecting, roles and notices over HTTP: who may do what on every row, a sign-in from the button to the green check on
// the same card, and what people are told without having asked. Scripted services, everything that was sent is looked at.
import assert from 'node:assert/strict';
import { ACTIONS } from '../../../bot/actions/index.ts';
import { COMMANDS } from '../../../bot/commands/index.ts';
import {
  AppError,
  parseTenantId,
  type AuditEntry,
  type DueNotice,
  type PersonEntry,
  type Role,
  type Services,
  type SignInNews,
  type SignInResult,
} from '../../../services/index.ts';
import { aCredential, connectionsOf, DISABLED } from '../../support/connect-scenes.ts';
import { channelMessage, execute, installed, message, PERSON, TENANT_ID } from '../../unit/bot/activities.ts';
import { startFakeChannel, type FakeChannel } from './fake-channel.ts';
import { createQuickAmbient, startBot, until, type Bot } from './start-bot.ts';
import { makeEndedRun, makeRun, stubServices } from './stub-services.ts';

const CARD = 'application/vnd.microsoft.card.adaptive';
const MESSAGE = 'application/vnd.microsoft.activity.message';
const TENANT = parseTenantId(TENANT_ID);
const SIGN_IN = 'https://login.microsoftonline.com/contoso/oauth2/v2.0/authorize?state=s1';
const owner: PersonEntry = {
  objectId: 'owner-1',
  displayName: 'Olga Owner',
  role: 'owner',
  since: new Date('2026-03-01T09:00:00Z'),
  addedBy: null,
};
const good = aCredential('Megan Bowen');
const connected: SignInResult = { kind: 'connected', credential: good, becameOwner: true };

interface InvokeAnswer {
  readonly statusCode: number;
  readonly type: string;
  readonly value: unknown;
}

describe('connecting and roles', () => {
  let channel: FakeChannel;
  const bots: Bot[] = [];

  before(async () => {
    channel = await startFakeChannel();
  });
  after(() => channel.stop());
  beforeEach(() => {
    channel.calls.length = 0;
    channel.faults.length = 0;
  });
  afterEach(async () => {
    for (const bot of bots.splice(0)) await bot.stop();
    assert.equal(channel.faults.length, 0, 'a scripted fault was not consumed');
  });

  const start = async (script: Partial<Services> = {}) => {
    const bot = await startBot(channel, stubServices(script), { ambient: createQuickAmbient() });
    bots.push(bot);
    return bot;
  };
  const bodies = () => channel.calls.map(({ body }) => JSON.stringify(body));
  const only = () => {
    assert.equal(channel.calls.length, 1, bodies().join('\n'));
    return bodies()[0] ?? '';
  };
  const invoke = async (bot: Bot, verb: string, data: unknown, over: Record<string, unknown> = {}) => {
    const answer = await bot.say(execute(verb, data, over));
    assert.equal(answer.status, 200);
    return answer.json() as InvokeAnswer;
  };
  const callback = async (bot: Bot, query: string) => {
    const response = await fetch(`${bot.url}/auth/callback?${query}`);
    return { status: response.status, text: await response.text() };
  };
  /** Collects what is recorded. */
  const audited = () => {
    const entries: Omit<AuditEntry, 'id' | 'at'>[] = [];
    const recordAudit: Services['recordAudit'] = (entry) => {
      entries.push(entry);
      return Promise.resolve();
    };
    return { entries, recordAudit };
  };
  const as = (role: Role | null): Partial<Services> => ({
    roleOf: () => Promise.resolve(role),
    hasOwner: () => Promise.resolve(true),
    listPeople: () => Promise.resolve([owner]),
  });
  const nobodyOwns: Partial<Services> = {
    roleOf: () => Promise.resolve(null),
    hasOwner: () => Promise.resolve(false),
  };

  /** Data that each verb takes. */
  const DATA: Readonly<Record<string, Record<string, unknown>>> = {
    'sync.approve': { runId: 'r', digest: 'd' },
    'run.show': { runId: 'r', page: 0 },
    'run.refresh': { runId: 'r' },
    'users.show': { text: '', page: 0 },
    'groups.show': { text: '', page: 0 },
    'command.run': { text: 'sync now' },
    'connect.begin': { grant: 'users', as: 'primary' },
    'connect.manage': { grant: 'users' },
    'connect.testAll': { grant: 'users' },
    'people.add': { person: '48d31887-5fad-4d73-a9f5-3c356e68a038', role: 'owner' },
    'people.set': { id: 'x', role: 'owner' },
    'audit.show': { page: 0 },
  };
  const dataOf = (verb: string) => ({ v: 1, id: 'x', ...DATA[verb] });

  describe('somebody without a role', () => {
    it('may press nothing but help, is told whom to ask, and is recorded', async () => {
      const { entries, recordAudit } = audited();
      const bot = await start({ ...as(null), recordAudit });
      const verbs = ACTIONS.map(({ verb }) => verb).filter((verb) => verb !== 'help.show');
      for (const verb of verbs) {
        const answer = await invoke(bot, verb, dataOf(verb));
        const said = JSON.stringify(answer.value);
        // The command that a button says is answered as a command: with a card.
        assert.equal(answer.type, verb === 'command.run' ? CARD : MESSAGE, verb);
        assert.match(said, /Ask one of these people: .*Olga Owner/, verb);
      }
      assert.equal(entries.length, verbs.length);
      for (const entry of entries) {
        assert.equal(entry.result, 'refused');
        assert.equal(entry.actor?.objectId, PERSON.aadObjectId);
        assert.equal(entry.conversationId, 'a:1personal');
      }
      assert.deepEqual(bodies(), []);
    });

    it('may say nothing but help and hi', async () => {
      for (const row of COMMANDS) {
        channel.calls.length = 0;
        const bot = await start(as(null));
        await bot.say(message(row.argument === 'required' ? `${row.names[0]} x` : row.names[0]));
        const refused = only().includes('Ask one of these people');
        assert.equal(refused, row.access !== 'everybody', row.names[0]);
      }
    });

    it('is refused although the refusal cannot be recorded', async () => {
      const bot = await start({
        ...as(null),
        recordAudit: () => Promise.reject(new AppError('database-unreachable')),
      });
      await bot.say(message('sync now'));
      assert.match(only(), /Olga Owner/);
      assert.match(bot.logged(), /refusal-not-recorded/);
    });

    it('gains nothing from a role that a card or its sender claims', async () => {
      const asked: string[] = [];
      const bot = await start({
        ...as(null),
        roleOf: (_tenant, objectId) => {
          asked.push(objectId);
          return Promise.resolve(null);
        },
      });
      const forged = { v: 1, role: 'owner', from: { aadObjectId: owner.objectId }, actor: owner };
      const answer = await invoke(bot, 'sync.start', forged);
      assert.match(String(answer.value), /Olga Owner/);
      assert.deepEqual(asked, [PERSON.aadObjectId]);
    });
  });

  it('a viewer looks and changes nothing', async () => {
    const bot = await start(as('viewer'));
    assert.equal((await invoke(bot, 'status.show', { v: 1 })).type, CARD);
    assert.equal((await invoke(bot, 'people.show', { v: 1 })).type, CARD);
    for (const verb of ['sync.start', 'connect.show', 'connect.remove', 'audit.show', 'people.set']) {
      const answer = await invoke(bot, verb, dataOf(verb));
      assert.match(
        String(answer.value),
        /^A viewer may not do this\. Ask one of these people: Olga Owner\.$/,
      );
    }
  });

  it('an administrator connects and syncs, and changes nobody', async () => {
    const bot = await start(as('admin'));
    assert.equal((await invoke(bot, 'connect.show', { v: 1 })).type, CARD);
    const answer = await invoke(bot, 'people.set', dataOf('people.set'));
    assert.match(String(answer.value), /^An? administrator may not do this/);
  });

  it('a role that is taken away counts at the next press', async () => {
    const roles: (Role | null)[] = ['viewer', null];
    const bot = await start({ ...as(null), roleOf: () => Promise.resolve(roles.shift() ?? null) });
    assert.equal((await invoke(bot, 'status.show', { v: 1 })).type, CARD);
    assert.equal((await invoke(bot, 'status.show', { v: 1 })).type, MESSAGE);
  });

  describe('before anybody owns Rollcall', () => {
    it('everything leads to connecting', async () => {
      for (const text of ['sync now', 'status', 'users', 'user x', 'admins', 'audit', 'hi', 'connect']) {
        channel.calls.length = 0;
        const bot = await start(nobodyOwns);
        await bot.say(message(text));
        assert.match(only(), /connect\.(show|begin)/, text);
      }
    });

    it('the welcome offers to connect, and comes although the database is away', async () => {
      const bot = await start(nobodyOwns);
      await bot.say(installed());
      assert.match(only(), /connect\.show/);
      channel.calls.length = 0;
      const away = await start({ hasOwner: () => Promise.reject(new AppError('database-unreachable')) });
      await away.say(installed());
      assert.match(only(), /Hello, I am Rollcall/);
    });

    it('the app itself is authorized by somebody who signs in first', async () => {
      const grants: string[] = [];
      const bot = await start({
        ...nobodyOwns,
        beginSignIn: ({ grant }) => {
          grants.push(grant);
          return Promise.resolve({ url: SIGN_IN, signInId: 's1' });
        },
      });
      const answer = await invoke(bot, 'connect.begin', { v: 1, grant: 'everything', as: 'primary' });
      assert.match(JSON.stringify(answer.value), /login\.microsoftonline\.com/);
      assert.deepEqual(grants, ['everything']);
    });
  });

  it('an owner authorizes the app without a sign-in', async () => {
    const bot = await start({ ...as('owner'), connectApp: () => Promise.resolve(connected) });
    const answer = await invoke(bot, 'connect.begin', { v: 1, grant: 'everything', as: 'primary' });
    assert.match(JSON.stringify(answer.value), /passes sync validation/);
  });

  describe('a sign-in', () => {
    /** Services in which one sign-in is begun, finished and shown. */
    const script = () => {
      const news: SignInNews[] = [];
      const attached: string[] = [];
      let finish: (result: SignInResult) => void = () => undefined;
      const result = new Promise<SignInResult>((resolve) => (finish = resolve));
      const entryOf = (state: SignInNews['state'], shown: SignInResult | null): SignInNews => ({
        ...{ tenantId: TENANT, signInId: 's1', card: attached[0] ?? '', state },
        result: shown,
      });
      const services: Partial<Services> = {
        ...nobodyOwns,
        beginSignIn: () => Promise.resolve({ url: SIGN_IN, signInId: 's1' }),
        attachConnectCard: (_tenant, _id, card) => {
          attached.push(card);
          return Promise.resolve();
        },
        getConnections: () => Promise.resolve(connectionsOf([good])),
        finishSignIn: async () => {
          news.push(entryOf('checking', null));
          const ended = await result;
          news.push(entryOf('done', ended));
          return ended;
        },
        takeFinishedSignIns: () => Promise.resolve(news.splice(0)),
      };
      return { services, attached, finish: (ended: SignInResult) => finish(ended) };
    };
    const begin = (bot: Bot) => invoke(bot, 'connect.begin', { v: 1, grant: 'users', as: 'primary' });

    it('goes from the button over "checking" to the green check, on the same card', async () => {
      const { services, attached, finish } = script();
      const bot = await start(services);
      const answer = await begin(bot);
      assert.equal(answer.type, CARD);
      assert.match(JSON.stringify(answer.value), /"Action\.OpenUrl".*authorize\?state=s1/);
      await until(() => attached.length === 1, 'the card to be remembered');
      const page = callback(bot, 'code=c&state=s1');
      await until(() => channel.calls.length === 1, '"checking"');
      assert.match(only(), /Checking the account/);
      finish(connected);
      assert.match((await page).text, /You are connected.*go back to Teams/s);
      await until(() => channel.calls.length === 2, 'the result');
      assert.match(bodies()[1] ?? '', /✓ Account passes sync validation/);
      for (const { method, path } of channel.calls) {
        assert.equal(method, 'PUT');
        assert.match(path, /activities\/1700000000000$/);
      }
    });

    it('that is refused says why on the page and on the card', async () => {
      const { services, attached, finish } = script();
      const bot = await start(services);
      await begin(bot);
      await until(() => attached.length === 1, 'the card to be remembered');
      finish({ kind: 'refused', reason: 'otherPerson', problem: DISABLED });
      const { status, text } = await callback(bot, 'code=c&state=s1');
      assert.equal(status, 200);
      assert.match(text, /another account than yours/);
      await until(() => bodies().some((body) => body.includes('another account than yours')), 'the card');
      assert.match(bodies().at(-1) ?? '', /Nothing was changed/);
    });

    it('whose check takes long sends the person back to Teams meanwhile', async () => {
      const { services, finish } = script();
      const bot = await start(services);
      const { status, text } = await callback(bot, 'code=c&state=s1');
      assert.equal(status, 200);
      assert.match(text, /being checked/);
      finish(connected);
    });

    it('tries again to show its result when the chat is away', async () => {
      const { services, attached, finish } = script();
      const bot = await start(services);
      await begin(bot);
      await until(() => attached.length === 1, 'the card to be remembered');
      channel.faults.push({ status: 403, code: 'x' }, { status: 500 });
      finish(connected);
      await callback(bot, 'code=c&state=s1');
      await until(() => channel.calls.length === 3, 'the second attempt');
      assert.match(bodies()[2] ?? '', /✓ Account passes sync validation/);
    });

    it('is not begun without a key to keep it with: the answer says who must do what', async () => {
      const bot = await start({
        ...nobodyOwns,
        beginSignIn: () => Promise.reject(new AppError('token-keys-missing')),
      });
      const answer = await begin(bot);
      assert.equal(answer.type, MESSAGE);
      assert.match(String(answer.value), /operator of Rollcall must set ROLLCALL_TOKEN_KEYS/);
    });
  });

  describe('the page after a sign-in', () => {
    const refused: SignInResult = { kind: 'refused', reason: 'unknownState', problem: DISABLED };

    it('asks the services for nothing that no sign-in sends', async () => {
      const bot = await start();
      for (const [query, status] of [
        ['', 200],
        ['code=c', 200],
        ['state=a&state=b', 400],
        [`state=${'a'.repeat(13_000)}`, 400],
      ] as const)
        assert.equal((await callback(bot, query)).status, status, query.slice(0, 40));
    });

    it('hands the answer on as it came, and logs nothing of it', async () => {
      const seen: unknown[] = [];
      const bot = await start({
        finishSignIn: (query) => {
          seen.push(query);
          return Promise.resolve(refused);
        },
      });
      const { text } = await callback(bot, 'code=secret%2Bcode&state=secret-state&error_description=%3Cb%3E');
      assert.deepEqual(seen, [{ code: 'secret+code', state: 'secret-state', error_description: '<b>' }]);
      assert.doesNotMatch(text + bot.logged(), /secret/);
    });

    it('says so when the database is away or something breaks, and nothing of what', async () => {
      const away = await start({ finishSignIn: () => Promise.reject(new AppError('database-unreachable')) });
      assert.equal((await callback(away, 'state=s')).status, 503);
      const broken = await start({ finishSignIn: () => Promise.reject(new TypeError('inner detail')) });
      const { status, text } = await callback(broken, 'state=s');
      assert.equal(status, 503);
      assert.doesNotMatch(text, /inner detail/);
    });

    it('uses up no sign-in while the process is being stopped', async () => {
      const bot = await start();
      bot.setStopping();
      const { status, text } = await callback(bot, 'state=s');
      assert.equal(status, 503);
      assert.match(text, /restarting/);
    });
  });

  describe('accounts', () => {
    const failed = { ...good, health: { state: 'failed', problem: DISABLED, since: owner.since } } as const;
    const here: Partial<Services> = { getConnections: () => Promise.resolve(connectionsOf([good])) };

    it('are tested, and the card says how it went', async () => {
      const bot = await start({ ...here, testCredential: () => Promise.resolve(failed) });
      const answer = await invoke(bot, 'connect.test', { v: 1, id: good.id });
      assert.match(JSON.stringify(answer.value), /Does not work any more.*The account is disabled/s);
    });

    it('whose test takes long are shown as soon as it ends, on the same card', async () => {
      let end: () => void = () => undefined;
      const testCredential = () =>
        new Promise<typeof good>((resolve) => {
          end = () => resolve(good);
        });
      const bot = await start({ ...here, testCredential });
      const answer = await invoke(bot, 'connect.test', { v: 1, id: good.id });
      assert.match(JSON.stringify(answer.value), /Checking the account/);
      end();
      await until(() => channel.calls.length === 1, 'the result');
      assert.match(only(), /passes sync validation/);
    });

    it('are removed only after asking, and once', async () => {
      const removed: string[] = [];
      let credentials = [good];
      const bot = await start({
        getConnections: () => Promise.resolve(connectionsOf(credentials)),
        removeCredential: (_tenant, id) => {
          removed.push(id);
          credentials = [];
          return Promise.resolve(true);
        },
      });
      const asked = await invoke(bot, 'connect.askRemove', { v: 1, id: good.id });
      assert.match(JSON.stringify(asked.value), /connect\.remove/);
      assert.deepEqual(removed, []);
      await invoke(bot, 'connect.remove', { v: 1, id: good.id });
      const twice = await invoke(bot, 'connect.remove', { v: 1, id: good.id });
      assert.match(JSON.stringify(twice.value), /no longer connected/);
      assert.deepEqual(removed, [good.id]);
    });
  });

  describe('people', () => {
    const id = '48d31887-5fad-4d73-a9f5-3c356e68a038';

    it('are added by the picker, by the name of the directory', async () => {
      const set: unknown[] = [];
      const bot = await start({
        ...as('owner'),
        findPerson: () => Promise.resolve({ displayName: 'Adele Vance', isGuest: false }),
        setRole: ({ objectId, displayName, role }) => {
          set.push({ objectId, displayName, role });
          return Promise.resolve();
        },
      });
      await invoke(bot, 'people.add', { v: 1, person: id.toUpperCase(), role: 'admin' });
      assert.deepEqual(set, [{ objectId: id, displayName: 'Adele Vance', role: 'admin' }]);
    });

    it('are not added when nobody, nonsense or a guest was picked', async () => {
      const bot = await start({
        ...as('owner'),
        findPerson: () => Promise.resolve({ displayName: 'Guest', isGuest: true }),
      });
      for (const [person, words] of [
        ['', /Nobody was picked/],
        ['nonsense', /Nobody was picked/],
        [id, /Guests cannot use Rollcall/],
      ] as const) {
        const answer = await invoke(bot, 'people.add', { v: 1, person, role: 'viewer' });
        assert.match(JSON.stringify(answer.value), words);
      }
    });

    it('who were picked before the first sync are named as soon as the directory knows them', async () => {
      const nameless = { ...owner, objectId: id, displayName: '', role: 'viewer' } as const;
      let synced = false;
      const entry = { id: 'e', tenantId: TENANT, at: owner.since, actor: owner, conversationId: null };
      const bot = await start({
        ...as('owner'),
        listPeople: () => Promise.resolve([owner, nameless]),
        findPerson: () => Promise.resolve(synced ? { displayName: 'Adele Vance', isGuest: false } : null),
        listAudit: ({}, { page, pageSize }) =>
          Promise.resolve({
            items: [
              { ...entry, action: 'role.set', target: id, before: null, after: 'viewer', result: 'done' },
            ],
            ...{ total: 1, page, pageSize },
          }),
      });
      const shown = async (verb: string) => JSON.stringify((await invoke(bot, verb, dataOf(verb))).value);
      assert.match(await shown('people.show'), /Name not known yet/);
      synced = true;
      assert.match(await shown('people.show'), /Adele Vance/);
      assert.match(await shown('audit.show'), /Role changed: [^"]*Adele Vance/);
    });

    it('the last owner stays, and the card too', async () => {
      const bot = await start({ ...as('owner'), setRole: () => Promise.reject(new AppError('last-owner')) });
      const answer = await invoke(bot, 'people.remove', { v: 1, id: owner.objectId });
      assert.equal(answer.type, MESSAGE);
      assert.match(String(answer.value), /last owner/);
    });
  });

  describe('a card that was copied into another chat', () => {
    it('does nothing there, and that is recorded', async () => {
      const { entries, recordAudit } = audited();
      const bot = await start({ ...as('owner'), recordAudit });
      await bot.say(message('connect'));
      const data = /"verb":"connect\.begin","data":(\{[^}]*\})/.exec(only())?.[1] ?? '{}';
      const other = { conversation: { conversationType: 'personal', tenantId: TENANT_ID, id: 'a:2other' } };
      const answer = await invoke(bot, 'connect.begin', JSON.parse(data), other);
      assert.equal(answer.type, MESSAGE);
      assert.match(String(answer.value), /copied from another chat/);
      assert.deepEqual(
        entries.map(({ target, conversationId, result }) => ({ target, conversationId, result })),
        [{ target: 'connect.begin', conversationId: 'a:2other', result: 'refused' }],
      );
    });
  });

  it('records who started and who approved a sync, and from where', async () => {
    const { entries, recordAudit } = audited();
    const bot = await start({
      ...as('admin'),
      recordAudit,
      startSync: () =>
        Promise.resolve({ kind: 'started', run: makeRun(), finished: Promise.resolve(makeEndedRun()) }),
    });
    await bot.say(channelMessage('sync now'));
    await invoke(bot, 'sync.approve', { v: 1, runId: 'r', digest: 'd' });
    assert.deepEqual(
      entries.map(({ action, conversationId }) => `${action} ${String(conversationId).slice(0, 10)}`),
      ['sync.started 19:general', 'sync.approved a:1persona'].map((line) => line.slice(0, 24)),
    );
    await bot.runCards.settle();
  });

  describe('notices', () => {
    const notice = {
      kind: 'failedOver',
      ...{ key: 'k1', tenantId: TENANT, people: [owner.objectId] },
      failed: { ...good, health: { state: 'failed', problem: DISABLED, since: owner.since } },
      carriesOn: aCredential('Adele Vance', { position: 1 }),
    } as const;
    const recovered = { ...notice, kind: 'recovered', credential: good } as const;
    const chatOf = (activityId: string) =>
      JSON.stringify({
        serviceUrl: channel.serviceUrl,
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
      await start(services);
      await until(() => placed.length === 1, 'the notice');
      assert.match(only(), /A backup took over/);
      assert.equal(channel.calls[0]?.method, 'POST');
      due.push({ notice: recovered, person: owner.objectId, card: chatOf('posted-9') });
      await until(() => placed.length === 2, 'the end of it');
      assert.equal(channel.calls.length, 2);
      assert.equal(channel.calls[1]?.method, 'PUT');
      assert.match(channel.calls[1].path, /posted-9$/);
      assert.match(bodies()[1] ?? '', /Resolved/);
    });

    it('that cannot be delivered are not taken for delivered, and hold up no other', async () => {
      const due: DueNotice[] = [
        { notice, person: 'first', card: null },
        { notice, person: 'second', card: null },
      ];
      channel.faults.push({ status: 500 });
      const { services, placed } = deliver(due);
      await start(services);
      await until(() => placed.length === 1, 'the second');
      assert.match(placed[0] ?? '', /^k1 second/);
    });

    it('for somebody who never talked to Rollcall wait', async () => {
      const { services, placed } = deliver([{ notice, person: 'p', card: null }]);
      const bot = await start({ ...services, findChat: () => Promise.resolve(null) });
      await until(() => bot.logged().includes('notice-without-chat'), 'the log line');
      assert.deepEqual([...placed, ...bodies()], []);
    });

    it('go to the personal chat, or to the first place where somebody spoke', async () => {
      const chats: string[] = [];
      let known: string | null = null;
      const bot = await start({
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
