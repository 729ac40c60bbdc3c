// `npm run demo`: everything on this machine, one address to open, three things to type.
// Usage: npm run demo [-- --reset] [--users N] [--groups N] [--client playground] [--port-offset N]
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { dataDir } from '../places.ts';
import { PLAYGROUND, startPlayground } from './playground.ts';
import { startStack, type StackPorts } from './start-stack.ts';

const USAGE = `npm run demo                              start, or go on where you stopped
npm run demo -- --reset                   start over with an empty directory
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

const say = (line: string) => {
  console.log(line);
};

async function main(): Promise<void> {
  const choices = parseChoices(process.argv.slice(2));
  const folder = dataDir('demo');
  if (choices.reset) rmSync(folder, { recursive: true, force: true });
  // The same data for the same size of tenant: another size is another organisation.
  const name = `rollcall-${choices.users}-${choices.groups}`;
  const playground = choices.client === 'playground';
  const stack = await startStack({
    seed: 'contoso',
    users: choices.users,
    groups: choices.groups,
    ports: portsFrom(choices.portOffset),
    folder: join(folder, name),
    databaseName: name,
    remember: true,
    ...(playground ? { botEnv: PLAYGROUND.botEnv } : {}),
    say,
  });
  const client = playground
    ? await startPlayground({
        folder,
        botEndpoint: `${stack.botUrl}/api/messages`,
        tenantId: stack.tenant.tenantId,
        people: stack.tenant.people,
        say,
      })
    : undefined;

  const stop = once(async () => {
    say('\nStopping …');
    await client?.stop();
    await stack.stop();
    say('Stopped. Your data is still there: npm run demo goes on with it.');
    process.exit(0);
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop());

  say(`
Rollcall runs.

  Open       ${client?.pageUrl ?? stack.chat.pageUrl}
  and type   connect     (Megan Bowen is an administrator: authorize the app, sign in as her)
             sync now
             help

  Change the local Microsoft 365 (disable an account, withdraw a consent, break something): ${stack.tenant.controlUrl}
  The bot's log: ${stack.logPath}
  Ctrl-C stops everything; your data stays.`);
}

/** Runs `action` at the first call only: Ctrl-C reaches us from the terminal and from our parent. */
function once(action: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= action());
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(`\n${USAGE}`);
  process.exit(1);
}
