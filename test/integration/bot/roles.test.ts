// Who may do what, on every row of the two tables, asked for on every message and every press; and what is recorded.
import assert from 'node:assert/strict';
import { ACTIONS } from '../../../bot/actions/index.ts';
import { COMMANDS } from '../../../bot/commands/index.ts';
import { AppError, type OwnersPresence, type Role } from '../../../services/index.ts';
import { channelMessage, installed, message, PERSON, TENANT_ID } from '../../unit/bot/activities.ts';
import { makeEndedRun, makeRun } from './stub-services.ts';
import { as, audited, CARD, MESSAGE, nobodyOwns, owner, useBots } from './use-bots.ts';

const SIGN_IN = 'https://login.microsoftonline.com/contoso/oauth2/v2.0/authorize?state=s1';

describe('roles', () => {
  const bots = useBots();

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
      const bot = await bots.start({ ...as(null), recordAudit });
      const verbs = ACTIONS.map(({ verb }) => verb).filter((verb) => verb !== 'help.show');
      for (const verb of verbs) {
        const answer = await bots.invoke(bot, verb, dataOf(verb));
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
      assert.deepEqual(bots.bodies(), []);
    });

    it('may say nothing but help and hi', async () => {
      for (const row of COMMANDS) {
        bots.channel().calls.length = 0;
        const bot = await bots.start(as(null));
        await bot.say(message(row.argument === 'required' ? `${row.names[0]} x` : row.names[0]));
        const refused = bots.only().includes('Ask one of these people');
        assert.equal(refused, row.access !== 'everybody', row.names[0]);
      }
    });

    it('is refused although the refusal cannot be recorded', async () => {
      const bot = await bots.start({
        ...as(null),
        recordAudit: () => Promise.reject(new AppError('database-unreachable')),
      });
      await bot.say(message('sync now'));
      assert.match(bots.only(), /Olga Owner/);
      assert.match(bot.logged(), /refusal-not-recorded/);
    });

    it('gains nothing from a role that a card or its sender claims', async () => {
      const asked: string[] = [];
      const bot = await bots.start({
        ...as(null),
        roleOf: (_tenant, objectId) => {
          asked.push(objectId);
          return Promise.resolve(null);
        },
      });
      const forged = { v: 1, role: 'owner', from: { aadObjectId: owner.objectId }, actor: owner };
      const answer = await bots.invoke(bot, 'sync.start', forged);
      assert.match(String(answer.value), /Olga Owner/);
      assert.deepEqual(asked, [PERSON.aadObjectId]);
    });
  });

  it('anybody may connect where no owner is left, and nothing else; not while that may be found out later', async () => {
    const presences: [OwnersPresence, boolean][] = [
      [{ kind: 'gone', gone: new Set(['x']) }, true],
      [{ kind: 'unknown', passes: false }, true],
      [{ kind: 'unknown', passes: true }, false],
      [{ kind: 'here' }, false],
    ];
    for (const [presence, opens] of presences) {
      const bot = await bots.start({ ...as(null), findOwners: () => Promise.resolve(presence) });
      for (const [command, expected] of [
        ['connect', opens],
        ['status', false],
      ] as const) {
        bots.channel().calls.length = 0;
        await bot.say(message(command));
        assert.equal(!bots.only().includes('Ask one of these people'), expected, JSON.stringify(presence));
      }
    }
  });

  it('a viewer looks and changes nothing', async () => {
    const bot = await bots.start(as('viewer'));
    assert.equal((await bots.invoke(bot, 'status.show', { v: 1 })).type, CARD);
    assert.equal((await bots.invoke(bot, 'people.show', { v: 1 })).type, CARD);
    for (const verb of ['sync.start', 'connect.show', 'connect.remove', 'audit.show', 'people.set']) {
      const answer = await bots.invoke(bot, verb, dataOf(verb));
      assert.match(
        String(answer.value),
        /^A viewer may not do this\. Ask one of these people: Olga Owner\.$/,
      );
    }
  });

  it('an administrator connects and syncs, and changes nobody', async () => {
    const bot = await bots.start(as('admin'));
    assert.equal((await bots.invoke(bot, 'connect.show', { v: 1 })).type, CARD);
    const answer = await bots.invoke(bot, 'people.set', dataOf('people.set'));
    assert.match(String(answer.value), /^An? administrator may not do this/);
  });

  it('a role that is taken away counts at the next press', async () => {
    const roles: (Role | null)[] = ['viewer', null];
    const bot = await bots.start({ ...as(null), roleOf: () => Promise.resolve(roles.shift() ?? null) });
    assert.equal((await bots.invoke(bot, 'status.show', { v: 1 })).type, CARD);
    assert.equal((await bots.invoke(bot, 'status.show', { v: 1 })).type, MESSAGE);
  });

  describe('help and status', () => {
    for (const role of [null, 'viewer', 'admin'] as const)
      it(`offer ${role ?? 'nobody'} what may be done`, async () => {
        const bot = await bots.start(as(role));
        await bot.say(message('help'));
        const help = bots.bodies().join();
        assert.equal(help.includes('sync.start'), role === 'admin');
        assert.equal(help.includes('sync now'), role === 'admin');
        assert.equal(help.includes('status.show'), role !== null);
        if (role === null) return;
        bots.channel().calls.length = 0;
        await bot.say(message('status', { id: '2' }));
        assert.equal(bots.only().includes('sync.start'), role === 'admin');
      });
  });

  describe('before anybody owns Rollcall', () => {
    it('everything leads to connecting', async () => {
      for (const text of ['sync now', 'status', 'users', 'user x', 'admins', 'audit', 'hi', 'connect']) {
        bots.channel().calls.length = 0;
        const bot = await bots.start(nobodyOwns);
        await bot.say(message(text));
        assert.match(bots.only(), /connect\.(show|begin)/, text);
      }
    });

    it('the welcome offers to connect, and comes although the database is away', async () => {
      const bot = await bots.start(nobodyOwns);
      await bot.say(installed());
      assert.match(bots.only(), /connect\.show/);
      bots.channel().calls.length = 0;
      const away = await bots.start({ hasOwner: () => Promise.reject(new AppError('database-unreachable')) });
      await away.say(installed());
      assert.match(bots.only(), /Hello, I am Rollcall/);
    });

    it('the app itself is authorized by somebody who signs in first', async () => {
      const grants: string[] = [];
      const bot = await bots.start({
        ...nobodyOwns,
        beginSignIn: ({ grant }) => {
          grants.push(grant);
          return Promise.resolve({ url: SIGN_IN, signInId: 's1' });
        },
      });
      const answer = await bots.invoke(bot, 'connect.begin', { v: 1, grant: 'everything', as: 'primary' });
      assert.match(JSON.stringify(answer.value), /login\.microsoftonline\.com/);
      assert.deepEqual(grants, ['everything']);
    });
  });

  describe('a card that was copied into another chat', () => {
    it('does nothing there, and that is recorded', async () => {
      const { entries, recordAudit } = audited();
      const bot = await bots.start({ ...as('owner'), recordAudit });
      await bot.say(message('connect'));
      const data = /"verb":"connect\.begin","data":(\{[^}]*\})/.exec(bots.only())?.[1] ?? '{}';
      const other = { conversation: { conversationType: 'personal', tenantId: TENANT_ID, id: 'a:2other' } };
      const answer = await bots.invoke(bot, 'connect.begin', JSON.parse(data), other);
      assert.equal(answer.type, MESSAGE);
      assert.match(String(answer.value), /copied from another chat/);
      assert.deepEqual(
        entries.map(({ target, conversationId, result }) => ({ target, conversationId, result })),
        [{ target: 'connect.begin', conversationId: 'a:2other', result: 'refused' }],
      );
    });
  });

  it('records who started and who approved a sync, and from where', async () => {
    const { entries, ...trail } = audited();
    const bot = await bots.start({
      ...as('admin'),
      ...trail,
      startSync: () =>
        Promise.resolve({ kind: 'started', run: makeRun(), finished: Promise.resolve(makeEndedRun()) }),
    });
    await bot.say(channelMessage('sync now'));
    await bots.invoke(bot, 'sync.approve', { v: 1, runId: 'r', digest: 'd' });
    assert.deepEqual(
      entries.map(({ action, conversationId }) => `${action} ${String(conversationId).slice(0, 10)}`),
      ['sync.started 19:general', 'sync.approved a:1persona'].map((line) => line.slice(0, 24)),
    );
    await bot.runCards.settle();
  });
});
