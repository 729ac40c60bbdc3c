// The life of DocumentDB as a process: killed, interrupted, started twice, stopped. Nothing that was acknowledged may
// be lost, and nothing may be left running. Only defined where this engine exists: it needs Debian's tools.
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { findProgram, startDocumentDb } from '../../../local/mongo/documentdb/start-documentdb.ts';
import { openDatabase } from '../../../local/mongo/open-database.ts';
import { claimPort } from '../../../local/mongo/port.ts';
import { processIdentity } from '../../../local/mongo/process-info.ts';
import { cacheDir } from '../../../local/places.ts';
import { rejectionOf } from './rejection.ts';

interface Entry {
  _id: string;
}

const quiet = () => undefined;
const canRun = (await findProgram('apt-get')) !== undefined && (await findProgram('dpkg-deb')) !== undefined;

(canRun ? describe : () => undefined)('DocumentDB as a process', function () {
  this.timeout(60_000);
  const folder = join(cacheDir(), 'test', `documentdb-${process.pid}`);
  const data = join(folder, 'documentdb');
  const children: ChildProcess[] = [];

  before('make a folder', () => mkdir(folder, { recursive: true }));
  after('leave nothing behind', async () => {
    for (const child of children) child.kill('SIGKILL');
    await until(async () => !(await postmasterRuns()));
    await rm(folder, { recursive: true, force: true });
  });

  const postmaster = async () =>
    Number.parseInt(await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '0'));
  const postmasterRuns = async () => {
    const pid = await postmaster();
    return pid > 0 && processIdentity(pid) !== undefined;
  };

  /** The database in a process of its own, by its command line. */
  async function startProcess(): Promise<{ child: ChildProcess; uri: string }> {
    const env = { ...process.env, MONGODB_URI: '' };
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', 'local/mongo/main.ts', '--data', folder, '--port', '0'],
      { env, stdio: ['ignore', 'pipe', 'ignore'] },
    );
    children.push(child);
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    return { child, uri: line.toString().trim() };
  }

  /** Inserts from four clients until told to stop; returns every id that the server has acknowledged. */
  function startWriters(clients: readonly MongoClient[], round: string) {
    const acknowledged: string[] = [];
    let isStopped = false;
    const write = async (client: MongoClient, writer: number) => {
      const entries = client.db('durability').collection<Entry>('entries');
      for (let batch = 0; !isStopped; batch++) {
        const ids = Array.from(
          { length: batch % 3 === 0 ? 1 : 20 },
          (_, index) => `${round} ${writer} ${batch} ${index}`,
        );
        // A write without an answer proves nothing: it may be there or not.
        const isAcknowledged = await entries.insertMany(ids.map((_id) => ({ _id }))).then(
          () => true,
          () => false,
        );
        if (isAcknowledged) acknowledged.push(...ids);
        else await sleep(20);
      }
    };
    const running = Promise.all(clients.map(write));
    return {
      acknowledged,
      async stop() {
        isStopped = true;
        await running;
      },
    };
  }

  async function missing(client: MongoClient, ids: readonly string[]): Promise<string[]> {
    const found = await client
      .db('durability')
      .collection<Entry>('entries')
      .find()
      .map(({ _id }) => _id)
      .toArray();
    const present = new Set(found);
    return ids.filter((id) => !present.has(id));
  }

  const connect = (uri: string) =>
    Promise.all(
      Array.from({ length: 4 }, () => new MongoClient(uri, { serverSelectionTimeoutMS: 20_000 }).connect()),
    );

  it('loses no acknowledged write when PostgreSQL is killed, and goes on by itself', async () => {
    const port = await claimPort(0);
    const said: string[] = [];
    const database = await startDocumentDb({
      cacheDir: cacheDir(),
      data,
      port,
      say: (line) => said.push(line),
    });
    const clients = await connect(`mongodb://127.0.0.1:${port}`);
    try {
      const writers = startWriters(clients, 'first');
      await until(() => writers.acknowledged.length > 2_000);
      process.kill(await postmaster(), 'SIGKILL');
      const before = writers.acknowledged.length;
      await until(() => writers.acknowledged.length > before + 2_000);
      await writers.stop();
      assert.deepEqual(await missing(clients[0]!, writers.acknowledged), []);
      assert.ok(said.includes('PostgreSQL ended unexpectedly; starting it again …'));
    } finally {
      await Promise.all(clients.map((client) => client.close()));
      await database.stop();
    }
    assert.equal(await postmasterRuns(), false);
  });

  it('loses no acknowledged write when the whole program is killed, and leaves no PostgreSQL running', async () => {
    const first = await startProcess();
    const clients = await connect(first.uri);
    const writers = startWriters(clients, 'second');
    await until(() => writers.acknowledged.length > 2_000);
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    await Promise.all(clients.map((client) => client.close()));
    await writers.stop();
    await until(async () => !(await postmasterRuns()));

    const second = await startProcess();
    const client = await new MongoClient(second.uri).connect();
    assert.deepEqual(await missing(client, writers.acknowledged), []);
    await client.close();
    second.child.kill('SIGTERM');
    assert.deepEqual(await once(second.child, 'exit'), [0, null]);
    assert.equal(await postmasterRuns(), false);
  });

  it('stops on SIGINT, which a terminal also sends to the whole group', async () => {
    const { child } = await startProcess();
    assert.equal(await postmasterRuns(), true);
    child.kill('SIGINT');
    assert.deepEqual(await once(child, 'exit'), [0, null]);
    assert.equal(await postmasterRuns(), false);
  });

  it('starts though a lock file names a living process that is not PostgreSQL', async () => {
    await writeFile(join(data, 'postmaster.pid'), `${process.pid}\n`);
    const database = await startDocumentDb({
      cacheDir: cacheDir(),
      data,
      port: await claimPort(0),
      say: quiet,
    });
    await database.stop();
  });

  it('throws half a cluster away and creates it anew', async () => {
    await rm(join(data, 'rollcall-complete'));
    await rm(join(data, 'global'), { recursive: true });
    const database = await startDocumentDb({
      cacheDir: cacheDir(),
      data,
      port: await claimPort(0),
      say: quiet,
    });
    await database.stop();
    assert.ok(existsSync(join(data, 'rollcall-complete')));
  });

  it('names the port that is taken and the process that has the data open', async () => {
    const given = process.env.MONGODB_URI;
    delete process.env.MONGODB_URI;
    const other = createServer().listen(0, '127.0.0.1');
    try {
      await once(other, 'listening');
      const { port } = other.address() as AddressInfo;
      assert.match(
        String(await rejectionOf(openDatabase({ dataDir: folder, port, say: quiet }))),
        new RegExp(`Port ${port} is in use`),
      );

      const { child } = await startProcess();
      assert.match(
        String(await rejectionOf(openDatabase({ dataDir: folder, port: 0, say: quiet }))),
        new RegExp(`already open in process ${child.pid ?? ''}\\b`),
      );
      child.kill('SIGTERM');
      await once(child, 'exit');
    } finally {
      other.close();
      if (given !== undefined) process.env.MONGODB_URI = given;
    }
  });
});

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + 20_000;
  while (!(await condition())) {
    assert.ok(performance.now() < deadlineMs, 'it did not happen within 20 s');
    await sleep(20);
  }
}
