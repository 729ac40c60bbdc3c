// Authorizing and reading while something breaks: two at once, a process that ends, a database that is away, Microsoft
// that is away, a key that is missing, a consent that is withdrawn. Nothing is lost, and nobody is told what is not so.
import assert from 'node:assert/strict';
import type { Services } from '../../../services/index.ts';
import { openBreakableConnection } from '../../support/breakable-connection.ts';
import {
  CREDENTIAL_LABEL,
  eventually,
  openConnectedTenant,
  TOKEN_KEY,
  type ConnectedTenant,
  type Person,
} from '../../support/connected-tenant.ts';
import { withDatabase } from '../../support/test-services.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

describe('connect: interruptions', function () {
  this.timeout(60_000);
  let open: ConnectedTenant;
  beforeEach(async () => (open = await openConnectedTenant()));
  afterEach(() => open.close());

  const credentials = async () =>
    (await open.services.getConnections(open.tenantId)).grants.flatMap((row) => row.credentials);
  const standing = async () => (await credentials()).map(CREDENTIAL_LABEL);
  const actorOf = (person: Person) => ({ objectId: person.id, displayName: person.displayName });
  const letIn = async (person: Person) => {
    await open.services.rememberChat(open.tenantId, actorOf(person), 'a:chat');
    await open.services.setRole({
      ...{ tenantId: open.tenantId, actor: actorOf(open.megan), objectId: person.id },
      ...{ role: 'admin', conversationId: 'a:chat' },
    });
  };
  const connectAll = async (person: Person, backup = false) => {
    for (const grant of ['users', 'groups', 'domains'] as const) {
      const result = await open.connect(person, grant, backup);
      assert.equal(result.kind, 'connected', JSON.stringify(result));
    }
  };
  const told = async () => {
    const due = await open.notices();
    for (const { notice, person } of due) await open.services.placeNotice(notice.key, person, 'card');
    return due.map(({ notice, person }) => `${notice.kind} ${person === open.megan.id ? 'Megan' : 'Alex'}`);
  };
  const graphIsAway = () =>
    open.control('POST', '/faults', { kind: 'unavailable', times: 0, options: { status: 500 } });
  const answerOf = async (person: Person, grant: 'users' | 'groups' = 'users') =>
    open.pick(await open.begin(person, grant), person.id);
  /** A card for the newest sign-in, and what it comes to show. */
  const beginWithCard = async () => {
    const actor = actorOf(open.megan);
    const { url, signInId } = await open.services.beginSignIn({
      ...{ tenantId: open.tenantId, actor, grant: 'users', backup: false, conversationId: 'a:chat' },
    });
    await open.services.attachConnectCard(open.tenantId, signInId, 'card');
    return open.pick(url, open.megan.id);
  };
  const shown = async (services: Services): Promise<string[]> => {
    const states = [];
    for (const news of await services.takeFinishedSignIns()) {
      await services.markSignInTold(news);
      states.push(news.result?.kind ?? news.state);
    }
    return states;
  };

  /** Microsoft answers the check slowly; resolves when the card says "checking", with the way to the result. */
  const finishSlowly = async (services: Services, answer: Readonly<Record<string, string>>, ms: number) => {
    const fault = { kind: 'slow', match: { path: '/users' }, times: 1, options: { ms } };
    await open.control('POST', '/faults', fault);
    const finishing = services.finishSignIn(answer);
    await eventually('the check to begin', async () => (await shown(open.services)).includes('checking'));
    return () => finishing;
  };

  it('keeps nothing of who comes second when two would be the first owner, and names the first', async () => {
    const answers = [await answerOf(open.megan), await answerOf(open.alex, 'groups')];
    const another = await open.openAnother();
    const [one, two] = await Promise.all([
      open.services.finishSignIn(answers[0] ?? {}),
      another.finishSignIn(answers[1] ?? {}),
    ]);
    const [won, lost] = one.kind === 'connected' ? [one, two] : [two, one];
    assert.equal(won.kind === 'connected' && won.becameOwner, true, JSON.stringify([one, two]));
    assert.ok(lost.kind === 'refused' && lost.reason === 'roleNeeded', JSON.stringify(lost));
    const [owner, ...others] = await open.services.listPeople(open.tenantId);
    assert.equal(others.length, 0);
    assert.ok(`${lost.problem.happened} ${lost.problem.remedy}`.includes(owner?.displayName ?? '-'));
    const kept = await credentials();
    assert.deepEqual(
      kept.map(({ account }) => account?.objectId),
      [owner?.objectId],
    );
    await withDatabase(open.databaseUri, async (client) => {
      assert.equal(await client.db().collection('credentials').countDocuments(), 1);
    });
  });

  it('shows the result on the card although the process ended before it could, and once', async () => {
    const answer = await beginWithCard();
    await open.services.finishSignIn(answer);
    // Taken by a process that is gone before the card is edited.
    assert.equal((await open.services.takeFinishedSignIns()).length, 1);
    const next = await open.openAnother();
    assert.deepEqual(await shown(next), []);
    open.advance(20 * SECOND_MS);
    assert.deepEqual(await shown(next), ['connected']);
    open.advance(MINUTE_MS);
    assert.deepEqual(await shown(next), []);
    assert.equal((await next.finishSignIn(answer)).kind, 'connected', 'the page loaded again');
  });

  it('finds within seconds what a process left behind, and is corrected when it was only slow', async () => {
    const answer = await beginWithCard();
    const finished = await finishSlowly(open.services, answer, 2_000);
    const next = await open.openAnother();
    assert.deepEqual(await shown(next), []);
    assert.equal((await next.finishSignIn(answer)).kind, 'checking');
    // Nothing is heard of the first process any more.
    open.advance(11 * SECOND_MS);
    assert.deepEqual(await shown(next), ['failed']);
    const page = await next.finishSignIn(answer);
    assert.equal(page.kind === 'failed' && page.problem.code, 'interrupted', JSON.stringify(page));
    assert.equal((await finished()).kind, 'connected');
    assert.deepEqual(await shown(next), ['connected']);
  });

  it('knows what a process kept that ended before it could say so', async () => {
    const answer = await beginWithCard();
    await open.services.finishSignIn(answer);
    await withDatabase(open.databaseUri, async (client) => {
      const undone = { state: 'checking', result: null, untold: false };
      await client.db().collection('signIns').updateMany({}, { $set: undone });
      const begun = { result: 'begun', after: null };
      await client.db().collection('audit').updateMany({ action: 'credential.authorized' }, { $set: begun });
    });
    open.advance(11 * SECOND_MS);
    assert.deepEqual(await shown(open.services), ['connected']);
    const { items } = await open.services.listAudit(open.tenantId, { page: 0, pageSize: 9 });
    const authorized = items.filter(({ action }) => action === 'credential.authorized');
    assert.deepEqual(
      authorized.map(({ after, result }) => [after, result]),
      [['good', 'done']],
    );
  });

  it('takes the answer again that a process took and did nothing with', async () => {
    const answer = await beginWithCard();
    await withDatabase(open.databaseUri, async (client) => {
      const taken = { state: 'checking', takenAt: new Date(), aliveAt: new Date() };
      await client.db().collection('signIns').updateMany({}, { $set: taken });
    });
    assert.equal((await open.services.finishSignIn(answer)).kind, 'checking');
    open.advance(11 * SECOND_MS);
    assert.deepEqual(await shown(open.services), []);
    assert.equal((await open.services.finishSignIn(answer)).kind, 'connected');
  });

  it('saves what Microsoft answered when the database restarts meanwhile', async () => {
    const way = await openBreakableConnection(open.databaseUri);
    try {
      const another = await open.openAnother({ MONGODB_URI: way.uri });
      await another.hasOwner(open.tenantId);
      const finished = await finishSlowly(another, await beginWithCard(), 1_000);
      way.cut();
      setTimeout(() => way.mend(), 2_500);
      const result = await finished();
      assert.equal(result.kind === 'connected' && result.becameOwner, true, JSON.stringify(result));
      assert.deepEqual(await standing(), ['users Megan Bowen good']);
      assert.equal(await open.services.roleOf(open.tenantId, open.megan.id), 'owner');
      assert.deepEqual(await shown(open.services), ['connected']);
    } finally {
      await way.close();
    }
  });

  it('calls nothing repaired that was authorized while Microsoft was away, until a test has passed', async () => {
    await connectAll(open.megan);
    await letIn(open.alex);
    await connectAll(open.alex, true);
    await open.control('POST', `/users/${open.alex.id}/revoke-sessions`);
    for (const { id } of (await credentials()).filter(({ position }) => position === 1))
      await open.services.testCredential(open.tenantId, id, actorOf(open.megan));
    assert.deepEqual((await told()).sort(), ['failedOver Alex', 'failedOver Megan']);
    const answer = await open.pick(await open.begin(open.alex, 'users', true), open.alex.id);
    await graphIsAway();
    assert.equal((await open.services.finishSignIn(answer)).kind, 'connected');
    assert.ok((await standing()).includes('users Alex Wilber untested'), (await standing()).join());
    assert.deepEqual(await told(), []);
    await open.control('DELETE', '/faults');
    for (const grant of ['groups', 'domains'] as const) await open.connect(open.alex, grant, true);
    open.advance(6 * MINUTE_MS);
    open.tick();
    await eventually('the test to pass', async () =>
      (await standing()).every((line) => line.endsWith('good')),
    );
    const notices: string[] = [];
    await eventually('both to hear of it', async () => notices.push(...(await told())) >= 2);
    assert.deepEqual(notices.sort(), ['recovered Alex', 'recovered Megan']);
  });

  it('tells of a failure that was found by a process which then ended', async () => {
    await connectAll(open.megan);
    await withDatabase(open.databaseUri, async (client) => {
      // As it stands between the finding and the notice.
      const at = new Date();
      const problem = { code: 'AADSTS50057', happened: 'Disabled.', remedy: 'Enable.', who: 'Somebody' };
      const health = { state: 'failed', since: at, problem: { ...problem, correlationId: null, at } };
      await client
        .db()
        .collection('credentials')
        .updateOne({ grant: 'users' }, { $set: { health, failedSince: at, news: 'failed' } });
    });
    open.tick();
    const notices: string[] = [];
    await eventually('Megan to hear of it', async () => notices.push(...(await told())) > 0);
    assert.deepEqual(notices, ['lastFailed Megan']);
  });

  it('says that a failed account is gone although the process that removed it ended before it could', async () => {
    await open.connect(open.megan, 'users');
    await open.control('POST', `/users/${open.megan.id}/disable`);
    await open.sync();
    for (const { notice, person } of await open.notices())
      await open.services.placeNotice(notice.key, person, 'card');
    await withDatabase(open.databaseUri, async (client) => {
      const all = client.db().collection('credentials');
      assert.equal(await all.countDocuments({ news: null, 'health.state': 'failed' }), 1);
      // As `remove` leaves it.
      await all.updateMany(
        {},
        { $set: { removed: true, news: 'removed', sealed: null, holder: 'removed/x' } },
      );
    });
    open.tick();
    const [told] = await eventually('the notice', async () => {
      const due = await open.notices();
      return due.length > 0 && due;
    });
    assert.ok(told?.notice.kind === 'recovered');
    assert.deepEqual([told.notice.how, told.card], ['removed', 'card']);
    await eventually('nothing to be left', () =>
      withDatabase(
        open.databaseUri,
        async (client) => (await client.db().collection('credentials').countDocuments()) === 0,
      ),
    );
  });

  it('reads with the backup when a key is missing, blames nobody, and reads again when it is back', async () => {
    await connectAll(open.megan);
    await letIn(open.alex);
    const both = `k2:${Buffer.alloc(32, 9).toString('base64')},${TOKEN_KEY}`;
    const newer = await open.openAnother({ ROLLCALL_TOKEN_KEYS: both });
    for (const grant of ['users', 'groups', 'domains'] as const) {
      const { url } = await newer.beginSignIn({
        ...{
          tenantId: open.tenantId,
          actor: actorOf(open.alex),
          grant,
          backup: true,
          conversationId: 'a:chat',
        },
      });
      assert.equal((await newer.finishSignIn(await open.pick(url, open.alex.id))).kind, 'connected');
    }
    const without = await open.openAnother({ ROLLCALL_TOKEN_KEYS: both.split(',')[0] ?? '' });
    const run = async (services: Services) => {
      const start = await services.startSync({ tenantId: open.tenantId, actor: actorOf(open.megan) });
      return start.kind === 'started' ? (await start.finished).report : null;
    };
    assert.equal((await run(without))?.outcome, 'changed');
    assert.deepEqual(
      (await standing()).filter((line) => line.startsWith('users')),
      ['users Megan Bowen warning token-key-unknown', 'users Alex Wilber good'],
    );
    assert.deepEqual(await told(), [], 'no account has failed');
    const found = (await without.checkHealth()).checks.find(({ name }) => name === 'tokenKeys');
    assert.equal(found?.ok, true);
    assert.match(found.problem ?? '', /lacks "k1"/);

    assert.equal((await open.sync()).report?.outcome, 'unchanged');
    const megan = (await credentials()).filter(({ account }) => account?.objectId === open.megan.id);
    assert.ok(
      megan.every(({ lastUsedAt }) => lastUsedAt !== null),
      'the account is as good as ever',
    );
    for (const { id } of megan) await newer.testCredential(open.tenantId, id, actorOf(open.megan));
    assert.ok(
      (await standing()).every((line) => line.endsWith('good')),
      (await standing()).join(),
    );
  });

  it('fails for want of the key when no other account is there, and loses nothing', async () => {
    await connectAll(open.megan);
    const another = await open.openAnother({
      ROLLCALL_TOKEN_KEYS: `k2:${Buffer.alloc(32, 9).toString('base64')}`,
    });
    const start = await another.startSync({ tenantId: open.tenantId, actor: actorOf(open.megan) });
    const report = start.kind === 'started' ? (await start.finished).report : null;
    assert.deepEqual([report?.outcome, report?.error?.code], ['failed', 'token-key-unknown']);
    assert.deepEqual(await told(), []);
    const found = (await another.checkHealth()).checks.find(({ name }) => name === 'tokenKeys');
    assert.equal(found?.ok, false, 'no key opens anything');
    assert.equal((await open.sync()).report?.outcome, 'changed');
  });

  it('ends as failed when the consent is withdrawn, with nobody inactive, and comes back with it', async () => {
    await connectAll(open.megan);
    await open.sync();
    const permissions = [
      'User.Read.All',
      'GroupMember.Read.All',
      'Domain.Read.All',
      'Member.Read.Hidden',
      'User.Read',
    ];
    const consent = (delegatedPermissions: readonly string[]) =>
      open.control('POST', `/apps/${open.clientId}`, { delegatedPermissions });
    await consent([]);
    const another = await open.openAnother();
    const start = await another.startSync({ tenantId: open.tenantId, actor: actorOf(open.megan) });
    const report = start.kind === 'started' ? (await start.finished).report : null;
    assert.deepEqual([report?.outcome, report?.counts.users.inactivated], ['failed', 0]);
    assert.match((await standing()).join(), /users Megan Bowen failed (AADSTS65001|graph-forbidden)/);
    assert.deepEqual(await told(), ['lastFailed Megan']);
    await consent(permissions);
    for (const { id } of await credentials())
      await open.services.testCredential(open.tenantId, id, actorOf(open.megan));
    assert.ok(
      (await standing()).every((line) => line.endsWith('good')),
      (await standing()).join(),
    );
    assert.deepEqual(await told(), ['recovered Megan']);
  });
});
