// Which engine is taken, and how a mongod is started. The mongod is a fake that knows only the set-up of a replica set:
// what is tested is our side of it.
import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { MongoClient } from 'mongodb';
import { lock, tryLock } from '../../../local/mongo/file-lock.ts';
import { openDatabase } from '../../../local/mongo/open-database.ts';
import { rejectionOf } from './rejection.ts';

const quiet = () => undefined;

describe('opening a database', function () {
  this.timeout(30_000);
  let folder: string;
  const { PATH, MONGODB_URI } = process.env;

  beforeEach('make folders', async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-open-'));
    delete process.env.MONGODB_URI;
  });
  afterEach('restore', async () => {
    process.env.PATH = PATH;
    delete process.env.MONGODB_URI;
    if (MONGODB_URI !== undefined) process.env.MONGODB_URI = MONGODB_URI;
    await rm(folder, { recursive: true, force: true });
  });

  /** Puts a `mongod` before everything else on the PATH. */
  async function installFakeMongod(
    script = `exec "${process.execPath}" --import tsx "${resolve('test/integration/mongo/fake-mongod.ts')}" "$@"`,
  ) {
    const programs = join(folder, 'bin');
    await mkdir(programs);
    await writeFile(join(programs, 'mongod'), `#!/bin/sh\n${script}\n`);
    await chmod(join(programs, 'mongod'), 0o755);
    process.env.PATH = `${programs}${delimiter}${PATH ?? ''}`;
  }

  it('takes MONGODB_URI before anything else', async () => {
    process.env.MONGODB_URI = 'mongodb://db.example:27017/rollcall?replicaSet=rs';
    const database = await openDatabase({ dataDir: folder, port: 0, say: quiet });
    assert.deepEqual([database.engine, database.uri], ['given', 'mongodb://db.example:27017/?replicaSet=rs']);
    await database.stop();
  });

  it('starts an installed mongod as a replica set, and again on another port', async () => {
    await installFakeMongod();
    const ports: (string | undefined)[] = [];
    for (const start of ['first', 'second']) {
      const said: string[] = [];
      const database = await openDatabase({
        dataDir: join(folder, 'data'),
        port: 0,
        say: (line) => said.push(line),
      });
      assert.equal(database.engine, 'mongod', start);
      assert.match(said.join('\n'), /MongoDB 8\.0\.99 ready on port \d+ after/);
      const client = await new MongoClient(database.uri).connect();
      assert.equal((await client.db('admin').command({ hello: 1 })).isWritablePrimary, true);
      await client.close();
      await database.stop();
      ports.push(/:(\d+)\/\?replicaSet=rollcall$/.exec(database.uri)?.[1]);
      const config = await readFile(join(folder, 'data', 'mongod', 'fake-config.json'), 'utf8');
      assert.ok(config.includes(`127.0.0.1:${ports.at(-1) ?? ''}`), config);
    }
    assert.notEqual(ports[0], ports[1]);
  });

  it('says what to do where nothing can be started', async () => {
    const programs = join(folder, 'empty');
    await mkdir(programs);
    process.env.PATH = programs;
    const mirror = process.env.MONGOMS_DOWNLOAD_MIRROR;
    const cache = process.env.XDG_CACHE_HOME;
    process.env.MONGOMS_DOWNLOAD_MIRROR = 'https://127.0.0.1:9';
    process.env.XDG_CACHE_HOME = folder;
    try {
      const error = String(await rejectionOf(openDatabase({ dataDir: folder, port: 0, say: quiet })));
      assert.match(error, /install MongoDB 7 or newer/);
      assert.match(error, /MONGODB_URI/);
    } finally {
      for (const [name, value] of Object.entries({
        MONGOMS_DOWNLOAD_MIRROR: mirror,
        XDG_CACHE_HOME: cache,
      })) {
        if (value === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = value;
      }
    }
  });
});

describe('a lock between processes', () => {
  let folder: string;
  before(async () => (folder = await mkdtemp(join(tmpdir(), 'rollcall-lock-'))));
  after(() => rm(folder, { recursive: true, force: true }));

  it('has one holder, and the next when it is given back', async () => {
    const path = join(folder, 'one');
    const held = await tryLock(path);
    assert.ok(held);
    assert.equal(await tryLock(path), undefined);
    let waits = 0;
    const next = lock(path, () => waits++);
    await held.release();
    await (await next).release();
    assert.ok(waits <= 1);
  });

  it('is taken from a holder that has died, even if its process id lives on in another', async () => {
    for (const [name, holder] of Object.entries({
      dead: '999999999 1',
      reused: `${process.pid} 1`,
      damaged: 'what',
    })) {
      const path = join(folder, name);
      await writeFile(path, holder);
      const held = await tryLock(path);
      assert.ok(held, name);
      await held.release();
    }
  });

  it('goes to exactly one of many that ask at once', async () => {
    const path = join(folder, 'many');
    const taken = await Promise.all(Array.from({ length: 20 }, () => tryLock(path)));
    assert.equal(taken.filter((held) => held !== undefined).length, 1);
  });
});
