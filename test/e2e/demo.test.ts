// `npm run demo` as a process: what a second one, Ctrl-C at a bad moment and a dead part do to data and processes.
import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { cacheDir } from '../../local/places.ts';
import { withDatabaseName } from '../../local/mongo/uri.ts';
import { eventually } from '../support/chat-page.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';

const BOT_PORT = 3978;
/** On a machine that does other things besides. */
const START_WITHIN_MS = 75_000;
const SIZE = ['--users', '30', '--groups', '5'];
const NAME = 'rollcall-30-5';

describe('the demo', () => {
  const started: ChildProcess[] = [];
  let database: TestDatabase;
  let home: string;
  let offset: number;

  before(async () => {
    database = await openTestDatabase();
    mkdirSync(cacheDir(), { recursive: true });
    home = mkdtempSync(join(cacheDir(), 'demo-'));
  });
  beforeEach(() => {
    offset = randomInt(5_000, 30_000);
  });
  afterEach(async () => {
    for (const child of started.splice(0)) if (child.exitCode === null) await interrupt(child);
  });
  after(async () => {
    const client = new MongoClient(withDatabaseName(database.uri, NAME));
    await client.db().dropDatabase();
    await client.close();
    await database.drop();
    rmSync(home, { recursive: true, force: true });
  });

  const demo = (...args: string[]) => {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', 'local/stack/demo.ts', ...SIZE, '--port-offset', String(offset), ...args],
      {
        env: { ...process.env, XDG_DATA_HOME: home, MONGODB_URI: database.uri },
        stdio: ['ignore', 'pipe', 'pipe'],
        // As in a terminal: Ctrl-C reaches the whole group.
        detached: true,
      },
    );
    started.push(child);
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
    return {
      child,
      said: () => said,
      runs: () =>
        eventually('the demo', () => Promise.resolve(said.includes('Rollcall runs')), START_WITHIN_MS),
    };
  };

  /** What Ctrl-C in a terminal does. */
  const interrupt = async (child: ChildProcess) => {
    const exited = once(child, 'exit');
    process.kill(-(child.pid ?? 0), 'SIGINT');
    await exited;
  };
  const exitOf = async (child: ChildProcess) => {
    if (child.exitCode === null) await once(child, 'exit');
    return child.exitCode;
  };
  /** The process of the bot that this demo started. */
  const botOf = (child: ChildProcess): number | undefined =>
    execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, parent, ...args]) => parent === String(child.pid) && args.join(' ').includes('bot/main'))
      .map(([pid]) => Number(pid))[0];
  const isAlive = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  const botAnswers = () =>
    fetch(`http://127.0.0.1:${BOT_PORT + offset}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    );
  const dataFolder = () => {
    const [checkout = ''] = readdirSync(join(home, 'rollcall'));
    return join(home, 'rollcall', checkout, 'demo');
  };

  it('keeps its data when a second one is to start over, on the same ports or on others', async () => {
    const first = demo();
    await first.runs();
    const keepsake = join(dataFolder(), NAME, 'keepsake');
    writeFileSync(keepsake, 'x');
    const usedOffset = offset;
    for (const other of [usedOffset, usedOffset + 100]) {
      offset = other;
      const second = demo('--reset');
      assert.equal(await exitOf(second.child), 1);
      assert.match(second.said(), /runs already, in process \d+/);
      assert.ok(existsSync(keepsake), 'the data of a running demo is gone');
    }
    offset = usedOffset;
    assert.ok(await botAnswers());
    await interrupt(first.child);
    assert.equal(first.child.exitCode, 0, first.said());

    const otherSize = join(dataFolder(), 'rollcall-31-5');
    mkdirSync(otherSize);
    const again = demo('--reset');
    await again.runs();
    assert.ok(!existsSync(keepsake), 'the data is still there after --reset');
    assert.ok(existsSync(otherSize), 'another organisation was removed');
  });

  it('leaves nothing behind when Ctrl-C comes while the bot starts', async () => {
    const { child, said } = demo();
    const bot = await eventually('the process of the bot', () => Promise.resolve(botOf(child)));
    assert.ok(!said().includes('Rollcall runs'));
    await interrupt(child);
    assert.equal(child.exitCode, 0, said());
    assert.ok(!isAlive(bot), 'the bot runs on');
    assert.equal(await botAnswers(), false);
    assert.doesNotMatch(said(), /npm run demo -- --reset|Error/);
  });

  it('leaves nothing behind when Ctrl-C comes at the very beginning', async () => {
    const { child, said } = demo();
    await eventually('the first part', () => {
      const parts = execFileSync('ps', ['-A', '-o', 'ppid='], { encoding: 'utf8' });
      return Promise.resolve(parts.split('\n').some((line) => line.trim() === String(child.pid)));
    });
    await interrupt(child);
    assert.equal(child.exitCode, 0, said());
    assert.equal(await botAnswers(), false);
  });

  it('says which part ended, and stops', async () => {
    const { child, said, runs } = demo();
    await runs();
    const bot = botOf(child);
    assert.ok(bot !== undefined);
    process.kill(bot, 'SIGKILL');
    assert.equal(await exitOf(child), 1, said());
    assert.match(said(), /The bot ended unexpectedly/);
  });
});
