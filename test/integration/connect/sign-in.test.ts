// Sign-ins that go wrong, through the pages of the local tenant: each is refused with words that a person understands,
// nothing is kept, and nothing secret is written anywhere.
import assert from 'node:assert/strict';
import type { SignInAnswer } from '../../../services/index.ts';
import {
  openConnectedTenant,
  TOKEN_KEY,
  type ConnectedTenant,
  type Person,
} from '../../support/connected-tenant.ts';
import { withDatabase } from '../../support/test-services.ts';

const MINUTE_MS = 60_000;

describe('connect: sign-ins', function () {
  this.timeout(60_000);
  let open: ConnectedTenant;
  beforeEach(async () => (open = await openConnectedTenant()));
  afterEach(() => open.close());

  const credentials = async () =>
    (await open.services.getConnections(open.tenantId)).grants.flatMap((row) => row.credentials);

  function refused(result: SignInAnswer, reason: string, code?: string): void {
    assert.equal(result.kind === 'refused' && result.reason, reason, JSON.stringify(result));
    if (result.kind !== 'refused') return;
    if (code !== undefined) assert.equal(result.problem.code, code);
    for (const words of [result.problem.happened, result.problem.remedy, result.problem.who])
      assert.match(words, /^[A-Z].{5,}/s);
  }
  const keptNothing = async () => {
    assert.deepEqual(await credentials(), []);
    assert.equal(await open.services.hasOwner(open.tenantId), false);
  };

  const actorOf = ({ id, displayName }: Person) => ({ objectId: id, displayName });

  it('asks for the permissions of the row and no more, with PKCE, state and nonce', async () => {
    const query = new URL(await open.begin(open.megan, 'groups')).searchParams;
    assert.deepEqual(query.get('scope')?.split(' ').sort(), [
      'https://graph.microsoft.com/GroupMember.Read.All',
      'https://graph.microsoft.com/Member.Read.Hidden',
      'https://graph.microsoft.com/User.Read',
      'offline_access',
      'openid',
      'profile',
    ]);
    assert.equal(query.get('code_challenge_method'), 'S256');
    assert.equal(query.get('redirect_uri'), 'http://localhost:3978/auth/callback');
    for (const name of ['state', 'nonce', 'code_challenge'])
      assert.ok((query.get(name) ?? '').length >= 43, name);
    const everything = new URL(await open.begin(open.megan, 'everything')).searchParams.get('scope');
    assert.deepEqual(everything?.split(' ').sort(), [
      'https://graph.microsoft.com/User.Read',
      'openid',
      'profile',
    ]);
  });

  it('refuses when consent is declined or the sign-in cancelled', async () => {
    const ways: readonly Record<string, string>[] = [{ cancel: '1' }, { as: '', cancel: '1' }];
    for (const more of ways) {
      const url = await open.begin(open.megan, 'users');
      refused(await open.services.finishSignIn(await open.pick(url, open.megan.id, more)), 'declined');
    }
    await keptNothing();
  });

  it('says who has to consent where nobody did, and shows the code of an error that it does not know', async () => {
    const answer = async (error: string, code: number) => {
      const state = new URL(await open.begin(open.megan, 'users')).searchParams.get('state') ?? '';
      const more = { error, error_description: `AADSTS${code}: Text that nobody may rely on.` };
      return open.services.finishSignIn({ state, ...more });
    };
    refused(await answer('consent_required', 65001), 'consentNeeded', 'AADSTS65001');
    refused(await answer('access_denied', 53003), 'signInError', 'AADSTS53003');
    refused(await answer('invalid_grant', 999999), 'signInError', 'AADSTS999999');
    await keptNothing();
  });

  it('refuses another account than the one that pressed the button', async () => {
    const url = await open.begin(open.megan, 'users');
    refused(await open.services.finishSignIn(await open.pick(url, open.alex.id)), 'otherPerson');
    await keptNothing();
  });

  it('refuses an account of another organisation, and a guest', async () => {
    await open.control('POST', '/users', {
      displayName: 'Gus Guest',
      userType: 'Guest',
      mail: 'gus@elsewhere.example',
    });
    const url = await open.begin(open.megan, 'everything');
    refused(await open.services.finishSignIn(await open.pick(url, 'gus.guest@contoso.com')), 'otherTenant');
    await keptNothing();
  });

  const lines = async () => {
    const { items } = await open.services.listAudit(open.tenantId, { page: 0, pageSize: 50 });
    return items.map(
      ({ actor, action, after, result }) => `${actor?.displayName} ${action} ${after} ${result}`,
    );
  };

  it('stays open for the person who pressed when somebody else opens the link, and the card stays as it is', async () => {
    const url = await open.begin(open.megan, 'users');
    const news = async () => (await open.services.takeFinishedSignIns()).map(({ state }) => state);
    const id = new URL(url).searchParams.get('state') ?? '';
    await withDatabase(open.databaseUri, (client) =>
      client
        .db()
        .collection('signIns')
        .updateMany({}, { $set: { card: 'a card' } }),
    );
    refused(await open.services.finishSignIn(await open.pick(url, open.alex.id)), 'otherPerson');
    refused(await open.services.finishSignIn({ state: id, code: 'nonsense' }), 'signInError');
    assert.deepEqual(await news(), []);
    await keptNothing();
    const answer = await open.pick(url, open.megan.id);
    assert.equal((await open.services.finishSignIn(answer)).kind, 'connected');
    assert.deepEqual(await news(), ['done']);
    assert.equal((await open.services.finishSignIn(answer)).kind, 'connected');
    const [, done, code, other, ...more] = await lines();
    assert.deepEqual(
      [done, code, other, more],
      [
        `${open.megan.displayName} credential.authorized good done`,
        'undefined sign-in.refused AADSTS9002313 refused',
        `${open.alex.displayName} sign-in.refused other-person refused`,
        [],
      ],
    );
  });

  it('outlives what anybody can write into the address: cancelled, refused, a made-up code', async () => {
    const { url, signInId } = await open.services.beginSignIn({
      ...{ tenantId: open.tenantId, actor: actorOf(open.megan), grant: 'users', backup: false },
      conversationId: 'a:chat',
    });
    await open.services.attachConnectCard(open.tenantId, signInId, 'a card');
    const shown = async () => {
      const news = await open.services.takeFinishedSignIns();
      for (const one of news) await open.services.markSignInTold(one);
      return news.map(({ result }) => (result?.kind === 'refused' ? result.reason : result?.kind));
    };
    const state = new URL(url).searchParams.get('state') ?? '';
    const finish = (query: Record<string, string>) => open.services.finishSignIn(query);
    refused(await finish({ state, error: 'access_denied' }), 'declined');
    assert.deepEqual(await shown(), ['declined'], 'it may have been her: the card offers to try again');
    const blocked = { error: 'access_denied', error_description: 'AADSTS53003: Blocked.' };
    refused(await finish({ state, ...blocked }), 'signInError', 'AADSTS53003');
    assert.deepEqual(await shown(), ['signInError']);
    refused(await finish({ state, code: 'made up' }), 'signInError');
    assert.deepEqual(await shown(), []);
    const answer = await open.pick(url, open.megan.id);
    assert.equal((await finish(answer)).kind, 'connected');
    assert.deepEqual(await shown(), ['connected']);
  });

  it('outlives a process that lacks the key: another one that has it takes the same answer', async () => {
    const newer = await open.openAnother({
      ROLLCALL_TOKEN_KEYS: `k2:${Buffer.alloc(32, 9).toString('base64')},${TOKEN_KEY}`,
    });
    const { url } = await newer.beginSignIn({
      ...{ tenantId: open.tenantId, actor: actorOf(open.megan), grant: 'users', backup: false },
      conversationId: 'a:chat',
    });
    const answer = await open.pick(url, open.megan.id);
    for (let n = 0; n < 6; n++) {
      const closed = await open.services.finishSignIn(answer);
      assert.equal(closed.kind === 'failed' && closed.problem.code, 'token-key-unknown');
    }
    assert.equal((await newer.finishSignIn(answer)).kind, 'connected');
  });

  it('ends when the link is in too many wrong hands', async () => {
    const url = await open.begin(open.megan, 'users');
    const mine = await open.pick(url, open.megan.id);
    for (let n = 0; n < 5; n++)
      refused(await open.services.finishSignIn(await open.pick(url, open.alex.id)), 'otherPerson');
    refused(await open.services.finishSignIn(mine), 'otherPerson');
    await keptNothing();
  });

  it('takes an answer once, also when two processes get it at the same time', async () => {
    const another = await open.openAnother();
    const answer = await open.pick(await open.begin(open.megan, 'users'), open.megan.id);
    const results = await Promise.all([open.services.finishSignIn(answer), another.finishSignIn(answer)]);
    assert.deepEqual(results.map(({ kind }) => kind).sort(), ['checking', 'connected']);
    const reloaded = await open.services.finishSignIn(answer);
    assert.equal(reloaded.kind, 'connected', 'who loads the page again sees how it ended');
    assert.equal((await credentials()).length, 1);
  });

  it('refuses an answer after ten minutes, and uses it up', async () => {
    const answer = await open.pick(await open.begin(open.megan, 'users'), open.megan.id);
    open.advance(10 * MINUTE_MS + 1);
    refused(await open.services.finishSignIn(answer), 'late');
    open.advance(-10 * MINUTE_MS);
    refused(await open.services.finishSignIn(answer), 'late');
    await keptNothing();
  });

  it('refuses what it never began: wrong state, no state, nonsense', async () => {
    const answer = await open.pick(await open.begin(open.megan, 'users'), open.megan.id);
    for (const query of [
      { ...answer, state: 'x'.repeat(43) },
      { code: answer.code },
      {},
      { state: 'y'.repeat(9999) },
    ])
      refused(await open.services.finishSignIn(query), 'unknownState');
    assert.equal((await open.services.finishSignIn(answer)).kind, 'connected');
  });

  it('refuses a code that is another sign-in’s', async () => {
    const one = await open.pick(await open.begin(open.megan, 'users'), open.megan.id);
    const other = await open.pick(await open.begin(open.megan, 'users'), open.megan.id);
    refused(await open.services.finishSignIn({ ...one, code: other.code }), 'signInError', 'AADSTS501481');
    await keptNothing();
  });

  it('makes nobody the owner who holds too few roles, or whose roles are not told', async () => {
    await open.connect(open.megan, 'users').then(async () => {
      // Consent stands now; start over with nobody.
      await withDatabase(open.databaseUri, (client) => client.db().dropDatabase());
    });
    const again = await open.openAnother();
    const actor = { objectId: open.diego.id, displayName: open.diego.displayName };
    const request = {
      tenantId: open.tenantId,
      actor,
      grant: 'users',
      backup: false,
      conversationId: 'a:chat',
    } as const;
    const finish = async () =>
      again.finishSignIn(await open.pick((await again.beginSignIn(request)).url, open.diego.id));
    refused(await finish(), 'roleNeeded', 'role-needed');
    await open.control('POST', '/settings', { rolesInIdToken: false });
    refused(await finish(), 'roleNeeded', 'role-needed');
  });

  it('lets nobody authorize whom no owner has let in', async () => {
    await open.connect(open.megan, 'users');
    refused(await open.connect(open.alex, 'users', true), 'roleNeeded', 'role-needed');
    assert.equal((await credentials()).length, 1);
  });

  it('refuses connecting the app without a sign-in before there is an owner', async () => {
    const actor = { objectId: open.megan.id, displayName: open.megan.displayName };
    const request = { tenantId: open.tenantId, actor, conversationId: 'a:chat' };
    refused(await open.services.connectApp(request), 'roleNeeded');
    await open.connect(open.megan, 'users');
    assert.equal((await open.services.connectApp(request)).kind, 'connected');
  });

  it('keeps both when two administrators authorize at once', async () => {
    await open.connect(open.megan, 'groups');
    await open.services.rememberChat(open.tenantId, actorOf(open.alex), 'a:chat');
    const actor = { objectId: open.megan.id, displayName: open.megan.displayName };
    await open.services.setRole({
      ...{ tenantId: open.tenantId, actor, objectId: open.alex.id, displayName: open.alex.displayName },
      ...{ role: 'admin', conversationId: 'a:chat' },
    });
    const results = await Promise.all([open.connect(open.megan, 'users'), open.connect(open.alex, 'users')]);
    assert.deepEqual(
      results.map(({ kind }) => kind),
      ['connected', 'connected'],
      JSON.stringify(results),
    );
    const users = (await credentials()).filter(({ grant }) => grant === 'users');
    assert.deepEqual(
      users.map(({ position }) => position),
      [0, 1],
    );
  });

  it('says that the operator must set a key when there is none', async () => {
    const another = await open.openAnother({ ROLLCALL_TOKEN_KEYS: '' });
    const actor = { objectId: open.megan.id, displayName: open.megan.displayName };
    await assert.rejects(
      another.beginSignIn({
        tenantId: open.tenantId,
        actor,
        grant: 'users',
        backup: false,
        conversationId: 'c',
      }),
      { code: 'token-keys-missing' },
    );
  });

  it('writes no token, code or secret into logs or database', async () => {
    const answer = await open.pick(await open.begin(open.megan, 'users'), open.megan.id);
    await open.services.finishSignIn(answer);
    await open.sync();
    const stored = await withDatabase(open.databaseUri, async (client) => {
      const collections = await client.db().collections();
      return JSON.stringify(await Promise.all(collections.map((one) => one.find().toArray())));
    });
    const everything = `${stored}\n${open.logged.join('\n')}`;
    assert.ok(everything.length > 10_000);
    for (const secret of [answer.code ?? '-', answer.state ?? '-', 'a secret of the tests'])
      assert.ok(!everything.includes(secret), secret);
    assert.doesNotMatch(everything, /eyJ[\w-]{20,}\.|\b0\.AX/u);
  });
});
