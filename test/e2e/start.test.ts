// `npm start` as an operator runs it: what is missing is said, and a signal to npm reaches the bot.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { checkPort } from '../../local/stack/start-stack.ts';
import { eventually } from '../support/chat-page.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';

/** The first start builds. */
const START_WITHIN_MS = 150_000;

const SETTINGS = {
  ROLLCALL_HOST: '127.0.0.1',
  MicrosoftAppId: '0a5fc0de-b07a-4c11-9a11-5c0ffee00001',
  MicrosoftAppPassword: 'not used here',
  MicrosoftAppTenantId: '11111111-2222-4333-8444-555555555555',
};

describe('npm start', () => {
  let database: TestDatabase;
  before(async () => {
    database = await openTestDatabase();
  });
  after(() => database.drop());

  const start = (settings: Record<string, string>) => {
    // Nothing of the npm that runs these tests.
    const inherited = Object.entries(process.env).filter(
      ([name]) => !/^(npm_|Microsoft|ROLLCALL_|MONGODB_URI$|PORT$)/.test(name),
    );
    const child = spawn('npm', ['start'], {
      env: { ...Object.fromEntries(inherited), ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const closed = once(child, 'close');
    return { child, closed, said: () => said };
  };
  const answers = (port: number) =>
    fetch(`http://127.0.0.1:${port}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    );

  it('ends the bot when npm gets SIGTERM', async () => {
    const port = await checkPort(0, 'the test');
    const { child, closed, said } = start({ ...SETTINGS, MONGODB_URI: database.uri, PORT: String(port) });
    try {
      await eventually('the bot', () => answers(port), START_WITHIN_MS).catch((error: unknown) => {
        throw new Error(said(), { cause: error });
      });
      child.kill('SIGTERM');
      await eventually('the end of the bot', async () => !(await answers(port)));
      // The bot has inherited the output: it closes when the bot is gone.
      await closed;
      assert.match(said(), /"event":"stopped"/, 'it was ended, but not in an orderly way');
    } finally {
      killGroup(child.pid);
    }
  });

  it('names the settings that are missing, and no others', async () => {
    const { closed, said } = start({});
    await closed;
    const named = [...said().matchAll(/^ {2}(\w+) is missing/gm)].map(([, name]) => name);
    assert.deepEqual(
      named.sort(),
      ['MONGODB_URI', 'MicrosoftAppId', 'MicrosoftAppPassword', 'MicrosoftAppTenantId'],
      said(),
    );
  });
});

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing of it is left, as it should be.
  }
}
