// The way to the database: connects and prepares when first needed, and again after a failure, so that a process
// can start before its database does.
import { MongoClient, type Db, type Document, type MongoClientOptions } from 'mongodb';
import type { Clock } from '../ambient.ts';
import type { Log } from '../log.ts';
import type { Secret } from '../secret.ts';
import { prepare } from './prepare.ts';
import { converted } from './store-errors.ts';
import { COLLECTIONS, type CollectionName } from './collections.ts';

/** How long a call waits for a database that is away before it fails with `database-unreachable`. */
const SELECTION_TIMEOUT_MS = 3_000;

const OPTIONS: MongoClientOptions = {
  appName: 'rollcall',
  serverSelectionTimeoutMS: SELECTION_TIMEOUT_MS,
  connectTimeoutMS: 5_000,
  // Longer than the longest batch, shorter than a person's patience with a hanging network.
  socketTimeoutMS: 60_000,
  maxPoolSize: 20,
  ignoreUndefined: true,
};

/**
 * How long the driver may watch a server without an answer. When all connections break at once, its monitor can wait
 * for ever on a socket that is already gone (seen with driver 7.9), and the server is never found again. Its own
 * limits are 5 s, and 15 s where the server answers when something changes (`awaited`).
 */
const MONITOR_STUCK_AFTER_MS = { asked: 8_000, awaited: 25_000 };

export interface Connection {
  /** The prepared database. Throws `database-unreachable`. */
  db(): Promise<Db>;
  /** Throws `database-unreachable` within seconds when the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface ConnectionOptions {
  readonly uri: Secret;
  readonly log: Log;
  readonly clock: Clock;
  /** Sees each command as it is sent; for tests that look at queries. */
  readonly onCommand?: (command: Document) => void;
}

/** A lazy connection to the database that the URI names. A client that no longer finds its server is replaced. */
export function createConnection(options: ConnectionOptions): Connection {
  const { log } = options;
  let watched = openClient(options);
  let prepared: Promise<Db> | null = null;

  const open = async (client: MongoClient): Promise<Db> => {
    await client.connect();
    const db = client.db();
    await prepare(db);
    log.info('database.ready');
    return db;
  };
  const replaceStuckClient = (): void => {
    if (!watched.isStuck()) return;
    log.warn('database.client-replaced');
    const { client } = watched;
    watched = openClient(options);
    prepared = null;
    client.close().catch((error: unknown) => log.warn('database.old-client-not-closed', {}, error));
  };
  const db = (): Promise<Db> => {
    replaceStuckClient();
    const { client } = watched;
    if (prepared !== null) return prepared;
    const opening: Promise<Db> = converted(() => open(client)).catch((error: unknown) => {
      if (prepared === opening) prepared = null;
      throw error;
    });
    prepared = opening;
    return opening;
  };
  return {
    db,
    ping: () =>
      converted(async () => {
        await (await db()).command({ ping: 1 });
      }),
    close: () => converted(() => watched.client.close()),
  };
}

interface WatchedClient {
  readonly client: MongoClient;
  /** Whether the driver's look at a server has not come back for longer than it ever should. */
  isStuck(): boolean;
}

function openClient({ uri, clock, onCommand }: ConnectionOptions): WatchedClient {
  const client = new MongoClient(uri.reveal(), { ...OPTIONS, monitorCommands: onCommand !== undefined });
  if (onCommand) client.on('commandStarted', (event) => onCommand(event.command));
  const nowMs = () => clock.now().getTime();
  /** By server: when the answer to the look that is under way is overdue. */
  const dueMs = new Map<string, number>();
  client.on('serverHeartbeatStarted', ({ connectionId, awaited }) => {
    dueMs.set(connectionId, nowMs() + MONITOR_STUCK_AFTER_MS[awaited ? 'awaited' : 'asked']);
  });
  client.on('serverHeartbeatSucceeded', ({ connectionId }) => dueMs.delete(connectionId));
  client.on('serverHeartbeatFailed', ({ connectionId }) => dueMs.delete(connectionId));
  return { client, isStuck: () => [...dueMs.values()].some((due) => due < nowMs()) };
}

/** A collection of the table, typed by the document that its repository keeps there. */
export const collectionOf = <T extends Document>(db: Db, name: CollectionName) =>
  db.collection<T>(COLLECTIONS[name].name);
