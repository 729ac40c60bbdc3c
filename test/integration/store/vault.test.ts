// The vault on a real database: two processes that refresh at once, keys that rotate under a running bot, a database
// that is lost between Microsoft's answer and ours, and nothing in clear.
import assert from 'node:assert/strict';
import { MongoClient } from 'mongodb';
import { checkKeys, explainKeys } from '../../../services/credentials/check-keys.ts';
import { createKeyring } from '../../../services/credentials/keyring.ts';
import { rotateKeys } from '../../../services/credentials/rotate-keys.ts';
import { createVault, type HeldSecret, type Vault } from '../../../services/credentials/vault.ts';
import type { Credential } from '../../../services/directory/credential.ts';
import { createSecret } from '../../../services/secret.ts';
import type { TokenKey } from '../../../services/setting-types.ts';
import type { Store } from '../../../services/store/create-store.ts';
import { ANNA, authorizationOf, BEN, CONTOSO, keyOf, openStore } from '../../support/credentials.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

const NOW = new Date();
const old = keyOf('old', 1);
const fresh = keyOf('fresh', 2);

describe('the vault', function () {
  this.timeout(30_000);
  let database: TestDatabase;
  let stores: Store[];
  let ids = 0;

  /** A process of its own, with keys of its own. */
  const openProcess = (...keys: TokenKey[]) => {
    const store = openStore(database.uri);
    stores.push(store);
    const keyring = createKeyring(keys);
    const nextId = { next: () => `c${++ids}` };
    return { store, keyring, vault: createVault({ credentials: store.credentials, keyring, ids: nextId }) };
  };
  beforeEach(async () => {
    stores = [];
    ids = 0;
    database = await openTestDatabase();
  });
  afterEach(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await database.drop();
  });

  const authorize = (vault: Vault, token: string, person = ANNA, backup = false): Promise<Credential> =>
    vault.authorize(authorizationOf(person, NOW), createSecret(token), backup);
  /** As a bot does it: what Microsoft gives for `held`, the given time after the authorization. */
  const give = (vault: Vault, { id }: Credential, held: HeldSecret, token: string, afterMs: number) =>
    vault.replace(CONTOSO, id, held, {
      secret: createSecret(token),
      obtainedAt: new Date(NOW.getTime() + afterMs),
    });
  const hold = async (vault: Vault, { id }: Credential) => {
    const held = await vault.open(CONTOSO, id);
    assert.ok(held);
    return held;
  };
  const reveal = async (vault: Vault, { id }: Credential) => {
    const held = await vault.open(CONTOSO, id);
    assert.ok(held);
    return { token: held.secret.reveal(), version: held.version };
  };

  it('keeps the newer token when two processes refresh at once, whichever writes first', async () => {
    const [one, two] = [openProcess(old), openProcess(old)];
    const credential = await authorize(one.vault, 'token 0');
    for (let round = 1; round <= 10; round++) {
      const held = await Promise.all([hold(one.vault, credential), hold(two.vault, credential)]);
      assert.equal(held[0].secret.reveal(), held[1].secret.reveal());
      const writes = [
        () => give(one.vault, credential, held[0], `${round} older`, 2 * round),
        () => give(two.vault, credential, held[1], `${round} newer`, 2 * round + 1),
      ];
      const order = round % 2 ? writes : writes.reverse();
      if (round <= 5) await Promise.all(order.map((write) => write()));
      else for (const write of order) await write();
      assert.equal((await reveal(one.vault, credential)).token, `${round} newer`);
    }
  });

  it('refuses an older token, however late it comes, and one of an authorization before', async () => {
    const { vault } = openProcess(old);
    const credential = await authorize(vault, 'token 1');
    const first = await hold(vault, credential);
    assert.equal(await give(vault, credential, first, 'token 2', 20), true);
    assert.equal(await give(vault, credential, first, 'token 1b', 10), false);
    assert.deepEqual(await reveal(vault, credential), { token: 'token 2', version: 2 });
    const second = await hold(vault, credential);
    await authorize(vault, 'authorized anew');
    assert.equal(await give(vault, credential, second, 'token 3', 30), false);
    assert.deepEqual(await reveal(vault, credential), { token: 'authorized anew', version: 3 });
  });

  it('has one credential for an account, however many authorize at once, and its token is one of theirs', async () => {
    const processes = [openProcess(old), openProcess(old)];
    const done = await Promise.all(
      Array.from({ length: 6 }, (_, n) => authorize(processes[n % 2]!.vault, `token ${n}`)),
    );
    assert.equal(new Set(done.map(({ id }) => id)).size, 1);
    const kept = await reveal(processes[0]!.vault, done[0]!);
    assert.match(kept.token, /^token \d$/);
    assert.equal(kept.version, 6);
  });

  it('keeps two administrators who authorize at once, both, in an order', async () => {
    const [one, two] = [openProcess(old), openProcess(old)];
    await Promise.all([authorize(one.vault, 'a'), authorize(two.vault, 'b', BEN)]);
    const kept = await one.store.credentials.list(CONTOSO);
    assert.deepEqual(
      kept.map(({ position }) => position),
      [0, 1],
    );
  });

  it('loses nothing when a key is missing or wrong, and says which', async () => {
    const good = openProcess(old);
    const credential = await authorize(good.vault, 'precious');
    const { credentials } = good.store;
    const missing = openProcess(fresh);
    await assert.rejects(missing.vault.open(CONTOSO, credential.id), {
      code: 'token-key-unknown',
      kind: 'config',
    });
    assert.match(
      explainKeys(await checkKeys(credentials, missing.keyring)) ?? '',
      /^ROLLCALL_TOKEN_KEYS lacks "old", .* Nothing is lost/,
    );
    const wrong = openProcess(keyOf('old', 9));
    await assert.rejects(wrong.vault.open(CONTOSO, credential.id), {
      code: 'secret-unreadable',
      kind: 'config',
    });
    assert.match(
      explainKeys(await checkKeys(credentials, wrong.keyring)) ?? '',
      /^ROLLCALL_TOKEN_KEYS has another key under the name "old"/,
    );
    const report = await rotateKeys(credentials, createKeyring([fresh, keyOf('old', 9)]));
    assert.deepEqual(report, {
      ...{ rotated: 0, untouched: 0 },
      failed: [{ id: credential.id, keyId: 'old', code: 'secret-unreadable' }],
    });
    assert.equal(explainKeys(await checkKeys(credentials, good.keyring)), null);
    assert.equal((await reveal(good.vault, credential)).token, 'precious');
  });

  it('keeps nothing without a key', async () => {
    const { vault, store } = openProcess();
    assert.equal(vault.canKeep, false);
    await assert.rejects(authorize(vault, 'x'), { code: 'token-keys-missing' });
    assert.deepEqual(await store.credentials.list(CONTOSO), []);
    await assert.rejects(rotateKeys(store.credentials, createKeyring([])), { code: 'token-keys-missing' });
  });

  it('rotates under bots that refresh all the time: every newer token stays', async () => {
    // The bot was started with the new list; another process has the old list still and both keys.
    const [bot, laggard, rotator] = [
      openProcess(fresh, old),
      openProcess(old, fresh),
      openProcess(fresh, old),
    ];
    const people = Array.from({ length: 6 }, (_, n) => ({ objectId: `p${n}`, displayName: `P ${n}` }));
    const kept = await Promise.all(people.map((person) => authorize(laggard.vault, '0', person, true)));
    let rotating = true;
    const counts = new Map<string, number>();
    const refreshing = kept.map(async (credential, n) => {
      const { id } = credential;
      const { vault } = n % 2 ? bot : laggard;
      for (let turn = 1; rotating || turn <= 3; turn++) {
        const held = await vault.open(CONTOSO, id);
        assert.ok(held);
        assert.equal(held.secret.reveal(), String(turn - 1), 'a rotation brought back an older token');
        assert.equal(await give(vault, credential, held, String(turn), turn), true);
        counts.set(id, turn);
      }
    });
    for (let round = 0; round < 4; round++) await rotateKeys(rotator.store.credentials, rotator.keyring);
    rotating = false;
    await Promise.all(refreshing);
    await rotateKeys(rotator.store.credentials, rotator.keyring);
    const report = await checkKeys(rotator.store.credentials, createKeyring([fresh]));
    assert.deepEqual(report, { good: 6, missingKeyIds: [], wrongKeyIds: [], usedKeyIds: ['fresh'] });
    for (const credential of kept) {
      const last = counts.get(credential.id);
      assert.deepEqual(await reveal(bot.vault, credential), {
        token: String(last),
        version: (last ?? 0) + 1,
      });
    }
  });

  it('rotates once: a second time there is nothing to do, and the versions stay', async () => {
    const { vault, store } = openProcess(old);
    const credential = await authorize(vault, 'x');
    const ring = createKeyring([fresh, old]);
    assert.deepEqual(await rotateKeys(store.credentials, ring), { rotated: 1, untouched: 0, failed: [] });
    assert.deepEqual(await rotateKeys(store.credentials, ring), { rotated: 0, untouched: 1, failed: [] });
    const bot = openProcess(fresh);
    assert.deepEqual(await reveal(bot.vault, credential), { token: 'x', version: 1 });
    assert.equal(await give(bot.vault, credential, await hold(bot.vault, credential), 'y', 1), true);
  });

  it('writes nothing in clear', async () => {
    const { vault } = openProcess(old);
    const credential = await authorize(vault, 'token-in-clear-1');
    await give(vault, credential, await hold(vault, credential), 'token-in-clear-2', 1);
    const client = new MongoClient(database.uri);
    try {
      const dumped = [];
      for (const { name } of await client.db().listCollections().toArray())
        dumped.push(JSON.stringify(await client.db().collection(name).find().toArray()));
      const dump = dumped.join('\n');
      assert.ok(dump.includes(credential.id));
      for (const clear of ['token-in-clear', Buffer.from('token-in-clear').toString('base64').slice(0, 16)])
        assert.ok(!dump.includes(clear));
    } finally {
      await client.close();
    }
  });
});
