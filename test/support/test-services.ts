// Services on a real database with a scripted Microsoft 365, and the handful of things that tests do with them.
import { MongoClient, type Document } from 'mongodb';
import { createAmbient } from '../../services/ambient.ts';
import { readConfig } from '../../services/config.ts';
import { parseTenantId } from '../../services/directory/ids.ts';
import type { Run } from '../../services/directory/run.ts';
import type { Services, StartSync, UserDetail } from '../../services/index.ts';
import { createLog } from '../../services/log.ts';
import { openServices } from '../../services/open-services.ts';
import { createScriptedSource, type World } from './scripted-source.ts';

export const TENANT = parseTenantId('11111111-1111-4111-8111-111111111111');
export const ACTOR = { objectId: '99999999-9999-4999-8999-999999999999', displayName: 'Ada Admin' };

/** Settings of a process that reaches nothing but the database. */
export const testConfig = (uri: string) =>
  readConfig({
    MONGODB_URI: uri,
    MicrosoftAppId: '22222222-2222-4222-8222-222222222222',
    MicrosoftAppPassword: 'not-used',
    MicrosoftAppTenantId: TENANT,
    ROLLCALL_ENTRA_URL: 'https://localhost:1',
    ROLLCALL_GRAPH_URL: 'https://localhost:1',
    ROLLCALL_CHANNEL_METADATA_URL: 'http://localhost:1/keys',
  });

/** Services that read `world`; logs go nowhere. */
export const openTestServices = (
  uri: string,
  world: World,
  onCommand?: (command: Document) => void,
): Promise<Services> =>
  openServices(
    {
      config: testConfig(uri),
      ambient: createAmbient(),
      log: createLog((process.env.ROLLCALL_LOG_LEVEL ?? 'error') as 'error', {
        write: (line) => process.stderr.write(line),
      }),
    },
    { openSource: () => createScriptedSource(world), ...(onCommand && { onCommand }) },
  );

/** Does a whole sync and returns its run. */
export async function sync(services: Services, more: Partial<StartSync> = {}): Promise<Run> {
  const start = await services.startSync({ tenantId: TENANT, actor: ACTOR, ...more });
  if (start.kind !== 'started') throw new Error(`The sync did not start: ${start.kind}`);
  return start.finished;
}

/** The one user that a text names. */
export async function theUser(services: Services, text: string): Promise<UserDetail> {
  const found = await services.findUser(TENANT, text);
  if (found.kind !== 'one') throw new Error(`"${text}" names ${found.kind}`);
  return found.detail;
}

/** Lets the lease of a process that was killed run out at once, instead of waiting for it. */
export const expireLeases = (uri: string): Promise<void> =>
  withDatabase(uri, async (client) => {
    await client
      .db()
      .collection('tenants')
      .updateMany({ lease: { $ne: null } }, { $set: { 'lease.expiresAt': new Date(0) } });
  });

/** Runs `work` with a client of its own. */
export async function withDatabase<T>(uri: string, work: (client: MongoClient) => Promise<T>): Promise<T> {
  const client = new MongoClient(uri);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}
