// A lock between processes: a file that names its holder. A holder that died without giving it back loses it.
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { processIdentity } from './process-info.ts';

export interface FileLock {
  release(): Promise<void>;
}

const POLL_MS = 100;

/** Takes the lock, or returns undefined when a living process holds it. */
export async function tryLock(path: string): Promise<FileLock | undefined> {
  const identity = processIdentity(process.pid) ?? String(process.pid);
  // Written aside and linked into place, so that nobody ever reads a lock without its holder.
  const claim = `${path}.${process.pid}.${performance.now()}`;
  await writeFile(claim, identity);
  try {
    for (;;) {
      try {
        await link(claim, path);
        return { release: () => rm(path, { force: true }) };
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      }
      const holder = await readFile(path, 'utf8').catch(() => '');
      if (holder !== '' && processIdentity(Number.parseInt(holder)) === holder) return undefined;
      // Its holder is gone. Between this look and the removal another process may have taken the lock; closing that
      // window of microseconds would need a lock of the operating system, which Node does not offer.
      if ((await readFile(path, 'utf8').catch(() => '')) === holder) await rm(path, { force: true });
    }
  } finally {
    await rm(claim, { force: true });
  }
}

/** Takes the lock, waiting for its holder; `onWait` is called once, before waiting. */
export async function lock(path: string, onWait: () => void): Promise<FileLock> {
  let hasWaited = false;
  for (;;) {
    const taken = await tryLock(path);
    if (taken) return taken;
    if (!hasWaited) onWait();
    hasWaited = true;
    await sleep(POLL_MS);
  }
}

/** The process id of the holder, for messages. */
export const lockHolder = async (path: string): Promise<number> =>
  Number.parseInt(await readFile(path, 'utf8').catch(() => '0'));
