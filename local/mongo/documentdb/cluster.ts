// The life of one private PostgreSQL: created on first use, started, started again should it die, stopped. Knows
// nothing of MongoDB; the gateway talks to it by its socket.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, chmod, chown, mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openConnection, type PostgresConnection } from '../postgres/connection.ts';
import { commandLine, processIdentity } from '../process-info.ts';
import { programPath, runsAs } from './programs.ts';
import { runProgram } from './run-program.ts';
import { CREATE_EXTENSIONS, postgresSettings, UPDATE_EXTENSIONS } from './settings.ts';
import { assertMayEnter, prepareSocketFolder } from './folders.ts';

export interface Cluster {
  readonly socketPath: string;
  stop(): Promise<void>;
}

export interface ClusterOptions {
  /** The folder of the unpacked packages. */
  readonly programs: string;
  /** The cluster's own folder; nobody else's files may be in it. */
  readonly data: string;
  readonly say: (line: string) => void;
}

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 20_000;
const POLL_MS = 20;
/** PostgreSQL reads its surroundings; only these are given, so that it is the same everywhere. */
const ENVIRONMENT = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };

export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { programs, data, say } = options;
  await assertMayEnter([programs, data]);
  await endForgotten(data, say);
  const socketFolder = await prepareSocketFolder(data);
  const socketPath = join(socketFolder, '.s.PGSQL.5432');
  // Written last when a cluster is created: without it, the folder holds half of one.
  const completeMark = join(data, 'rollcall-complete');
  const isNew = !existsSync(completeMark);
  if (isNew) {
    say('Creating the database …');
    await createCluster(programs, data);
  }
  const settings = join(data, 'rollcall.conf');
  await writeFile(settings, postgresSettings(socketFolder));
  // Written by root, read by whoever runs PostgreSQL.
  await chmod(settings, 0o644);

  const postgres = await supervise(options, socketPath);
  try {
    const connection = await openConnection(socketPath);
    await connection.execute(isNew ? CREATE_EXTENSIONS : UPDATE_EXTENSIONS);
    connection.close();
    if (isNew) await writeFile(completeMark, '');
  } catch (error) {
    await postgres.stop();
    throw error;
  }
  return {
    socketPath,
    async stop() {
      await postgres.stop();
      await rm(socketFolder, { recursive: true, force: true });
    },
  };
}

async function createCluster(programs: string, data: string): Promise<void> {
  const { uid, gid } = runsAs();
  await rm(data, { recursive: true, force: true });
  await mkdir(data, { recursive: true });
  await chmod(data, 0o700);
  if (uid !== undefined && gid !== undefined) await chown(data, uid, gid);
  const encoding = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const args = [
    '--pgdata',
    data,
    '--username=postgres',
    '--auth=trust',
    '--no-sync',
    '--no-instructions',
    ...encoding,
  ];
  await runProgram(programPath(programs, 'initdb'), args, { env: ENVIRONMENT, cwd: '/', ...runsAs() });
  await appendFile(join(data, 'postgresql.conf'), "include 'rollcall.conf'\n");
}

/** Starts PostgreSQL and, whenever it ends without having been asked to, starts it again. */
async function supervise(options: ClusterOptions, socketPath: string): Promise<{ stop(): Promise<void> }> {
  let isStopping = false;
  let postgres = await launch(options, socketPath);
  const atExit = () => postgres.kill('SIGINT');
  process.once('exit', atExit);
  watch();

  function watch(): void {
    postgres.once('exit', () => {
      if (isStopping) return;
      options.say('PostgreSQL ended unexpectedly; starting it again …');
      restarting = restart();
    });
  }
  let restarting: Promise<void> = Promise.resolve();
  async function restart(): Promise<void> {
    try {
      postgres = await launch(options, socketPath);
      watch();
    } catch (error) {
      options.say(error instanceof Error ? error.message : String(error));
    }
  }

  return {
    async stop() {
      isStopping = true;
      await restarting;
      process.off('exit', atExit);
      await endChild(postgres);
    },
  };
}

