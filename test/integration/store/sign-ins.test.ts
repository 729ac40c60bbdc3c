// Kept sign-ins, on a real database: answered by one process, told to the card, and ended by another when that is gone.
import assert from 'node:assert/strict';
import { parseCredentialId, type CredentialId } from '../../../services/directory/credential.ts';
import type { OpenSignIn, SignInResult } from '../../../services/directory/sign-in.ts';
import type { Store } from '../../../services/store/create-store.ts';
import { ANNA, authorizationOf, CONTOSO, FABRIKAM, openStore, problemAt } from '../../support/credentials.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

/** The real time: the database forgets old sign-ins by its own clock. */
const NOW = new Date();
const later = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);
const id = (text: string): CredentialId => parseCredentialId(text);
const SEALED = { v: 1, keyId: 'k1', iv: 'aXY=', tag: 'dGFn', data: 'ZGF0YQ==' } as const;

describe('kept sign-ins', function () {
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

  const signIn: OpenSignIn = {
    id: 's1',
    purpose: 'signIn',
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
    const again = await store.signIns.take('hash', later(1));
    assert.equal(again.kind, 'alreadyUsed');
  });

  it('tell the second answer how the first ended, as soon as that is known', async () => {
    await store.signIns.insert(signIn, 'hash');
    await store.signIns.take('hash', NOW);
    const second = async () => {
      const taken = await store.signIns.take('hash', NOW);
      return taken.kind === 'alreadyUsed' ? taken.result : taken.kind;
    };
    assert.equal(await second(), null);
    await store.signIns.finish('s1', refused);
    assert.deepEqual(await second(), refused);
  });

  const waiting = async () => {
    await store.signIns.insert(signIn, 'hash');
    await store.signIns.attachCard(CONTOSO, 's1', 'card');
    assert.equal((await store.signIns.take('hash', NOW)).kind, 'taken');
  };
  const seconds = (n: number) => new Date(NOW.getTime() + n * 1000);
  const news = async (at: Date) => {
    const next = await store.signIns.takeNews(at);
    if (next !== null) await store.signIns.markTold('s1', next.revision);
    return next?.result?.kind ?? next?.state ?? null;
  };

  it('tell each state of a card, also when the card comes after the answer', async () => {
    await store.signIns.insert(signIn, 'hash');
    assert.equal(await news(NOW), null);
    await store.signIns.take('hash', NOW);
    await store.signIns.markProven('s1');
    assert.equal(await news(NOW), null);
    await store.signIns.attachCard(FABRIKAM, 's1', 'forged');
    assert.equal(await news(NOW), null);
    await store.signIns.attachCard(CONTOSO, 's1', 'card');
    const { revision, ...first } = (await store.signIns.takeNews(NOW))!;
    const card = { tenantId: CONTOSO, actor: ANNA, signInId: 's1', card: 'card' };
    assert.deepEqual(first, { ...card, state: 'checking', result: null });
    await store.signIns.markTold('s1', revision);
    assert.equal(await news(NOW), null);
    await store.signIns.finish('s1', refused);
    assert.equal(await news(NOW), 'refused');
    assert.equal(await news(NOW), null);
  });

  it('come again when nobody said that the card shows it, and in order when something newer comes', async () => {
    await waiting();
    await store.signIns.markProven('s1');
    const checking = await store.signIns.takeNews(NOW);
    assert.equal(checking?.state, 'checking');
    await store.signIns.finish('s1', refused);
    assert.equal(await store.signIns.takeNews(seconds(1)), null, 'the earlier edit could come to stand last');
    await store.signIns.markTold('s1', checking.revision);
    const lost = await store.signIns.takeNews(seconds(1));
    assert.equal(lost?.state, 'done');
    assert.equal(await store.signIns.takeNews(seconds(2)), null);
    assert.deepEqual(await store.signIns.takeNews(seconds(17)), lost);
    await store.signIns.markTold('s1', lost.revision);
    assert.equal(await store.signIns.takeNews(seconds(60)), null);
  });

  it('wait on after answers that prove nothing, until there were too many; the card shows one that is to be shown', async () => {
    await waiting();
    const reopen = async (most: number | null, shown: SignInResult | null) => {
      const reopened = await store.signIns.reopen('s1', { most, shown });
      if (reopened) assert.equal((await store.signIns.take('hash', NOW)).kind, 'taken');
      return reopened;
    };
    assert.equal(await store.signIns.reopen('s1', { most: 3, shown: refused }), true);
    assert.equal(await news(NOW), 'refused');
    assert.equal(await news(NOW), null);
    assert.equal((await store.signIns.take('hash', NOW)).kind, 'taken');
    const second = await store.signIns.take('hash', NOW);
    assert.equal(second.kind === 'alreadyUsed' && second.result, null, 'nobody is told of the answer before');
    assert.equal(await reopen(3, null), true);
    for (let n = 0; n < 3; n++) assert.equal(await reopen(null, null), true, 'not counted');
    assert.equal(await news(NOW), null);
    assert.equal(await reopen(3, refused), false);
  });

  it('of a process that is gone are found by another within seconds; of one that lives they are not', async () => {
    await waiting();
    await store.signIns.keepAlive('s1', seconds(5));
    assert.deepEqual(await store.signIns.listInterrupted(seconds(5)), []);
    const [gone] = await store.signIns.listInterrupted(seconds(6));
    assert.deepEqual([gone?.id, gone?.proven], ['s1', false]);
    assert.equal(await store.signIns.endInterrupted('s1', seconds(6), null), true);
    assert.equal((await store.signIns.take('hash', seconds(7))).kind, 'taken', 'the answer may come again');
    await store.signIns.markProven('s1');
    assert.equal((await store.signIns.listInterrupted(seconds(8)))[0]?.proven, true);
    const failed: SignInResult = { kind: 'failed', problem: problemAt(NOW, 'interrupted') };
    assert.equal(await store.signIns.endInterrupted('s1', seconds(8), failed), true);
    assert.equal(await store.signIns.endInterrupted('s1', seconds(8), failed), false);
    assert.equal(await news(NOW), 'failed');
    // It was only slow.
    await store.signIns.finish('s1', refused);
    assert.equal(await news(NOW), 'refused');
  });

  it('give back a connected credential as it was', async () => {
    const credential = await insert('c1');
    await waiting();
    const result: SignInResult = { kind: 'connected', credential, becameOwner: true };
    await store.signIns.finish('s1', result);
    assert.deepEqual((await store.signIns.takeNews(NOW))?.result, result);
  });
});
