// A real mongod as a replica set of one, so that transactions work as in production: an installed one, or one that
// mongodb-memory-server downloads. The library starts it and makes sure that it ends with this process.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DryMongoBinary, MongoMemoryServer } from 'mongodb-memory-server-core';
import { DEFAULT_VERSION } from 'mongodb-memory-server-core/lib/util/resolveConfig.js';
import { MongoBinaryDownloadUrl } from 'mongodb-memory-server-core/lib/util/MongoBinaryDownloadUrl.js';
import { EnvHttpProxyAgent, fetch } from 'undici';
import { runProgram } from './documentdb/run-program.ts';
import { makePrimary, REPLICA_SET } from './replica-set.ts';

/** A binary: one that is there, or a version to fetch into a folder. */
export type Binary =
  | { readonly systemBinary: string; readonly version: string }
  | { readonly downloadDir: string; readonly version: string };

/** The oldest release that Rollcall supports. */
const OLDEST_MAJOR = 7;
const START_TIMEOUT_MS = 60_000;

/** @returns the uri and how to stop it; data stays in the folder */
export async function startMongod(options: {
  readonly binary: Binary;
  readonly data: string;
  readonly port: number;
}): Promise<{ uri: string; stop: () => Promise<void> }> {
  const { binary, data, port } = options;
  await mkdir(data, { recursive: true });
  const mongod = await MongoMemoryServer.create({
    binary,
    instance: {
      port,
      portGeneration: false,
      ip: '127.0.0.1',
      dbPath: data,
      storageEngine: 'wiredTiger',
      replSet: REPLICA_SET,
      launchTimeout: START_TIMEOUT_MS,
    },
    // In a process group of its own: Ctrl-C is for this program, which stops mongod when nobody needs it any more.
    spawn: { detached: true },
  });
  const stop = async () => {
    await mongod.stop({ doCleanup: false, force: false });
  };
  try {
    await makePrimary(port, START_TIMEOUT_MS);
  } catch (error) {
    await stop();
    throw error;
  }
  return { uri: `mongodb://127.0.0.1:${port}/?replicaSet=${REPLICA_SET}`, stop };
}

/** The version of an installed mongod, when it is one that Rollcall supports. */
export async function supportedVersion(mongod: string): Promise<string | undefined> {
  const output = await runProgram(mongod, ['--version']).catch(() => '');
  const version = /\bv(\d+\.\d+\.\d+)/.exec(output)?.[1];
  return version && Number.parseInt(version) >= OLDEST_MAJOR ? version : undefined;
}

/** The binary that the library would fetch into this folder. */
export const downloadableBinary = (cacheDir: string): { downloadDir: string; version: string } => ({
  downloadDir: join(cacheDir, 'mongod'),
  version: DEFAULT_VERSION,
});

export async function isDownloaded(binary: { downloadDir: string; version: string }): Promise<boolean> {
  return (await DryMongoBinary.locateBinary(binary)) !== undefined;
}

/**
 * Whether MongoDB's download for this machine can be had, found out within `timeoutMs`. The library itself would wait
 * for minutes where a network swallows packets.
 */
export async function canDownload(
  binary: { downloadDir: string; version: string },
  timeoutMs: number,
): Promise<boolean> {
  try {
    const { version, platform, arch, os } = await DryMongoBinary.generateOptions(binary);
    const url = await new MongoBinaryDownloadUrl({ version, platform, arch, os }).getDownloadUrl();
    const response = await fetch(url, {
      method: 'HEAD',
      signal: AbortSignal.timeout(timeoutMs),
      dispatcher: new EnvHttpProxyAgent(),
    });
    return response.ok;
  } catch {
    // No such host, no answer in time, or no build of MongoDB for this system: all the same to the caller.
    return false;
  }
}
