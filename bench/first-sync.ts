// Measures a first sync and a second one against the local tenant, with every part a process of its own: seconds,
// peak memory of the bot, requests and resource units. Prints a line for each; asserts nothing.
// Usage: npm run bench [-- --users 20000 --groups 1000 --memberships 30000 --times 1]
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { MongoClient } from 'mongodb';
import { cacheDir } from '../local/places.ts';
import { withDatabaseName } from '../local/mongo/uri.ts';
import { startStack, type Stack } from '../local/stack/start-stack.ts';
import { createChatApi } from '../test/support/chat-page.ts';
import { connectEverything } from '../test/support/connect.ts';
import { control } from '../test/support/stack.ts';

const PORTS = { bot: 0, chat: 0, graph: 0, entra: 0, control: 0, database: 0 };
const DATABASE = 'bench';

const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '20000' },
    groups: { type: 'string', default: '1000' },
    memberships: { type: 'string', default: '30000' },
    times: { type: 'string', default: '1' },
  },
});

interface KeptRun {
  readonly state: string;
  readonly report: { readonly outcome: string; readonly stageMs: unknown } | null;
}

interface Stats {
  readonly requests: number;
  readonly resourceUnits: number;
}

/** Peak resident memory of a process, megabytes (proc(5), VmHWM). */
function peakMegabytes(pid: number): number {
  const [, kilobytes = '0'] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1024);
}

async function syncOnce(stack: Stack, label: string): Promise<void> {
  const person = administrator(stack);
  const api = createChatApi(stack);
  const chat = await api.conversation(person.id);
  const before = await control<Stats>(stack, 'GET', '/stats');
  const client = new MongoClient(withDatabaseName(stack.databaseUri, DATABASE));
  const runs = client.db().collection<KeptRun>('runs');
  const done = await runs.countDocuments({ state: 'ended' });
  const startedMs = performance.now();
  await api.say(chat.id, person.id, 'sync now');
  while ((await runs.countDocuments({ state: 'ended' })) === done)
    await new Promise((resolve) => setTimeout(resolve, 50));
  const seconds = (performance.now() - startedMs) / 1000;
  const [run] = await runs.find().sort({ number: -1 }).limit(1).toArray();
  const after = await control<Stats>(stack, 'GET', '/stats');
  console.log(
    `${label}: ${seconds.toFixed(2)} s; bot peak ${peakMegabytes(stack.bot.pid ?? 0)} MB; ` +
      `${after.requests - before.requests} requests, ${after.resourceUnits - before.resourceUnits} resource units; ` +
      `outcome ${run?.report?.outcome ?? 'none'}; stages ${JSON.stringify(run?.report?.stageMs)}`,
  );
  await client.close();
}

function administrator(stack: Stack): Stack['tenant']['people'][number] {
  const [person] = stack.tenant.people;
  if (!person) throw new Error('The local tenant has nobody to be');
  return person;
}

async function measure(): Promise<void> {
  const folder = mkdtempSync(join(cacheDir(), 'bench-'));
  // The database may run as another user, who must be able to enter.
  chmodSync(folder, 0o755);
  const stack = await startStack({
    seed: 'contoso',
    users: Number(values.users),
    groups: Number(values.groups),
    memberships: Number(values.memberships),
    ports: PORTS,
    folder,
    databaseName: DATABASE,
    remember: false,
    say: () => undefined,
  });
  try {
    await connectEverything(stack, administrator(stack));
    await syncOnce(stack, 'first sync ');
    await syncOnce(stack, 'second sync');
  } finally {
    await stack.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

console.log(
  `${values.users} users, ${values.groups} groups, ${values.memberships} memberships; ` +
    `Node ${process.versions.node}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB`,
);
for (let time = 0; time < Number(values.times); time++) await measure();
