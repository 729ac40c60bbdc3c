// The whole of Rollcall with its local stand-ins, for end-to-end tests: real processes, free ports, a database of
// its own name, and the complete transcript of the chat at hand.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { cacheDir } from '../../local/places.ts';
import { withDatabaseName } from '../../local/mongo/uri.ts';
import { startStack, type Stack } from '../../local/stack/start-stack.ts';
import { openTestDatabase } from './database.ts';
import { searchLeaks, type Leak } from './leaks.ts';

export interface TestStackOptions {
  readonly users?: number;
  readonly groups?: number;
  readonly memberships?: number;
  readonly botEnv?: Readonly<Record<string, string>>;
}

export interface TestStack extends Stack {
  readonly mongodbUri: string;
  /** Stops everything and drops what was stored. Throws when a secret is found in what it leaves behind. */
  dispose(): Promise<void>;
}

/** Secrets in what a stack has written so far. */
export const searchStack = (stack: Stack, mongodbUri: string): Promise<readonly Leak[]> =>
  searchLeaks({
    ...{ logPath: stack.logPath, mongodbUri, known: stack.secrets },
    chatOrigin: new URL(stack.chat.pageUrl).origin,
    controlUrl: stack.tenant.controlUrl,
  });

const FREE_PORTS = { bot: 0, chat: 0, graph: 0, entra: 0, control: 0, database: 0 };

export async function startTestStack(options: TestStackOptions = {}): Promise<TestStack> {
  const database = await openTestDatabase();
  const databaseName = `e2e-${randomBytes(6).toString('hex')}`;
  const server = new URL(database.uri);
  const databaseUri = `${server.protocol}//${server.host}`;
  const folder = mkdtempSync(join(cacheDir(), 'e2e-'));
  const stack = await startStack({
    seed: 'contoso',
    users: options.users ?? 120,
    groups: options.groups ?? 20,
    ...(options.memberships === undefined ? {} : { memberships: options.memberships }),
    ports: FREE_PORTS,
    folder,
    databaseUri,
    databaseName,
    remember: false,
    ...(options.botEnv ? { botEnv: options.botEnv } : {}),
    say: () => undefined,
  });
  const mongodbUri = withDatabaseName(databaseUri, databaseName);
  return {
    ...stack,
    mongodbUri,
    dispose: async () => {
      const leaks = await searchStack(stack, mongodbUri);
      await stack.stop();
      const client = new MongoClient(mongodbUri);
      await client.db().dropDatabase();
      await client.close();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
      assert.deepEqual(leaks, [], 'secrets were left in the log, the database or the chat');
    },
  };
}

interface ServedFault {
  readonly kind: string;
  readonly remaining: number | null;
  readonly served: number;
}

/** Takes all faults away; throws when one was never met, or less often than was asked for. */
export async function clearFaults(stack: TestStack): Promise<void> {
  const faults = await control<readonly ServedFault[]>(stack, 'GET', '/faults');
  await control(stack, 'DELETE', '/faults');
  const unmet = faults.filter(({ remaining, served }) => served === 0 || (remaining ?? 0) > 0);
  if (unmet.length > 0) throw new Error(`Faults were not met: ${unmet.map(({ kind }) => kind).join(', ')}`);
}

/** Calls the tenant's control API. */
export async function control<T>(
  stack: Pick<TestStack, 'tenant'>,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<T> {
  const response = await fetch(`${stack.tenant.controlUrl}${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}
