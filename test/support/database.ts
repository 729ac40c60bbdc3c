// A database of one's own for each test file, on a real engine: the one that the runner started for all tiers
// (MONGODB_TEST_URI), or one started here on first use and stopped after the last test.
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { tryLock } from '../../local/mongo/file-lock.ts';
import { openDatabase, type LocalDatabase } from '../../local/mongo/open-database.ts';
import { withDatabaseName } from '../../local/mongo/uri.ts';
import { cacheDir } from '../../local/places.ts';

export interface TestDatabase {
  /** A connection string with the name of a database that nobody else uses. */
  readonly uri: string;
  drop(): Promise<void>;
}

export async function openTestDatabase(): Promise<TestDatabase> {
  const server = process.env.MONGODB_TEST_URI ?? (await startOnce()).uri;
  const uri = withDatabaseName(server, `test_${randomUUID().slice(0, 8)}`);
  return {
    uri,
    async drop() {
      const client = new MongoClient(uri);
      try {
        await client.db().dropDatabase();
      } finally {
        await client.close();
      }
    },
  };
}

/** Several test runs at once are normal while working; a data folder belongs to one of them. */
const SIMULTANEOUS_RUNS = 16;

/** Opens a database in the first data folder for tests that no other run uses. */
export async function openSpareDatabase(say: (line: string) => void): Promise<LocalDatabase> {
  await mkdir(join(cacheDir(), 'test'), { recursive: true });
  for (let number = 1; number <= SIMULTANEOUS_RUNS; number++) {
    const folder = join(cacheDir(), 'test', String(number));
    const held = await tryLock(`${folder}.lock`);
    if (!held) continue;
    const database = await openDatabase({ dataDir: folder, port: 0, say }).catch(async (error: unknown) => {
      await held.release();
      throw error;
    });
    return {
      ...database,
      async stop() {
        await database.stop();
        await held.release();
      },
    };
  }
  throw new Error(`${SIMULTANEOUS_RUNS} test runs are using a database already`);
}

let started: Promise<LocalDatabase> | undefined;

function startOnce(): Promise<LocalDatabase> {
  started ??= openSpareDatabase((line) => console.error(line));
  return started;
}

// Outside mocha (a script that wants a test database) whoever runs it ends the process, and the database with it.
if (typeof after === 'function') {
  after('stop the test database', async function () {
    this.timeout(30_000);
    await (await started)?.stop();
  });
}
