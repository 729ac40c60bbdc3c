// The way to the database: connects and prepares when first needed, and again after a failure, so that a process
// can start before its database does.
import { MongoClient, type Db, type Document, type MongoClientOptions } from 'mongodb';
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
  /** Sees each command as it is sent; for tests that look at queries. */
  readonly onCommand?: (command: Document) => void;
}

/** A lazy connection to the database that the URI names. */
export function createConnection({ uri, log, onCommand }: ConnectionOptions): Connection {
  const client = new MongoClient(uri.reveal(), { ...OPTIONS, monitorCommands: onCommand !== undefined });
  if (onCommand) client.on('commandStarted', (event) => onCommand(event.command));
  let prepared: Promise<Db> | null = null;

  const open = async (): Promise<Db> => {
    await client.connect();
    const db = client.db();
    await prepare(db);
    log.info('database.ready');
    return db;
  };
  const db = (): Promise<Db> => {
    prepared ??= converted(open).catch((error: unknown) => {
      prepared = null;
      throw error;
    });
    return prepared;
  };
  return {
    db,
    ping: () =>
      converted(async () => {
        await (await db()).command({ ping: 1 });
      }),
    close: () => converted(() => client.close()),
  };
}

/** A collection of the table, typed by the document that its repository keeps there. */
export const collectionOf = <T extends Document>(db: Db, name: CollectionName) =>
  db.collection<T>(COLLECTIONS[name].name);
