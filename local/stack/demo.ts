// `npm run demo`: everything on this machine, one address to open, three things to type.
// Usage: npm run demo [-- --reset] [--users N] [--groups N] [--client playground] [--port-offset N]
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { lockHolder, tryLock, type FileLock } from '../mongo/file-lock.ts';
import { dataDir } from '../places.ts';
import { PLAYGROUND, startPlayground } from './playground.ts';
import { checkPort, startStack, type Stack, type StackPorts } from './start-stack.ts';

const USAGE = `npm run demo                              start, or go on where you stopped
npm run demo -- --reset                   start over with an empty directory (of the size that is given)
npm run demo -- --users 20000 --groups 1000   the size of the local Microsoft 365
npm run demo -- --port-offset 100         when the usual ports are taken
npm run demo -- --client playground       Microsoft's Agents Playground instead of the chat page`;

interface Choices {
  readonly reset: boolean;
  readonly users: number;
  readonly groups: number;
  readonly client: 'page' | 'playground';
  readonly portOffset: number;
}

/** Throws with the usage when an option is unknown or not a number. */
function parseChoices(argv: readonly string[]): Choices {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      reset: { type: 'boolean', default: false },
      users: { type: 'string', default: '1000' },
      groups: { type: 'string', default: '60' },
      client: { type: 'string', default: 'page' },
      'port-offset': { type: 'string', default: '0' },
    },
  });
  const whole = (name: 'users' | 'groups' | 'port-offset') => {
    if (!/^\d{1,7}$/.test(values[name]))
      throw new Error(`--${name} must be a whole number, not "${values[name]}".`);
    return Number(values[name]);
  };
  if (values.client !== 'page' && values.client !== 'playground')
    throw new Error('--client is "page" or "playground".');
  return {
    reset: values.reset,
    users: whole('users'),
    groups: whole('groups'),
    client: values.client,
    portOffset: whole('port-offset'),
  };
}

const portsFrom = (offset: number): StackPorts => ({
  bot: 3978 + offset,
  chat: 3979 + offset,
  graph: 3980 + offset,
  entra: 3981 + offset,
  control: 3982 + offset,
  database: 27117 + offset,
});

const PART_TITLES = {
  bot: 'The bot',
  database: 'The database',
  tenant: 'The local Microsoft 365',
  chat: 'The local Teams',
} as const;

const say = (line: string) => {
  console.log(line);
};

/** The first signal that asks us to end; Ctrl-C reaches us from the terminal and from our parent. */
function listenForSignals(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (!controller.signal.aborted) say('\nStopping …');
      controller.abort();
    });
  return controller.signal;
}

/** The data of one size of tenant, for this process alone. Throws with the holder when another demo has it. */
async function takeData(folder: string, name: string): Promise<FileLock> {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const path = join(folder, `${name}.lock`);
  const held = await tryLock(path);
  if (held) return held;
  throw new Error(
    `A demo with this data runs already, in process ${await lockHolder(path)}. Stop it first (Ctrl-C).`,
  );
}

async function checkPorts(ports: StackPorts): Promise<void> {
  for (const [part, port] of Object.entries({ ...ports })) {
    if (part !== 'database' || !process.env.MONGODB_URI) await checkPort(port, `the demo (${part})`);
  }
}

/** Resolves when it has been stopped: whether everything went as it should. */
async function run(choices: Choices, signal: AbortSignal): Promise<boolean> {
  const folder = dataDir('demo');
  // The same data for the same size of tenant: another size is another organisation.
  const name = `rollcall-${choices.users}-${choices.groups}`;
  const ports = portsFrom(choices.portOffset);
  const held = await takeData(folder, name);
  try {
    await checkPorts(ports);
    if (choices.reset) rmSync(join(folder, name), { recursive: true, force: true });
    const playground = choices.client === 'playground';
    const stack = await startStack({
      seed: 'contoso',
      users: choices.users,
      groups: choices.groups,
      ports,
      folder: join(folder, name),
      databaseName: name,
      remember: true,
      ...(playground ? { botEnv: PLAYGROUND.botEnv } : {}),
      say,
      signal,
    });
    try {
      return await accompany(stack, playground ? folder : null, signal);
    } finally {
      await stack.stop();
    }
  } finally {
    await held.release();
  }
}

/** Says where to go, and waits until somebody asks for the end or a part is gone. */
async function accompany(stack: Stack, playground: string | null, signal: AbortSignal): Promise<boolean> {
  const client =
    playground === null
      ? undefined
      : await startPlayground({
          folder: playground,
          botEndpoint: `${stack.botUrl}/api/messages`,
          tenantId: stack.tenant.tenantId,
          people: stack.tenant.people,
          say,
        });
  say(`
Rollcall runs.

  Open       ${client?.pageUrl ?? stack.chat.pageUrl}
  and type   connect     (Megan Bowen is an administrator: authorize the app, sign in as her)
             sync now
             help

  Change the local Microsoft 365 (disable an account, withdraw a consent, break something): ${stack.tenant.controlUrl}
  The bot's log: ${stack.logPath}
  Ctrl-C stops everything; your data stays.`);
  const asked = signal.aborted ? Promise.resolve([]) : once(signal, 'abort');
  const ended = await Promise.race([stack.ended, asked.then(() => null)]);
  if (ended !== null)
    say(`\n${PART_TITLES[ended]} ended unexpectedly, so the demo stops. The bot's log: ${stack.logPath}`);
  await client?.stop();
  return ended === null;
}

async function main(): Promise<number> {
  const signal = listenForSignals();
  try {
    const good = await run(parseChoices(process.argv.slice(2)), signal);
    say('Stopped. Your data is still there: npm run demo goes on with it.');
    return good ? 0 : 1;
  } catch (error) {
    if (signal.aborted) {
      say('Stopped before everything ran.');
      return 0;
    }
    console.error(error instanceof Error ? error.message : error);
    console.error(`\n${USAGE}`);
    return 1;
  }
}

process.exit(await main());
