// Finds or starts a MongoDB-compatible server for development and tests. Which one it was makes no difference to who
// uses it: they get a connection string. No part of production, which is given its MONGODB_URI.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { cacheDir } from '../places.ts';
import { makeFolder } from './documentdb/folders.ts';
import { findProgram, startDocumentDb } from './documentdb/start-documentdb.ts';
import { lockHolder, tryLock } from './file-lock.ts';
import {
  canDownload,
  downloadableBinary,
  isDownloaded,
  startMongod,
  supportedVersion,
  type Binary,
} from './mongod.ts';
import { claimPort } from './port.ts';
import { withDatabaseName } from './uri.ts';

export type Engine = 'given' | 'mongod' | 'memory-server' | 'documentdb';

export interface LocalDatabase {
  /** A connection string without a database name; `withDatabaseName` adds one. */
  readonly uri: string;
  readonly engine: Engine;
  /** Ends the server, if it was started here; the data stays. */
  stop(): Promise<void>;
}

export interface DatabaseOptions {
  /** Where the data is kept; each engine has a folder of its own in it. Belongs to one process at a time. */
  readonly dataDir: string;
  /** 0 for any free port. Not used with MONGODB_URI. */
  readonly port: number;
  /** Told what is going on, a line at a time. */
  readonly say: (line: string) => void;
}

interface Source {
  readonly engine: 'mongod' | 'memory-server' | 'documentdb';
  readonly title: string;
  start(port: number): Promise<{ uri?: string; stop(): Promise<void> }>;
}

/** What a person waits for at most to learn that MongoDB's download server cannot be reached. */
const DOWNLOAD_PROBE_MS = 2_500;

/**
 * In this order: MONGODB_URI; a `mongod` on the PATH; a downloaded mongod; DocumentDB from Debian's packages behind the
 * gateway. A data folder that already holds data of one engine goes on with that engine.
 * @throws Error with what to do when the port is taken, the data is in use, or no engine can be had here
 */
export async function openDatabase(options: DatabaseOptions): Promise<LocalDatabase> {
  const given = process.env.MONGODB_URI;
  if (given) return { uri: withDatabaseName(given), engine: 'given', stop: () => Promise.resolve() };

  const startedMs = performance.now();
  const dataDir = resolve(options.dataDir);
  await makeFolder(dataDir);
  const lockPath = join(dataDir, 'rollcall.lock');
  const held = await tryLock(lockPath);
  if (!held)
    throw new Error(
      `The database in ${dataDir} is already open in process ${await lockHolder(lockPath)}. Stop that first.`,
    );
  try {
    const port = await claimPort(options.port);
    const source = await chooseSource({ ...options, dataDir });
    const server = await source.start(port);
    options.say(
      `${source.title} ready on port ${port} after ${((performance.now() - startedMs) / 1000).toFixed(1)} s`,
    );
    return {
      uri: server.uri ?? `mongodb://127.0.0.1:${port}`,
      engine: source.engine,
      async stop() {
        await server.stop();
        await held.release();
      },
    };
  } catch (error) {
    await held.release();
    throw error;
  }
}

async function chooseSource({ dataDir, say }: DatabaseOptions): Promise<Source> {
  const mongodData = join(dataDir, 'mongod');
  const documentDbData = join(dataDir, 'documentdb');
  const mongodSource = (engine: 'mongod' | 'memory-server', binary: Binary): Source => ({
    engine,
    title: `MongoDB ${binary.version}`,
    start: (port) => startMongod({ binary, data: mongodData, port }),
  });
  const canUnpack =
    (await findProgram('apt-get')) !== undefined && (await findProgram('dpkg-deb')) !== undefined;
  const documentDb: Source = {
    engine: 'documentdb',
    title: 'DocumentDB',
    start: (port) => startDocumentDb({ cacheDir: cacheDir(), data: documentDbData, port, say }),
  };
  if (canUnpack && existsSync(documentDbData) && !existsSync(mongodData)) return documentDb;

  const installed = await findProgram('mongod');
  const installedVersion = installed && (await supportedVersion(installed));
  if (installed && installedVersion)
    return mongodSource('mongod', { systemBinary: installed, version: installedVersion });

  const download = downloadableBinary(cacheDir());
  if (await isDownloaded(download)) return mongodSource('memory-server', download);
  say('Looking for MongoDB …');
  if (await canDownload(download, DOWNLOAD_PROBE_MS)) {
    say(`Downloading MongoDB ${download.version} …`);
    return mongodSource('memory-server', download);
  }
  if (canUnpack) {
    say("MongoDB's download server cannot be reached; using DocumentDB from Debian's packages instead.");
    return documentDb;
  }
  throw new Error(NOTHING_FOUND);
}

const NOTHING_FOUND = `No database can be started here: there is no mongod on the PATH, https://fastdl.mongodb.org cannot be reached, and
there is no apt to get DocumentDB with. Do one of these and start again:
  install MongoDB 7 or newer: https://www.mongodb.com/docs/manual/installation/
  point MONGODB_URI at a MongoDB that you have, for example mongodb://127.0.0.1:27017/rollcall`;
