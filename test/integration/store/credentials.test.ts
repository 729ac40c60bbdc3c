// Kept credentials, on a real database: their order, what is found out about them and whom it concerns, under races.
import assert from 'node:assert/strict';
import { parseCredentialId, type CredentialId } from '../../../services/directory/credential.ts';
import type { Store } from '../../../services/store/create-store.ts';
import {
  ANNA,
  authorizationOf,
  BEN,
  CONTOSO,
  FABRIKAM,
  openStore,
  problemAt,
} from '../../support/credentials.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

const NOW = new Date();
const later = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);
const id = (text: string): CredentialId => parseCredentialId(text);
const SEALED = { v: 1, keyId: 'k1', iv: 'aXY=', tag: 'dGFn', data: 'ZGF0YQ==' } as const;

describe('kept credentials', function () {
  this.timeout(30_000);
  let database: TestDatabase;
  let store: Store;
  beforeEach(async () => {
    database = await openTestDatabase();
    store = openStore(database.uri);
  });
  afterEach(async () => {
    await store.close();
    await database.drop();
  });

  const insert = async (name: string, person = ANNA, backup = false, more = {}) => {
    const kept = await store.credentials.insert(id(name), authorizationOf(person, NOW, more), SEALED, backup);
    assert.ok(kept);
    return kept;
  };
  const order = async (grant = 'users') =>
    (await store.credentials.list(CONTOSO)).filter((one) => one.grant === grant).map((one) => one.id);

  it('keep their order: a backup goes last, the next primary first', async () => {
    assert.equal((await insert('first')).position, 0);
    assert.equal((await insert('backup', BEN, true)).position, 1);
    const carl = { objectId: 'c', displayName: 'Carl Ek' };
    assert.equal((await insert('new', carl)).position, 0);
    await insert('other', ANNA, false, { grant: 'groups' });
    assert.deepEqual(await order(), ['new', 'first', 'backup']);
    assert.equal((await store.credentials.makePrimary(CONTOSO, id('backup')))?.position, 0);
    assert.deepEqual(await order(), ['backup', 'new', 'first']);
    assert.equal((await store.credentials.remove(CONTOSO, id('new')))?.position, 1);
    assert.equal(await store.credentials.remove(CONTOSO, id('new')), null);
    assert.deepEqual(await order(), ['backup', 'first']);
    assert.deepEqual(await order('groups'), ['other']);
  });

  it('belong to one tenant: nobody else finds, changes or removes them', async () => {
    await insert('mine');
    assert.equal(await store.credentials.get(FABRIKAM, id('mine')), null);
    assert.equal(await store.credentials.readSecret(FABRIKAM, id('mine')), null);
    const next = { sealed: SEALED, obtainedAt: later(1) };
    const held = { version: 1, series: 1 };
    assert.equal(await store.credentials.replaceSecret(FABRIKAM, id('mine'), held, next), false);
    assert.equal(await store.credentials.makePrimary(FABRIKAM, id('mine')), null);
    assert.equal(await store.credentials.remove(FABRIKAM, id('mine')), null);
    assert.deepEqual(await order(), ['mine']);
  });

  it('are one for each account and grant, also when two processes insert at once', async () => {
    const other = openStore(database.uri);
    try {
      const both = await Promise.all(
        [store, other].map(({ credentials }, n) =>
          credentials.insert(id(`n${n}`), authorizationOf(ANNA, NOW), SEALED, false),
        ),
      );
      assert.equal(both.filter((one) => one !== null).length, 1);
      assert.equal((await store.credentials.list(CONTOSO)).length, 1);
    } finally {
      await other.close();
    }
  });

  it('tell who found them failed, once, and keep since when; a success says what it ended', async () => {
    await insert('one');
    const { credentials } = store;
    const failed = (at: Date) => ({ state: 'failed' as const, problem: problemAt(at) });
    const found = await Promise.all(
      [1, 2, 3].map((n) =>
        credentials.recordFinding(CONTOSO, id('one'), failed(later(n)), later(n), 'use', NOW),
      ),
    );
    assert.deepEqual(found.map((one) => one?.before.state).sort(), ['failed', 'failed', 'untested']);
    const health = (await credentials.get(CONTOSO, id('one')))?.health;
    assert.ok(health?.state === 'failed');
    const again = await credentials.recordFinding(
      CONTOSO,
      id('one'),
      failed(later(9)),
      later(9),
      'test',
      NOW,
    );
    assert.ok(again?.after.health.state === 'failed');
    assert.deepEqual(again.after.health, {
      state: 'failed',
      problem: problemAt(later(9)),
      since: health.since,
    });
    assert.deepEqual(again.after.lastTestedAt, later(9));
    const good = await credentials.recordFinding(
      CONTOSO,
      id('one'),
      { state: 'good' },
      later(10),
      'test',
      NOW,
    );
    assert.ok(good?.before.state === 'failed');
    assert.deepEqual(good.before.since, health.since);
    assert.deepEqual(good.after.health, { state: 'good' });
  });

  const failedAt = (at: Date) => ({ state: 'failed' as const, problem: problemAt(at) });
  const news = async () =>
    (await store.credentials.listNews()).map((one) => [one.credential.id, one.news, one.incident]);

  it('keep what people have not been told in the write that found it out, until they were', async () => {
    await insert('one');
    const { credentials } = store;
    assert.deepEqual(await news(), []);
    await credentials.recordFinding(CONTOSO, id('one'), failedAt(later(1)), later(1), 'use', NOW);
    assert.deepEqual(await news(), [['one', 'failed', later(1)]]);
    for (const told of await credentials.listNews()) await credentials.markNewsTold(told);
    await credentials.recordFinding(CONTOSO, id('one'), failedAt(later(2)), later(2), 'test', NOW);
    assert.deepEqual(await news(), [], 'failing still is no news');
    const [failed] = [{ credential: (await credentials.list(CONTOSO))[0]!, news: 'failed' as const }];
    await credentials.recordFinding(CONTOSO, id('one'), { state: 'good' }, later(3), 'test', NOW);
    await credentials.markNewsTold({ ...failed, incident: later(1) });
    assert.deepEqual(
      await news(),
      [['one', 'recovered', later(1)]],
      'late word of the older news ends nothing',
    );
    await credentials.recordFinding(CONTOSO, id('one'), failedAt(later(4)), later(4), 'use', NOW);
    assert.deepEqual(
      await news(),
      [['one', 'failed', later(1)]],
      'the same incident: nobody heard of its end',
    );
    await credentials.recordFinding(CONTOSO, id('one'), { state: 'good' }, later(5), 'test', NOW);
    for (const told of await credentials.listNews()) await credentials.markNewsTold(told);
    await credentials.recordFinding(CONTOSO, id('one'), failedAt(later(6)), later(6), 'use', NOW);
    assert.deepEqual(await news(), [['one', 'failed', later(6)]]);
  });

  it('are untested when somebody authorizes anew, and recovered only when a test has passed', async () => {
    await insert('one');
    const { credentials } = store;
    await credentials.recordFinding(CONTOSO, id('one'), failedAt(later(1)), later(1), 'use', NOW);
    for (const told of await credentials.listNews()) await credentials.markNewsTold(told);
    const kept = await credentials.reauthorize(id('one'), authorizationOf(ANNA, later(2)), SEALED, false);
    assert.deepEqual(kept?.health, { state: 'untested' });
    assert.deepEqual(await news(), []);
    await credentials.recordFinding(CONTOSO, id('one'), { state: 'good' }, later(3), 'test', later(2));
    assert.deepEqual(await news(), [['one', 'recovered', later(1)]]);
    assert.ok(await credentials.remove(CONTOSO, id('one')));
    assert.deepEqual(await news(), [['one', 'removed', later(1)]]);
  });

  it('are gone at once when removed, but for the news of it until people were told', async () => {
    await insert('one');
    const { credentials } = store;
    await credentials.recordFinding(CONTOSO, id('one'), failedAt(later(1)), later(1), 'use', NOW);
    assert.ok(await credentials.remove(CONTOSO, id('one')));
    assert.equal(await credentials.remove(CONTOSO, id('one')), null);
    assert.deepEqual(await credentials.list(CONTOSO), []);
    assert.equal(await credentials.get(CONTOSO, id('one')), null);
    assert.equal(await credentials.readSecret(CONTOSO, id('one')), null);
    assert.equal(await credentials.reauthorize(id('one'), authorizationOf(ANNA, NOW), SEALED, false), null);
    assert.equal(
      await credentials.recordFinding(CONTOSO, id('one'), { state: 'good' }, NOW, 'use', NOW),
      null,
    );
    await insert('again');
    assert.deepEqual(await news(), [['one', 'removed', later(1)]]);
    for (const told of await credentials.listNews()) await credentials.markNewsTold(told);
    assert.deepEqual(await news(), []);
    assert.deepEqual(await order(), ['again']);
  });

  it('were not used by who was refused, and are no failure for want of a key', async () => {
    await insert('one');
    const { credentials } = store;
    const standing = async () => (await credentials.get(CONTOSO, id('one')))!;
    await credentials.recordWarning(CONTOSO, id('one'), problemAt(NOW, 'token-key-unknown'), NOW);
    assert.equal((await standing()).health.state, 'warning');
    await credentials.recordFinding(CONTOSO, id('one'), failedAt(later(1)), later(1), 'use', NOW);
    assert.equal((await standing()).lastUsedAt, null);
    await credentials.recordWarning(CONTOSO, id('one'), problemAt(NOW, 'token-key-unknown'), NOW);
    assert.equal((await standing()).health.state, 'failed');
  });

  it('do not become failed for an old authorization when they have a new one', async () => {
    await insert('one');
    const { credentials } = store;
    const finding = { state: 'failed' as const, problem: problemAt(NOW) };
    assert.ok(await credentials.reauthorize(id('one'), authorizationOf(ANNA, later(1)), SEALED, false));
    assert.equal(await credentials.recordFinding(CONTOSO, id('one'), finding, NOW, 'use', NOW), null);
    assert.equal((await credentials.get(CONTOSO, id('one')))?.health.state, 'untested');
    assert.equal(await credentials.recordFinding(CONTOSO, id('gone'), finding, NOW, 'use', NOW), null);
  });

  it('stay a backup when authorized again as one, and become first when not', async () => {
    await insert('first');
    await insert('backup', BEN, true);
    await store.credentials.reauthorize(id('backup'), authorizationOf(BEN, NOW), SEALED, true);
    assert.deepEqual(await order(), ['first', 'backup']);
    await store.credentials.reauthorize(id('backup'), authorizationOf(BEN, NOW), SEALED, false);
    assert.deepEqual(await order(), ['backup', 'first']);
    assert.equal(
      await store.credentials.reauthorize(id('gone'), authorizationOf(BEN, NOW), SEALED, false),
      null,
    );
  });

  it('keep the app itself without a secret, beside accounts', async () => {
    await store.credentials.insert(
      id('app'),
      authorizationOf(ANNA, NOW, { kind: 'application', grant: 'everything', account: null }),
      null,
      false,
    );
    assert.equal((await store.credentials.findHolder(CONTOSO, 'everything', 'application', null))?.id, 'app');
    assert.equal(await store.credentials.readSecret(CONTOSO, id('app')), null);
    assert.deepEqual(await store.credentials.listSecrets(), []);
  });
});
