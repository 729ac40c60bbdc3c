// Disables the account that reads in the middle of a first sync of real size, and shows whether the backup completes it:
// outcome, people in the directory against people in Microsoft 365, seconds, notices. Ends with 1 when it did not.
// Usage: npm run bench -- failover [--users 20000 --groups 1000]
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { MongoClient } from 'mongodb';
import { cacheDir } from '../local/places.ts';
import { withDatabaseName } from '../local/mongo/uri.ts';
import { startStack, type Stack } from '../local/stack/start-stack.ts';
import { createChatApi, eventually } from '../test/support/chat-page.ts';
import { connect, letIn, textOf } from '../test/support/connect.ts';
import { control } from '../test/support/stack.ts';

const PORTS = { bot: 0, chat: 0, graph: 0, entra: 0, control: 0, database: 0 };
const DATABASE = 'bench';

const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '20000' },
    groups: { type: 'string', default: '1000' },
  },
});

interface KeptRun {
  readonly state: string;
  readonly report: { readonly outcome: string } | null;
}

async function connectBoth(stack: Stack): Promise<readonly [first: string, second: string]> {
  const [megan, alex] = stack.tenant.people;
  if (!megan || !alex) throw new Error('The local tenant has too few people');
  for (const grant of ['users', 'groups', 'domains'] as const) await connect(stack, megan.id, grant);
  await letIn(stack, megan.id, alex.id, 'admin');
  for (const grant of ['users', 'groups', 'domains'] as const)
    await connect(stack, alex.id, grant, { as: 'backup' });
  return [megan.id, alex.id];
}

/** True when the sync ended on the backup with everybody in the directory. */
async function measure(stack: Stack): Promise<boolean> {
  const [first, second] = await connectBoth(stack);
  const api = createChatApi(stack);
  const chat = await api.conversation(first);
  const client = new MongoClient(withDatabaseName(stack.databaseUri, DATABASE));
  const runs = client.db().collection<KeptRun>('runs');
  // A short wait on each page, so that there is a middle.
  await control(stack, 'POST', '/faults', {
    kind: 'slow',
    match: { path: '^/(v1.0/)?users', method: 'GET' },
    times: 0,
    options: { ms: 100 },
  });
  const pages = Math.ceil(Number(values.users) / 999);
  const startedMs = performance.now();
  await api.say(chat.id, first, 'sync now');
  const served = await eventually('the middle of the users', async () => {
    const [fault] = await control<{ served: number }[]>(stack, 'GET', '/faults');
    return (fault?.served ?? 0) >= pages / 2 ? fault?.served : undefined;
  });
  await control(stack, 'POST', `/users/${first}/disable`);
  await eventually(
    'the end of the sync',
    async () => (await runs.countDocuments({ state: 'ended' })) === 1,
    300_000,
  );
  const seconds = (performance.now() - startedMs) / 1000;
  const run = await runs.findOne();
  const stored = await client.db().collection('users').countDocuments();
  const { users } = await control<{ users: number }>(stack, 'GET', '/stats');
  const notices = await Promise.all([first, second].map((person) => noticesOf(stack, person)));
  console.log(
    `the account was disabled after page ${served} of ${pages}; outcome ${run?.report?.outcome ?? 'none'} ` +
      `after ${seconds.toFixed(1)} s; ${stored} of ${users} users stored; notices ${notices.join(' and ')}`,
  );
  await client.close();
  return run?.report?.outcome === 'changed' && stored === users;
}

async function noticesOf(stack: Stack, person: string): Promise<number> {
  const api = createChatApi(stack);
  const { id } = await api.conversation(person);
  const find = async () =>
    (await api.transcript(id)).filter(
      (entry) => entry.kind === 'message' && textOf(entry).includes('A backup took over'),
    );
  return (
    await eventually('a notice', async () => {
      const found = await find();
      return found.length > 0 ? found : undefined;
    })
  ).length;
}

const folder = mkdtempSync(join(cacheDir(), 'bench-'));
// The database may run as another user, who must be able to enter.
chmodSync(folder, 0o755);
const stack = await startStack({
  seed: 'contoso',
  users: Number(values.users),
  groups: Number(values.groups),
  ports: PORTS,
  folder,
  databaseName: DATABASE,
  remember: false,
  say: () => undefined,
});
try {
  process.exitCode = (await measure(stack)) ? 0 : 1;
} finally {
  await stack.stop();
  rmSync(folder, { recursive: true, force: true });
}
