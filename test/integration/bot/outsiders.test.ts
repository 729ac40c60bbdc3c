// Guests and people of other organisations: refused on every message and every button, whatever role is kept for them,
// and recorded.
import assert from 'node:assert/strict';
import { ACTIONS } from '../../../bot/actions/index.ts';
import { COMMANDS } from '../../../bot/commands/index.ts';
import { AppError, type Services } from '../../../services/index.ts';
import { message, PERSON, TENANT_ID } from '../../unit/bot/activities.ts';
import { as, audited, MESSAGE, nobodyOwns, owner, useBots } from './use-bots.ts';

const OTHER_TENANT = '99999999-2222-4333-8444-555555555555';

describe('outsiders', () => {
  const bots = useBots();
  afterEach(() => bots.channel().setRoster(null));

  const unknown: Partial<Services> = {
    recallPerson: () => Promise.resolve({ kind: 'unknown' }),
    findPerson: () => Promise.resolve({ kind: 'unknown' }),
  };
  const guest = (isGuest: boolean): Services['recallPerson'] => {
    const person = { objectId: PERSON.aadObjectId, displayName: 'Gus', isGuest, isEnabled: true };
    return () => Promise.resolve({ kind: 'known', person });
  };

  it('a guest is refused everything, an owner too, and each refusal is recorded', async () => {
    const { entries, recordAudit } = audited();
    const bot = await bots.start({ ...as('owner'), recallPerson: guest(true), recordAudit });
    for (const { names } of COMMANDS) {
      bots.channel().calls.length = 0;
      await bot.say(message(names[0]));
      assert.match(
        bots.only(),
        /Guests cannot use Rollcall.*Ask one of these people: .*Olga Owner/s,
        names[0],
      );
    }
    for (const { verb } of ACTIONS) {
      const answer = await bots.invoke(bot, verb, { v: 1 });
      assert.equal(answer.type, MESSAGE);
      assert.match(String(answer.value), /Guests cannot use Rollcall/, verb);
    }
    assert.deepEqual(
      entries.map(({ target, after, result }) => [target, after, result]),
      [...COMMANDS.map(({ names }) => names[0]), ...ACTIONS.map(({ verb }) => verb)].map((name) => [
        name,
        'guest',
        'refused',
      ]),
    );
  });

  it('what a guest types is not recorded, and where to reach a guest neither', async () => {
    const { entries, recordAudit } = audited();
    const bot = await bots.start({
      ...as('owner'),
      recallPerson: guest(true),
      recordAudit,
      rememberChat: () => Promise.reject(new AppError('unexpected')),
    });
    await bot.say(message('the password is swordfish'));
    assert.deepEqual([entries.length, entries[0]?.target], [1, null]);
    assert.doesNotMatch(bot.logged(), /chat-not-remembered|swordfish/);
  });

  it('before the first sync the roster of the chat tells, once an hour', async () => {
    bots.channel().setRoster({ tenantId: TENANT_ID, userRole: 'guest', userPrincipalName: 'g@contoso.com' });
    const bot = await bots.start({ ...nobodyOwns, ...unknown });
    const before = bots.channel().rosterRequests();
    await bot.say(message('connect'));
    await bot.say(message('connect', { id: '1700000000002' }));
    assert.equal(bots.channel().rosterRequests() - before, 1);
    assert.deepEqual(
      bots.bodies().filter((body) => !body.includes('Guests cannot use Rollcall')),
      [],
    );
  });

  it('an account of another organisation in a shared chat is refused, and learns no names', async () => {
    const { entries, recordAudit } = audited();
    bots
      .channel()
      .setRoster({ tenantId: OTHER_TENANT, userRole: 'user', userPrincipalName: 'x@fabrikam.com' });
    const bot = await bots.start({ ...as('owner'), ...unknown, recordAudit });
    await bot.say(message('status'));
    assert.match(bots.only(), /another organisation/);
    assert.doesNotMatch(bots.only(), /Olga/);
    assert.deepEqual([entries[0]?.target, entries[0]?.after], ['status', 'other-tenant']);
  });

  it('an account from elsewhere that is a member is none', async () => {
    bots.channel().setRoster({ userRole: 'user', userPrincipalName: 'x_fabrikam.com#EXT#@contoso.com' });
    const bot = await bots.start({ ...as('owner'), ...unknown, findPerson: guest(false) });
    await bot.say(message('status'));
    assert.doesNotMatch(bots.only(), /Guests cannot/);
    bots.channel().calls.length = 0;
    const stranger = await bots.start({ ...as('owner'), ...unknown });
    await stranger.say(message('status'));
    assert.match(bots.only(), /Guests cannot/);
  });

  it('nobody is locked out because nobody tells', async () => {
    const bot = await bots.start({
      ...as('owner'),
      recallPerson: () => Promise.reject(new AppError('database-unreachable')),
    });
    await bot.say(message('status'));
    assert.doesNotMatch(bots.only(), /Guests cannot|organisation/);
    assert.match(bot.logged(), /outsider-not-told/);
  });

  describe('while nobody tells', () => {
    const say = async (script: Partial<Services>, text: string) => {
      bots.channel().calls.length = 0;
      const bot = await bots.start({
        ...script,
        ...unknown,
        rememberChat: () => Promise.reject(new AppError('unexpected')),
      });
      await bot.say(message(text));
      assert.doesNotMatch(bot.logged(), /chat-not-remembered/, 'nobody is met');
      return bots.only();
    };
    const WAIT = /whether you belong to this organisation.*try again/s;

    it('people with a role read, and change nothing', async () => {
      assert.doesNotMatch(await say(as('admin'), 'status'), WAIT);
      for (const command of ['sync now', 'connect', 'audit'])
        assert.match(await say(as('admin'), command), WAIT, command);
    });

    it('who signed in to become the owner goes on, and so does who connects first', async () => {
      const entry = { ...owner, objectId: PERSON.aadObjectId.toUpperCase() };
      const first = { ...as('owner'), listPeople: () => Promise.resolve([entry]) };
      assert.doesNotMatch(await say(first, 'connect'), WAIT);
      assert.doesNotMatch(await say(nobodyOwns, 'connect'), WAIT);
    });

    it('nobody without a role learns who the owners are', async () => {
      const said = await say(as(null), 'status');
      assert.match(said, /You may not use Rollcall yet/);
      assert.doesNotMatch(said, /Olga/);
    });
  });

  it('a message that names two tenants is refused, and recorded where the chat is', async () => {
    const { entries, recordAudit } = audited();
    const bot = await bots.start({ ...as('owner'), recordAudit });
    const answer = await bot.say(message('status', { channelData: { tenant: { id: OTHER_TENANT } } }));
    assert.equal(answer.status, 403);
    const foreign = { conversationType: 'personal', tenantId: OTHER_TENANT, id: 'a:2' };
    await bot.say(
      message('status', { channelData: { tenant: { id: OTHER_TENANT } }, conversation: foreign }),
    );
    assert.deepEqual(
      entries.map(({ tenantId, actor, after, conversationId }) => [
        ...[tenantId, actor?.objectId, after, conversationId],
      ]),
      [[TENANT_ID, PERSON.aadObjectId, 'other-tenant', 'a:1personal']],
    );
    assert.match(bot.logged(), /"why":"tenant-contradiction"/);
    assert.match(bot.logged(), /"why":"tenant-not-allowed"/);
    assert.deepEqual(bots.bodies(), []);
  });
});
