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
