// Makes a single mongod the primary of its own replica set, also when its data was last used on another port. The
// memory server's own replica sets cannot do that: they insist on the old configuration, and so on the old port.
import { setTimeout as sleep } from 'node:timers/promises';
import { MongoClient, MongoServerError, type Db } from 'mongodb';
import { z } from 'zod';

export const REPLICA_SET = 'rollcall';

const NOT_YET_INITIALIZED = 94;
const POLL_MS = 50;

const Config = z.object({
  config: z.looseObject({
    version: z.coerce.number(),
    members: z.array(z.looseObject({ host: z.string() })),
  }),
});
type ReplicaSetConfig = z.infer<typeof Config>['config'];

/** @throws Error when the server has not become primary in time */
export async function makePrimary(port: number, timeoutMs: number): Promise<void> {
  const host = `127.0.0.1:${port}`;
  const client = new MongoClient(`mongodb://${host}`, {
    directConnection: true,
    serverSelectionTimeoutMS: timeoutMs,
  });
  try {
    const admin = client.db('admin');
    const config = await currentConfig(admin);
    if (!config) {
      await admin.command({ replSetInitiate: { _id: REPLICA_SET, members: [{ _id: 0, host }] } });
    } else if (config.members.length !== 1 || config.members[0]?.host !== host) {
      const members = config.members.slice(0, 1).map((member) => ({ ...member, host }));
      await admin.command({
        replSetReconfig: { ...config, version: config.version + 1, members },
        force: true,
      });
    }
    await waitForPrimary(admin, timeoutMs);
  } finally {
    await client.close();
  }
}

async function currentConfig(admin: Db): Promise<ReplicaSetConfig | undefined> {
  try {
    return Config.parse(await admin.command({ replSetGetConfig: 1 })).config;
  } catch (error) {
    if (error instanceof MongoServerError && error.code === NOT_YET_INITIALIZED) return undefined;
    throw error;
  }
}

async function waitForPrimary(admin: Db, timeoutMs: number): Promise<void> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    const { isWritablePrimary } = await admin.command({ hello: 1 });
    if (isWritablePrimary === true) return;
    if (performance.now() > deadlineMs)
      throw new Error(`mongod did not become primary within ${timeoutMs / 1000} s`);
    await sleep(POLL_MS);
  }
}
