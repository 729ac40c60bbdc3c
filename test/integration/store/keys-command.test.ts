// `npm run keys` as the operator runs it, in a process of its own, and what readiness and log say of a wrong key.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { createAmbient } from '../../../services/ambient.ts';
import { readConfig } from '../../../services/config.ts';
import { createKeyring } from '../../../services/credentials/keyring.ts';
import { createVault, type Vault } from '../../../services/credentials/vault.ts';
import type { CredentialId } from '../../../services/directory/credential.ts';
import { createLog } from '../../../services/log.ts';
import { openServices } from '../../../services/open-services.ts';
import { createSecret } from '../../../services/secret.ts';
import type { TokenKey } from '../../../services/setting-types.ts';
import type { Store } from '../../../services/store/create-store.ts';
import { eventually } from '../../support/chat-page.ts';
import { ANNA, authorizationOf, CONTOSO, keyOf, openStore } from '../../support/credentials.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

const program = join(import.meta.dirname, '..', '..', '..', 'services', 'keys-command.ts');
const old = keyOf('old', 1);
const fresh = keyOf('fresh', 2);
const setting = (...keys: TokenKey[]) => keys.map(({ id, key }) => `${id}:${key.reveal()}`).join(',');

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}
/** Runs the program with these settings and nothing else of our environment. */
const run = (command: string, env: Record<string, string>): Promise<Ended> =>
  new Promise((resolve) => {
    const options = { env: { PATH: process.env.PATH ?? '', ...env } };
    execFile(process.execPath, ['--import', 'tsx', program, command], options, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });

describe('npm run keys', function () {
  this.timeout(60_000);
  let database: TestDatabase;
  let store: Store;
  let kept: CredentialId;
  const vaultWith = (...keys: TokenKey[]): Vault =>
    createVault({
      credentials: store.credentials,
      keyring: createKeyring(keys),
      ids: { next: () => 'c1' },
    });
  beforeEach(async () => {
    database = await openTestDatabase();
    store = openStore(database.uri);
    const secret = createSecret('the-refresh-token');
    kept = (await vaultWith(old).authorize(authorizationOf(ANNA, new Date()), secret, false)).id;
  });
  afterEach(async () => {
    await store.close();
    await database.drop();
  });
  const env = (...keys: TokenKey[]) => ({ MONGODB_URI: database.uri, ROLLCALL_TOKEN_KEYS: setting(...keys) });
  const reveal = async (...keys: TokenKey[]) =>
    (await vaultWith(...keys).open(CONTOSO, kept))?.secret.reveal();

  it('rotates, so that the old key can go', async () => {
    const ended = await run('rotate', env(fresh, old));
    assert.deepEqual([ended.code, ended.err], [0, '']);
    assert.match(
      ended.out,
      /^1 kept sign-ins are encrypted with "fresh" now, 0 were before\.\nKeys in use: "fresh"\./,
    );
    assert.equal(await reveal(fresh), 'the-refresh-token');
    assert.deepEqual(await run('check', env(fresh)), {
      ...{ code: 0, err: '', out: 'All 1 kept sign-ins open with the keys of the settings.\n' },
    });
  });

  it('does not rotate what it cannot open, and prints no secret', async () => {
    const ended = await run('rotate', env(fresh));
    assert.equal(ended.code, 78);
    assert.match(ended.err, /key "old": A key that keeps sign-ins is missing .* Nothing is lost\.\n$/);
    assert.equal(await reveal(old), 'the-refresh-token');
    for (const secret of [fresh.key.reveal(), 'the-refresh-token'])
      assert.ok(!(ended.out + ended.err).includes(secret));
    const checked = await run('check', env(fresh));
    assert.equal(checked.code, 78);
    assert.match(checked.err, /^ROLLCALL_TOKEN_KEYS lacks "old"/);
  });

  it('says what is wrong with the command or the settings', async () => {
    const [unknown, none, made] = await Promise.all([
      run('rotten', {}),
      run('rotate', { MONGODB_URI: database.uri }),
      run('new', {}),
    ]);
    assert.equal(unknown.code, 64);
    assert.match(unknown.err, /rotate {3}encrypts everything/);
    assert.equal(none.code, 78);
    assert.match(none.err, /must set ROLLCALL_TOKEN_KEYS/);
    assert.match(made.out, /^\d{8}-[0-9a-f]{4}:[A-Za-z0-9+/]{43}=\n$/);
  });

  it('is asked for by readiness and log when a key is missing', async () => {
    const lines: string[] = [];
    const config = readConfig({
      ...env(fresh),
      MicrosoftAppId: '22222222-2222-4222-8222-222222222222',
      MicrosoftAppPassword: 'not-used',
      MicrosoftAppTenantId: CONTOSO,
      ROLLCALL_ENTRA_URL: 'https://localhost:1',
      ROLLCALL_GRAPH_URL: 'https://localhost:1',
      ROLLCALL_CHANNEL_METADATA_URL: 'http://localhost:1/keys',
    });
    const log = createLog('error', { write: (line) => void lines.push(line) });
    const services = await openServices({ config, ambient: createAmbient(), log });
    try {
      const ring = async () => (await services.checkHealth()).checks.find(({ name }) => name === 'tokenKeys');
      assert.match((await ring())?.problem ?? '', /^ROLLCALL_TOKEN_KEYS lacks "old"/);
      await ring();
      const said = lines.filter((line) => line.includes('token-keys.wrong'));
      assert.equal(said.length, 1, 'once, until it changes');
      assert.ok(!lines.join('').includes(fresh.key.reveal()));
      await run('rotate', env(fresh, old));
      // An answer that takes too long says so, and the next one is better.
      await eventually('keys that open everything', async () => (await ring())?.ok === true);
    } finally {
      await services.close(1000);
    }
  });
});
