// What is kept of connecting, on a real database: orders of credentials, sign-ins that are answered once, people under
// races, notices that are told once, claims.
import assert from 'node:assert/strict';
import type { CredentialId } from '../../../services/directory/credential.ts';
import { parseCredentialId } from '../../../services/directory/credential.ts';
import type { ServiceNotice } from '../../../services/directory/notice.ts';
import type { OpenSignIn, SignInResult } from '../../../services/directory/sign-in.ts';
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

/** The real time: the database forgets old sign-ins by its own clock. */
const NOW = new Date();
const later = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);
const id = (text: string): CredentialId => parseCredentialId(text);
const SEALED = { v: 1, keyId: 'k1', iv: 'aXY=', tag: 'dGFn', data: 'ZGF0YQ==' } as const;

describe('what is kept of connecting', function () {
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

  describe('credentials', () => {
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
      assert.equal(await store.credentials.replaceSecret(FABRIKAM, id('mine'), 1, SEALED), false);
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
      assert.equal(
        (await store.credentials.findHolder(CONTOSO, 'everything', 'application', null))?.id,
        'app',
      );
      assert.equal(await store.credentials.readSecret(CONTOSO, id('app')), null);
      assert.deepEqual(await store.credentials.listSecrets(), []);
    });
  });

  describe('sign-ins', () => {
    const signIn: OpenSignIn = {
      id: 's1',
      tenantId: CONTOSO,
      actor: ANNA,
      grant: 'users',
      kind: 'delegated',
      backup: false,
      conversationId: '19:chat',
      createdAt: NOW,
      expiresAt: later(10),
      sealed: SEALED,
    };
    const refused: SignInResult = { kind: 'refused', reason: 'declined', problem: problemAt(NOW) };

    it('are taken by the first answer only, whatever the number of processes', async () => {
      await store.signIns.insert(signIn, 'hash');
      const other = openStore(database.uri);
      try {
        const taken = await Promise.all(
          Array.from({ length: 6 }, (_, n) => (n % 2 ? store : other).signIns.take('hash', later(1))),
        );
        assert.equal(taken.filter(({ kind }) => kind === 'taken').length, 1);
        assert.equal(taken.filter(({ kind }) => kind === 'alreadyUsed').length, 5);
        const [first] = taken.filter((one) => one.kind === 'taken');
        assert.deepEqual(first?.signIn, signIn);
        assert.deepEqual(await store.signIns.take('other', NOW), { kind: 'unknown' });
      } finally {
        await other.close();
      }
    });

    it('are late after ten minutes, and used up by it', async () => {
      await store.signIns.insert(signIn, 'hash');
      assert.equal((await store.signIns.take('hash', later(10))).kind, 'late');
      assert.equal((await store.signIns.take('hash', later(1))).kind, 'alreadyUsed');
    });

    it('tell each state of a card once, also when the card comes after the answer', async () => {
      await store.signIns.insert(signIn, 'hash');
      assert.equal(await store.signIns.takeNews(), null);
      await store.signIns.take('hash', later(1));
      assert.equal(await store.signIns.takeNews(), null);
      await store.signIns.attachCard(FABRIKAM, 's1', 'forged');
      assert.equal(await store.signIns.takeNews(), null);
      await store.signIns.attachCard(CONTOSO, 's1', 'card');
      const news = { tenantId: CONTOSO, signInId: 's1', card: 'card' };
      assert.deepEqual(await store.signIns.takeNews(), { ...news, state: 'checking', result: null });
      assert.equal(await store.signIns.takeNews(), null);
      await store.signIns.finish('s1', refused);
      await store.signIns.finish('s1', { kind: 'failed', problem: problemAt(NOW) });
      assert.deepEqual(await store.signIns.takeNews(), { ...news, state: 'done', result: refused });
      assert.equal(await store.signIns.takeNews(), null);
    });

    it('that a process left behind while checking are ended by another, those still at work are not', async () => {
      await store.signIns.insert(signIn, 'hash');
      await store.signIns.attachCard(CONTOSO, 's1', 'card');
      await store.signIns.take('hash', later(1));
      await store.signIns.endInterrupted(later(1), refused);
      assert.equal((await store.signIns.takeNews())?.state, 'checking');
      await store.signIns.endInterrupted(later(2), refused);
      assert.deepEqual((await store.signIns.takeNews())?.result, refused);
      await store.signIns.endInterrupted(later(3), refused);
      assert.equal(await store.signIns.takeNews(), null);
    });

    it('give back a connected credential as it was', async () => {
      const credential = await insert('c1');
      await store.signIns.insert(signIn, 'hash');
      await store.signIns.attachCard(CONTOSO, 's1', 'card');
      const result: SignInResult = { kind: 'connected', credential, becameOwner: true };
      await store.signIns.finish('s1', result);
      assert.deepEqual((await store.signIns.takeNews())?.result, result);
    });
  });

  describe('notices', () => {
    const told = async (): Promise<ServiceNotice> => ({
      kind: 'failedOver',
      key: 'c1/2026',
      tenantId: CONTOSO,
      people: [ANNA.objectId, BEN.objectId],
      failed: await insert('c1'),
      carriesOn: await insert('c2', BEN, true),
    });
    const takeAll = async (at: Date) => {
      const taken = [];
      for (let next = await store.notices.take(at); next !== null; next = await store.notices.take(at))
        taken.push(next);
      return taken.sort((one, other) => one.person.localeCompare(other.person));
    };

    it('reach each person once, however often they are told, and are changed to resolved', async () => {
      const notice = await told();
      await Promise.all([1, 2, 3].map(() => store.notices.tell(notice, NOW)));
      const first = await takeAll(NOW);
      assert.deepEqual(
        first,
        notice.people.map((person) => ({ notice, person, card: null })),
      );
      for (const { person } of first) await store.notices.place(notice.key, person, `card of ${person}`);
      await store.notices.tell(notice, later(1));
      assert.deepEqual(await takeAll(later(60)), []);
      const { failed } = notice.kind === 'failedOver' ? notice : assert.fail();
      const recovered = { kind: 'recovered', key: notice.key, tenantId: CONTOSO, people: [] } as const;
      await store.notices.tell({ ...recovered, credential: failed }, later(2));
      const second = await takeAll(later(2));
      assert.deepEqual(
        second.map(({ notice: { kind }, card }) => [kind, card]),
        notice.people.map((person) => ['recovered', `card of ${person}`]),
      );
    });

    it('say nothing of the end of what nobody heard of', async () => {
      const credential = await insert('c1');
      const base = { key: 'never', tenantId: CONTOSO, people: [ANNA.objectId] };
      await store.notices.tell({ ...base, kind: 'recovered', credential }, NOW);
      assert.deepEqual(await takeAll(NOW), []);
    });

    it('come again when nobody placed them, five times in all', async () => {
      await store.notices.tell(await told(), NOW);
      const counts = [];
      for (let n = 0; n < 7; n++) counts.push((await takeAll(later(5 * n))).length);
      assert.deepEqual(counts, [2, 2, 2, 2, 2, 0, 0]);
    });

    it('do not lose a change that comes while they are being delivered', async () => {
      const notice = await told();
      const { failed } = notice.kind === 'failedOver' ? notice : assert.fail();
      await store.notices.tell(notice, NOW);
      await takeAll(NOW);
      const recovered = { kind: 'recovered', key: notice.key, tenantId: CONTOSO, people: [] } as const;
      await store.notices.tell({ ...recovered, credential: failed }, later(1));
      assert.deepEqual(await takeAll(later(1)), [], 'another process would post a second card');
      await store.notices.place(notice.key, ANNA.objectId, '$card');
      const [next, ...rest] = await takeAll(later(1));
      assert.deepEqual([next?.notice.kind, next?.card, rest.length], ['recovered', '$card', 0]);
    });
  });

  it('lets one process of many have a claim, until it ends', async () => {
    const claim = (now: Date) => store.claims.claim('drill', new Date(now.getTime() + 60_000), now);
    const first = await Promise.all(Array.from({ length: 6 }, () => claim(NOW)));
    assert.equal(first.filter(Boolean).length, 1);
    const second = await Promise.all(Array.from({ length: 6 }, () => claim(later(1))));
    assert.equal(second.filter(Boolean).length, 1);
  });

  it('keeps the newest chat of a person, whatever the case of the id', async () => {
    await store.chats.remember(CONTOSO, ANNA.objectId.toUpperCase(), 'old', NOW);
    await store.chats.remember(CONTOSO, ANNA.objectId, 'new', later(1));
    assert.equal(await store.chats.find(CONTOSO, ANNA.objectId), 'new');
    assert.equal(await store.chats.find(FABRIKAM, ANNA.objectId), null);
  });
});
