// DocumentDB as a MongoDB server: its programs, its PostgreSQL and the gateway, started in this order.
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { constants } from 'node:fs';
import { startGateway } from '../gateway/start-gateway.ts';
import { startCluster } from './cluster.ts';
import { installDocumentDb } from './install.ts';
import { programsFolder } from './programs.ts';

export interface DocumentDbOptions {
  readonly cacheDir: string;
  readonly data: string;
  readonly port: number;
  readonly say: (line: string) => void;
}

/** Starts everything; the port must be free. @returns how to stop it */
export async function startDocumentDb({
  cacheDir,
  data,
  port,
  say,
}: DocumentDbOptions): Promise<{ stop(): Promise<void> }> {
  const programs = programsFolder(cacheDir);
  await installDocumentDb(programs, say);
  const cluster = await startCluster({ programs, data, say });
  try {
    const gateway = await startGateway({ socketPath: cluster.socketPath, port });
    return {
      async stop() {
        await gateway.stop();
        await cluster.stop();
      },
    };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

/** The path of a program that this user can start by its name, if there is one. */
export async function findProgram(name: string): Promise<string | undefined> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name);
    const canRun = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (canRun) return path;
  }
  return undefined;
}
