// What is kept beside credentials and sign-ins, on a real database: notices that are told once, claims, chats.
import assert from 'node:assert/strict';
import type { CredentialId } from '../../../services/directory/credential.ts';
import { parseCredentialId } from '../../../services/directory/credential.ts';
import type { ServiceNotice } from '../../../services/directory/notice.ts';
import type { Store } from '../../../services/store/create-store.ts';
import { ANNA, authorizationOf, BEN, CONTOSO, FABRIKAM, openStore } from '../../support/credentials.ts';
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
  describe('notices', () => {
    const RECOVERED = {
      kind: 'recovered',
      how: 'works',
      tenantId: CONTOSO,
      people: [],
      grants: ['users'],
    } as const;
    const told = async (): Promise<ServiceNotice> => ({
      kind: 'failedOver',
      key: 'c1/2026',
      tenantId: CONTOSO,
      people: [ANNA.objectId, BEN.objectId],
      failed: await insert('c1'),
      takeovers: [{ capability: 'users', carriesOn: await insert('c2', BEN, true), wasReading: true }],
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
      const recovered = { ...RECOVERED, key: notice.key } as const;
      await store.notices.amend({ ...recovered, credential: failed }, later(2));
      const second = await takeAll(later(2));
      assert.deepEqual(
        second.map(({ notice: { kind }, card }) => [kind, card]),
        notice.people.map((person) => ['recovered', `card of ${person}`]),
      );
    });

    it('are changed when they say something else, and not for another date', async () => {
      const notice = await told();
      if (notice.kind !== 'failedOver') assert.fail();
      const { takeovers } = notice;
      await store.notices.tell(notice, NOW);
      for (const { person } of await takeAll(NOW)) await store.notices.place(notice.key, person, 'card');
      const groups = takeovers.map((one) => ({ ...one, capability: 'groups' as const }));
      const wider = { ...notice, takeovers: [...takeovers, ...groups] };
      await store.notices.tell(wider, later(1));
      assert.deepEqual(
        (await takeAll(later(1))).map(({ card }) => card),
        ['card', 'card'],
      );
      for (const person of notice.people) await store.notices.place(notice.key, person, 'card');
      const again = takeovers.map((one) => ({
        ...one,
        carriesOn: one.carriesOn && { ...one.carriesOn, lastUsedAt: later(2) },
      }));
      await store.notices.tell({ ...wider, takeovers: [...again, ...groups] }, later(2));
      assert.deepEqual(await takeAll(later(60)), []);
    });

    it('say nothing of the end of what nobody heard of', async () => {
      const credential = await insert('c1');
      await store.notices.amend({ ...RECOVERED, key: 'never', credential }, NOW);
      assert.deepEqual(await takeAll(NOW), []);
    });

    it('come again when nobody placed them, less and less often, for more than a day', async () => {
      await store.notices.tell(await told(), NOW);
      const at: number[] = [];
      for (let minute = 0; minute <= 40 * 60; minute += 5)
        for (const { person } of await takeAll(later(minute))) if (person === ANNA.objectId) at.push(minute);
      assert.deepEqual(at.slice(0, 7), [0, 5, 15, 35, 75, 135, 195]);
      assert.ok((at.at(-1) ?? 0) >= 24 * 60, String(at));
      assert.ok((at.at(-1) ?? 0) < 30 * 60, String(at));
    });

    it('of somebody without a chat wait for the chat, however long', async () => {
      const notice = await told();
      await store.notices.tell(notice, NOW);
      for (const { person } of await takeAll(NOW)) await store.notices.awaitChat(notice.key, person);
      assert.deepEqual(await takeAll(later(60 * 24 * 60)), []);
      await store.notices.wake(FABRIKAM, ANNA.objectId);
      assert.deepEqual(await takeAll(later(60 * 24 * 60)), []);
      await store.notices.wake(CONTOSO, ANNA.objectId.toUpperCase());
      assert.deepEqual(
        (await takeAll(later(60 * 24 * 60))).map(({ person }) => person),
        [ANNA.objectId],
      );
    });

    it('do not lose a change that comes while they are being delivered', async () => {
      const notice = await told();
      const { failed } = notice.kind === 'failedOver' ? notice : assert.fail();
      await store.notices.tell(notice, NOW);
      await takeAll(NOW);
      const recovered = { ...RECOVERED, key: notice.key } as const;
      await store.notices.amend({ ...recovered, credential: failed }, later(1));
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
    await store.chats.remember(CONTOSO, { ...ANNA, objectId: ANNA.objectId.toUpperCase() }, 'old', NOW);
    await store.chats.remember(CONTOSO, ANNA, 'new', later(1));
    assert.equal(await store.chats.find(CONTOSO, ANNA.objectId), 'new');
    assert.equal(await store.chats.find(FABRIKAM, ANNA.objectId), null);
  });
});
