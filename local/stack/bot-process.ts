// The bot as its own process, started exactly as in production: settings from the environment, nothing else.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../bot/main.ts', import.meta.url));
const READY_WITHIN_MS = 60_000;

export interface BotProcessOptions {
  readonly env: Readonly<Record<string, string>>;
  /** Its log is appended here. */
  readonly logPath: string;
  readonly port: number;
  /** Ends it while it starts; afterwards it has no effect. */
  readonly signal: AbortSignal;
  /** Told when it ended without having been asked to. */
  readonly onEnded: () => void;
}

export interface BotProcess {
  /**
   * Resolves when the process answers. Throws with the end of its log when it ended instead; then, and when the signal
   * came first, nothing of it is left.
   */
  start(): Promise<void>;
  /** Ends it cleanly. */
  stop(): Promise<void>;
  /** Sends a signal and waits until the process is gone, for tests that end it otherwise. */
  kill(signal: NodeJS.Signals): Promise<void>;
  readonly pid: number | undefined;
}

export function createBotProcess(options: BotProcessOptions): BotProcess {
  let child: ChildProcess | undefined;

  let endedByUs = false;
  const end = async (signal: NodeJS.Signals) => {
    const current = child;
    if (current?.exitCode !== null || current.signalCode !== null) return;
    endedByUs = true;
    const exited = once(current, 'exit');
    current.kill(signal);
    await exited;
  };

  return {
    get pid() {
      return child?.pid;
    },
    start: async () => {
      options.signal.throwIfAborted();
      endedByUs = false;
      let tail = '';
      const log = createWriteStream(options.logPath, { flags: 'a' });
      // In a group of its own: a Ctrl-C in the terminal reaches it through us, in order.
      child = spawn(process.execPath, ['--import', 'tsx', MAIN], {
        env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...options.env },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      });
      for (const stream of [child.stdout, child.stderr]) {
        stream?.on('data', (chunk: Buffer) => {
          tail = (tail + chunk.toString()).slice(-4_000);
          log.write(chunk);
        });
      }
      child.on('close', () => log.end());
      try {
        await waitUntilReady(child, options, () => tail);
      } catch (error) {
        await end(options.signal.aborted ? 'SIGTERM' : 'SIGKILL');
        throw error;
      }
      const ended = () => {
        if (!endedByUs) options.onEnded();
      };
      if (child.exitCode === null && child.signalCode === null) child.once('exit', ended);
      else ended();
    },
    stop: () => end('SIGTERM'),
    kill: end,
  };
}

async function waitUntilReady(
  child: ChildProcess,
  { port, signal }: BotProcessOptions,
  tail: () => string,
): Promise<void> {
  const deadlineMs = performance.now() + READY_WITHIN_MS;
  while (performance.now() < deadlineMs) {
    signal.throwIfAborted();
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`The bot did not start:\n${tail()}`);
    if (await answers(`http://127.0.0.1:${port}/readyz`)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`The bot was not ready after ${READY_WITHIN_MS / 1000} s:\n${tail()}`);
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch (error) {
    // Not listening yet.
    return error === undefined;
  }
}
