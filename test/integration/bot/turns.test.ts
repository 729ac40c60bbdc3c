// Whole turns over HTTP: what is said in the chat for each thing that a person does. Each test looks at everything
// that the bot sent: a message too many fails.
import assert from 'node:assert/strict';
import {
  createAmbient,
  AppError,
  parseRunId,
  type Progress,
  type Run,
  type Services,
  type SyncStart,
} from '../../../services/index.ts';
import { parseObjectId } from '../../../services/directory/ids.ts';
import {
  channelMessage,
  envelope,
  execute,
  installed,
  membersAdded,
  message,
  submit,
} from '../../unit/bot/activities.ts';
import { startFakeChannel, type FakeChannel } from './fake-channel.ts';
import { createQuickAmbient, startBot, until, type Bot } from './start-bot.ts';
import { makeEndedRun, makeRun, PROGRESS, stubServices } from './stub-services.ts';

const CARD = 'application/vnd.microsoft.card.adaptive';
const MESSAGE = 'application/vnd.microsoft.activity.message';

interface InvokeAnswer {
  readonly statusCode: number;
  readonly type: string;
  readonly value: unknown;
}

describe('turns', () => {
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
    for (const bot of bots.splice(0)) {
      await bot.stop();
    }
    assert.equal(channel.faults.length, 0, 'a scripted fault was not consumed');
  });

  const start = async (script: Partial<Services> = {}, ambient = createQuickAmbient()) => {
    const bot = await startBot(channel, stubServices(script), { ambient });
    bots.push(bot);
    return bot;
  };
  /** Everything that was sent: method and the words of the card or text. */
  const sent = () =>
    channel.calls.map(({ method, body }) => `${method} ${String(body.summary ?? body.text)}`.slice(0, 120));
  const only = () => {
    assert.equal(channel.calls.length, 1, JSON.stringify(sent()));
    return JSON.stringify(channel.calls[0]?.body);
  };
  const invoke = async (bot: Bot, verb: string, data: unknown) => {
    const answer = await bot.say(execute(verb, data));
    assert.equal(answer.status, 200);
    return answer.json() as InvokeAnswer;
  };

  describe('what is typed', () => {
    for (const text of [
      'help',
      'hi',
      'HELLO',
      'status',
      'users',
      'users ann',
      'groups',
      'user ann',
      'group x',
    ])
      it(`answers "${text}" with one card, as a reply`, async () => {
        const bot = await start();
        assert.equal((await bot.say(message(text))).status, 200);
        assert.match(only(), /AdaptiveCard/);
        assert.match(channel.calls[0]?.path ?? '', /activities\/1700000000001$/);
      });

    const ODD: readonly (readonly [string, Record<string, unknown>])[] = [
      ['an unknown command', message('make me a sandwich')],
      ['an empty message', message('')],
      ['a mention and nothing else', channelMessage('')],
      [
        'an attachment alone',
        message('', { attachments: [{ contentType: 'image/png', contentUrl: 'https://x' }] }),
      ],
      ['100 KB of text', message('x'.repeat(100_000))],
      ['Markdown and HTML', message('user [a](https://evil.example) <img src=x> **b** `${x}`')],
      ['user without a name', message('user')],
      ['group without a name', message('group')],
    ];
    for (const [name, activity] of ODD)
      it(`answers ${name} with one card`, async () => {
        const bot = await start();
        assert.equal((await bot.say(activity)).status, 200);
        assert.match(only(), /AdaptiveCard/);
      });

    it('answers a message that is delivered twice once', async () => {
      const seen = new Set<string>();
      const bot = await start({
        claimTurn: (key) => {
          const first = !seen.has(key);
          seen.add(key);
          return Promise.resolve(first);
        },
      });
      for (let i = 0; i < 3; i++) assert.equal((await bot.say(message('help'))).status, 200);
      only();
    });

    it('answers although the database is away, and says so', async () => {
      const away = () => Promise.reject(new AppError('database-unreachable'));
      const bot = await start({ claimTurn: away, getStatus: away, listUsers: away });
      assert.equal((await bot.say(message('status'))).status, 200);
      assert.match(only(), /database cannot be reached/);
    });

    it('says that something went wrong, and nothing of what', async () => {
      const bot = await start({ listUsers: () => Promise.reject(new TypeError('secret inner detail')) });
      assert.equal((await bot.say(message('users'))).status, 200);
      assert.match(only(), /Something went wrong/);
      assert.doesNotMatch(only(), /secret inner detail/);
      assert.match(bot.logged(), /turn-failed/);
    });

    it('goes to the last page when a list has become shorter', async () => {
      const pages: number[] = [];
      const bot = await start({
        listUsers: (_tenant, { page, pageSize }) => {
          pages.push(page);
          return Promise.resolve({ items: [], total: 12, page, pageSize });
        },
      });
      await invoke(bot, 'users.show', { v: 1, text: '', page: 7 });
      assert.deepEqual(pages, [7, 1]);
    });
  });

  describe('installation', () => {
    it('welcomes once, although Teams tells of it twice', async () => {
      const bot = await start();
      await bot.say(installed());
      await bot.say(membersAdded({ id: 'update' }));
      only();
    });

    it('ignores what it does not know', async () => {
      const bot = await start();
      for (const type of ['typing', 'messageReaction', 'event', 'nonsense'])
        assert.equal((await bot.say(envelope({ type }))).status, 200);
      assert.deepEqual(sent(), []);
    });
  });

  describe('buttons', () => {
    it('puts the card in the place of the old one, and posts nothing', async () => {
      const bot = await start();
      for (const [verb, data] of [
        ['help.show', { v: 1 }],
        ['status.show', { v: 1 }],
        ['users.show', { v: 1, text: 'a', page: 0 }],
        ['groups.show', { v: 1, text: '', page: 0 }],
        ['command.run', { v: 1, text: 'status' }],
      ] as const) {
        const answer = await invoke(bot, verb, data);
        assert.equal(answer.statusCode, 200);
        assert.equal(answer.type, CARD);
      }
      assert.deepEqual(sent(), []);
    });

    for (const [name, verb, data] of [
      ['an unknown verb', 'tenant.delete', { v: 1 }],
      ['a verb of Object', 'constructor', { v: 1 }],
      ['data of another version', 'users.show', { v: 2, text: '', page: 0 }],
      ['forged data', 'run.show', { v: 1, runId: { $ne: null }, page: -1 }],
      ['no data', 'sync.approve', undefined],
    ] as const)
      it(`answers ${name} with a fresh card`, async () => {
        const bot = await start();
        const answer = await invoke(bot, verb, data);
        assert.equal(answer.type, CARD);
        assert.match(JSON.stringify(answer.value), /out of date/i);
        assert.deepEqual(sent(), []);
      });

    for (const what of ['user', 'group'] as const)
      it(`says that a ${what} of an older card is no longer here`, async () => {
        const answer = await invoke(await start(), `${what}.show`, { v: 1, id: 'purged' });
        assert.match(JSON.stringify(answer.value), new RegExp(`This ${what} is no longer here`));
      });

    it('answers an invoke although something fails, once, and keeps the card', async () => {
      const bot = await start({ listUsers: () => Promise.reject(new AppError('database-unreachable')) });
      const answer = await invoke(bot, 'users.show', { v: 1, text: '', page: 0 });
      assert.equal(answer.type, MESSAGE);
      assert.match(String(answer.value), /database cannot be reached/);
      assert.deepEqual(sent(), []);
    });

    it('says that it does not know another kind of invoke', async () => {
      const bot = await start();
      const answer = await bot.say(envelope({ type: 'invoke', name: 'composeExtension/query', value: {} }));
      assert.equal(answer.status, 501);
    });

    it('edits the card of a client that knows only Action.Submit', async () => {
      const bot = await start();
      await bot.say(submit({ verb: 'status.show', v: 1 }));
      assert.equal(channel.calls.length, 1);
      assert.equal(channel.calls[0]?.method, 'PUT');
      assert.match(channel.calls[0].path, /activities\/1700000000000$/);
    });

    it('posts a card when the one to edit is gone', async () => {
      const bot = await start();
      channel.faults.push({ status: 404, code: 'ActivityNotFoundInConversation' });
      await bot.say(submit({ verb: 'status.show', v: 1 }));
      assert.deepEqual(
        channel.calls.map(({ method }) => method),
        ['PUT', 'POST'],
      );
    });
  });

  describe('sync now', () => {
    /** A run that goes on until the test ends it. */
    const script = () => {
      let end: (run: Run) => void = () => undefined;
      let progress: (progress: Progress) => void = () => undefined;
      let starts = 0;
      const attached: string[] = [];
      const finished = new Promise<Run>((resolve) => (end = resolve));
      const services: Partial<Services> = {
        startSync: ({ onProgress }): Promise<SyncStart> => {
          if (starts++ > 0) return Promise.resolve({ kind: 'alreadyRunning', run: makeRun() });
          progress = onProgress ?? progress;
          return Promise.resolve({ kind: 'started', run: makeRun(), finished });
        },
        attachCard: (_tenant, _run, card) => {
          attached.push(card);
          return Promise.resolve();
        },
      };
      return { services, attached, end: (run: Run) => end(run), progress: (p: Progress) => progress(p) };
    };

    it('answers at once, shows progress and ends with the result, all on one card', async () => {
      const { services, attached, end, progress } = script();
      const bot = await start(services);
      await bot.say(message('sync now'));
      assert.match(only(), /Sync initiated successfully/);
      assert.equal(attached.length, 1);
      progress({ ...PROGRESS, stage: 'reading', read: { users: 500, groups: 3, memberships: 0 } });
      await until(() => channel.calls.length === 2, 'the first edit');
      for (let users = 501; users < 600; users++)
        progress({ ...PROGRESS, stage: 'reading', read: { users, groups: 3, memberships: 0 } });
      end(makeEndedRun());
      await until(() => channel.calls.length === 3, 'the result');
      assert.deepEqual(
        channel.calls.map(({ method, path }) => `${method} ${path.split('/').at(-1) ?? ''}`),
        ['POST 1700000000001', 'PUT posted-1', 'PUT posted-1'].map((line, i) =>
          i === 0 ? line : line.replace(/posted-\d+/, channel.calls[1]?.path.split('/').at(-1) ?? ''),
        ),
      );
      assert.match(JSON.stringify(channel.calls[2]?.body), /nothing changed/i);
      await bot.runCards.settle();
    });

    it('shows progress that was told before the card stood anywhere', async () => {
      const { services, end } = script();
      const bot = await start({
        ...services,
        startSync: async (request) => {
          const started = await services.startSync?.(request);
          request.onProgress?.({ ...PROGRESS, stage: 'reading' });
          return started ?? { kind: 'approvalOutOfDate', run: null };
        },
      });
      await bot.say(message('sync now'));
      await until(() => channel.calls.length === 2, 'the edit');
      assert.match(JSON.stringify(channel.calls[1]?.body), /Reading Microsoft 365/);
      end(makeEndedRun());
      await bot.runCards.settle();
    });

    it('shows the first count at once, and the next ones at most every second and a half', async () => {
      const { services, end, progress } = script();
      const bot = await start(services, createAmbient());
      await bot.say(message('sync now'));
      const startedMs = performance.now();
      progress({ ...PROGRESS, stage: 'reading' });
      progress({ ...PROGRESS, stage: 'reading', read: { users: 500, groups: 3, memberships: 0 } });
      await until(() => channel.calls.length === 2, 'the first edit');
      assert.ok(performance.now() - startedMs < 1_000, 'the first count came late');
      assert.match(JSON.stringify(channel.calls[1]?.body), /500 users/);
      progress({ ...PROGRESS, stage: 'planning', read: { users: 900, groups: 3, memberships: 0 } });
      await until(() => channel.calls.length === 3, 'the second edit');
      assert.ok(performance.now() - startedMs > 1_400, 'the second edit came early');
      end(makeEndedRun());
      await bot.runCards.settle();
    });

    it('does not start a second sync at a second click; both cards show the one that runs', async () => {
      const { services, end } = script();
      const bot = await start(services);
      await bot.say(message('sync now'));
      const answer = await invoke(bot, 'sync.start', { v: 1 });
      assert.equal(answer.type, CARD);
      end(makeEndedRun());
      await until(() => channel.calls.length === 3, 'both results');
      assert.deepEqual(
        channel.calls.map(({ method }) => method),
        ['POST', 'PUT', 'PUT'],
      );
      assert.ok(channel.calls.some(({ path }) => path.endsWith('1700000000000')));
    });

    it('edits the card whose button was pressed', async () => {
      const { services, end } = script();
      const bot = await start(services);
      const answer = await invoke(bot, 'sync.start', { v: 1 });
      assert.match(JSON.stringify(answer.value), /Sync initiated successfully/);
      end(makeEndedRun());
      await until(() => channel.calls.length === 1, 'the result');
      assert.equal(channel.calls[0]?.method, 'PUT');
      assert.match(channel.calls[0].path, /1700000000000$/);
    });

    it('gives up quietly when the card was deleted', async () => {
      const { services, end } = script();
      const bot = await start(services);
      await bot.say(message('sync now'));
      channel.faults.push({ status: 404, code: 'ActivityNotFoundInConversation' });
      end(makeEndedRun());
      await until(() => channel.calls.length === 2, 'the attempt');
      await bot.runCards.settle();
      assert.doesNotMatch(bot.logged(), /"level":"(warn|error)"/);
    });

    it('tries an edit again that the chat had no time for, without posting anything', async () => {
      const { services, end } = script();
      const bot = await start(services);
      await bot.say(message('sync now'));
      channel.faults.push({ status: 429, headers: { 'retry-after': '0' } }, { status: 502 });
      end(makeEndedRun());
      await until(() => channel.calls.length === 4, 'the third attempt');
      assert.deepEqual(
        channel.calls.map(({ method }) => method),
        ['POST', 'PUT', 'PUT', 'PUT'],
      );
    });

    it('answers an approval that is out of date with the run as it is', async () => {
      const bot = await start({
        startSync: () => Promise.resolve({ kind: 'approvalOutOfDate', run: makeEndedRun() }),
      });
      const answer = await invoke(bot, 'sync.approve', { v: 1, runId: 'run1', digest: 'old' });
      assert.equal(answer.type, CARD);
      assert.match(JSON.stringify(answer.value), /This was not applied: things have changed/);
    });

    it('says that an approval was applied already, and shows the result', async () => {
      const bot = await start({
        startSync: () => Promise.resolve({ kind: 'approvalOutOfDate', run: makeEndedRun() }),
      });
      const answer = await invoke(bot, 'sync.approve', { v: 1, runId: 'run1', digest: 'd1' });
      assert.match(JSON.stringify(answer.value), /were applied already.*nothing changed/s);
    });

    describe('names of examples', () => {
      const id = parseObjectId('aaaaaaaa-0000-4000-8000-000000000001');
      const limit = { count: 40, of: 100, limit: 10, groupId: null } as const;
      const held = makeEndedRun();
      const run: Run = {
        ...held,
        report: held.report && {
          ...held.report,
          outcome: 'held',
          verdict: { kind: 'hold', reasons: [{ rule: 'usersInactive', ...limit, examples: [id] }] },
        },
      };
      const getRun = () => Promise.resolve(run);

      it('are on the card of a held sync', async () => {
        const bot = await start({ getRun, namesOf: () => Promise.resolve({ [id]: 'Adele Vance' }) });
        const answer = await invoke(bot, 'run.refresh', { v: 1, runId: 'run1' });
        assert.match(JSON.stringify(answer.value), /Among them: [^ ]*Adele Vance/);
      });

      it('are on the card that is edited at the end', async () => {
        const { services, end } = script();
        const bot = await start({ ...services, namesOf: () => Promise.resolve({ [id]: 'Adele Vance' }) });
        await bot.say(message('sync now'));
        end(run);
        await until(() => JSON.stringify(channel.calls.at(-1)?.body).includes('Adele Vance'), 'the name');
      });

      it('do not keep a card away when nobody can be asked', async () => {
        const namesOf = () => Promise.reject(new AppError('database-unreachable'));
        const answer = await invoke(await start({ getRun, namesOf }), 'run.refresh', {
          v: 1,
          runId: 'run1',
        });
        assert.match(JSON.stringify(answer.value), /40 of 100 users would become inactive/);
      });
    });

    it('begins nothing once the process was told to end', async () => {
      const bot = await start();
      bot.setStopping();
      await bot.say(message('sync now'));
      assert.match(only(), /AdaptiveCard/);
    });

    describe('left behind by another process', () => {
      const address = () =>
        JSON.stringify({
          serviceUrl: channel.serviceUrl,
          conversationId: 'a:1personal',
          activityId: 'left-behind',
          tenantId: makeRun().tenantId,
          locale: 'en-GB',
          timeZone: 'UTC',
        });
      const interrupted = (endedAt: Date): Run => {
        const run = makeEndedRun({ id: parseRunId('run0'), endedAt });
        return run.report ? { ...run, report: { ...run.report, outcome: 'interrupted' } } : run;
      };
      /** As long as one edit is tried. */
      const chatAway = [{ status: 502 }, { status: 502 }, { status: 502 }, { status: 502 }];
      /** Looks for such runs until somebody was told. */
      const correct = async (run: Run) => {
        const told: string[] = [];
        const bot = await start({
          listInterruptedRuns: () => Promise.resolve(told.length === 0 ? [{ run, card: address() }] : []),
          markTold: (runId) => {
            told.push(runId);
            return Promise.resolve();
          },
        });
        const looking = bot.runCards.startCorrecting();
        await until(() => told.length > 0, 'somebody to be told');
        looking.stop();
        assert.deepEqual(told, [run.id]);
      };

      it('is corrected', async () => {
        await correct(interrupted(new Date()));
        assert.equal(channel.calls.length, 1);
        assert.match(channel.calls[0]?.path ?? '', /left-behind$/);
        assert.match(only(), /sync now/i);
      });

      it('is corrected later when the chat is away', async () => {
        channel.faults.push(...chatAway);
        await correct(interrupted(new Date()));
        assert.equal(channel.calls.length, chatAway.length + 1);
      });

      it('is given up when the chat is away for a day', async () => {
        channel.faults.push(...chatAway);
        await correct(interrupted(new Date(Date.now() - 25 * 60 * 60 * 1000)));
        assert.equal(channel.calls.length, chatAway.length);
      });

      it('is given up when the card is gone', async () => {
        channel.faults.push({ status: 404 });
        await correct(interrupted(new Date()));
        assert.equal(channel.calls.length, 1);
      });
    });
  });

  describe('a chat in trouble', () => {
    it('does not post again after a 5xx: the first may have arrived', async () => {
      const bot = await start();
      channel.faults.push({ status: 502 });
      assert.equal((await bot.say(message('help'))).status, 200);
      assert.equal(channel.calls.length, 1);
      assert.match(bot.logged(), /chat-unreachable/);
      assert.doesNotMatch(bot.logged(), /secret detail/);
    });

    it('posts again after a 429, with or without a time to wait', async () => {
      const bot = await start();
      channel.faults.push({ status: 429, headers: { 'retry-after': '0' } }, { status: 429 });
      assert.equal((await bot.say(message('help'))).status, 200);
      assert.equal(channel.calls.length, 3);
    });

    it('says so in a sentence when the card is refused', async () => {
      const bot = await start();
      channel.faults.push({ status: 413, code: 'MessageSizeTooBig' });
      assert.equal((await bot.say(message('help'))).status, 200);
      assert.equal(channel.calls.length, 2);
      assert.match(String(channel.calls[1]?.body.text), /Something went wrong/);
    });
  });
});
