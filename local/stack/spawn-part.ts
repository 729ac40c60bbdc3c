// Starts a part in a process of its own and waits until it is ready.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FromPart, ToPart } from './part-process.ts';
import type { PartName, Parts } from './parts.ts';

const SCRIPT = fileURLToPath(new URL('./part-process.ts', import.meta.url));

/** A part that runs. `stop` ends it cleanly; `pid` is for tests that end it otherwise. */
export type Running<Name extends PartName> = Parts[Name]['ready'] & {
  readonly pid: number;
  /** Settles when the process is gone, for whatever reason. */
  readonly gone: Promise<unknown>;
  stop(): Promise<void>;
};

export interface SpawnOptions {
  readonly say: (line: string) => void;
  /** Ends a part that is not ready yet; afterwards it has no effect. */
  readonly signal: AbortSignal;
}

/** Throws with the part's own message when it cannot start, and the reason of the signal when that comes first. */
export async function spawnPart<Name extends PartName>(
  part: Name,
  options: Parts[Name]['options'],
  { say, signal }: SpawnOptions,
): Promise<Running<Name>> {
  signal.throwIfAborted();
  const child = fork(SCRIPT, [], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  const ready = new Promise<Parts[Name]['ready']>((resolve, reject) => {
    child.on('message', (message: FromPart) => {
      if (message.kind === 'line') say(message.text);
      else if (message.kind === 'failed') reject(new Error(message.problem));
      else resolve(message.ready);
    });
    void exited.then(([code]) => {
      reject(new Error(`The local ${part} ended with exit code ${String(code)} before it was ready.`));
    });
  });
  // A part that has just died cannot be told anything: its exit says so, and it is awaited everywhere.
  const tell = (message: ToPart) => child.send(message, () => undefined);
  const stop = async () => {
    if (child.connected) tell({ kind: 'stop' });
    await exited;
  };
  tell({ kind: 'start', part, options });
  const onAbort = () => void stop();
  signal.addEventListener('abort', onAbort);
  try {
    const info = await ready;
    signal.throwIfAborted();
    return { ...info, pid: child.pid ?? 0, gone: exited, stop };
  } catch (error) {
    await stop();
    // What was asked for is no failure of the part.
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