/** Starts PostgreSQL and waits until it answers. */
async function launch(options: ClusterOptions, socketPath: string): Promise<ChildProcess> {
  const deadlineMs = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    const child = await spawnPostgres(options);
    const connection = await firstConnection(child, socketPath, deadlineMs);
    if (connection) {
      connection.close();
      return child;
    }
    await endChild(child);
    const log = await readFile(join(options.data, 'log'), 'utf8').catch(() => '');
    // Processes of a killed server take a moment to notice and to let go of its memory.
    const isTransient = /is still in use|lock file .* already exists/.test(log.slice(-500));
    if (!isTransient || performance.now() > deadlineMs)
      throw new Error(`PostgreSQL did not start. Its log says:\n${log.slice(-2_000)}`);
    await sleep(10 * POLL_MS);
  }
}

async function spawnPostgres({ programs, data }: ClusterOptions): Promise<ChildProcess> {
  const log = await open(join(data, 'log'), 'a', 0o600);
  try {
    // In a process group of its own: Ctrl-C is for this program, which stops PostgreSQL when nobody needs it any more.
    const options = { env: ENVIRONMENT, cwd: '/', detached: true, ...runsAs() };
    const child = spawn(programPath(programs, 'postgres'), ['-D', data], {
      ...options,
      stdio: ['ignore', log.fd, log.fd],
    });
    child.on('error', () => undefined);
    if (child.pid !== undefined) endWithUs(child.pid);
    return child;
  } finally {
    await log.close();
  }
}

/** A shell that waits for the end of this process, however it comes, and then stops PostgreSQL. */
function endWithUs(pid: number): void {
  const watcher = spawn('sh', ['-c', 'read -r _; kill -INT "$1" 2>/dev/null', 'sh', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watcher.on('error', () => undefined);
  watcher.unref();
}

async function firstConnection(
  child: ChildProcess,
  socketPath: string,
  deadlineMs: number,
): Promise<PostgresConnection | undefined> {
  while (hasNotEnded(child) && performance.now() < deadlineMs) {
    const connection = await openConnection(socketPath).catch(() => undefined);
    if (connection) return connection;
    await sleep(POLL_MS);
  }
  return undefined;
}

const hasNotEnded = (child: ChildProcess): boolean =>
  child.pid !== undefined && child.exitCode === null && child.signalCode === null;

/** SIGINT: PostgreSQL ends its clients and writes everything out. Only one that hangs is ended harder. */
async function endChild(child: ChildProcess): Promise<void> {
  const ended = () => !hasNotEnded(child);
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (ended()) return;
    child.kill(signal);
    await until(ended);
  }
}

/**
 * A server whose parent died lives on for a moment or longer, and is stopped here: starting it anew takes a tenth of a
 * second, and nobody else can be using it, because the data folder is locked. A lock file that names a process which
 * is something else by now, or a zombie, is removed: PostgreSQL would take that process for itself and refuse.
 */
async function endForgotten(data: string, say: (line: string) => void): Promise<void> {
  const lockFile = join(data, 'postmaster.pid');
  const pid = Number.parseInt(await readFile(lockFile, 'utf8').catch(() => ''));
  if (Number.isNaN(pid)) return;
  const ended = () => processIdentity(pid) === undefined || !commandLine(pid).includes(`-D ${data} `);
  if (!ended()) say('Stopping a PostgreSQL that was left running …');
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    if (ended()) break;
    process.kill(pid, signal);
    await until(ended);
  }
  if (!ended())
    throw new Error(`PostgreSQL (process ${pid}) uses ${data} and does not stop. Stop it by: kill -9 ${pid}`);
  await rm(lockFile, { force: true });
}

async function until(condition: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + STOP_TIMEOUT_MS;
  while (!condition() && performance.now() < deadlineMs) await sleep(POLL_MS);
}
