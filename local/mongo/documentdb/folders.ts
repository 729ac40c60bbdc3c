// Folders that PostgreSQL can use, though it may run as somebody else: their making, a short one for its socket, and
// the check that its user may enter those of programs and data.
import { chmod, chown, lstat, mkdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { shortHash } from '../../places.ts';
import { runsAs } from './programs.ts';

/** Sockets' paths end at 107 bytes; ".s.PGSQL.5432.lock" and our own name need some of them. */
const MAX_TMP_BYTES = 60;

/** Creates a folder with those above it; as root, others may enter what is created, whatever the umask says. */
export async function makeFolder(path: string): Promise<void> {
  const topmost = await mkdir(path, { recursive: true });
  if (topmost === undefined || runsAs().uid === undefined) return;
  for (let folder = path; folder.length >= topmost.length; folder = dirname(folder))
    await chmod(folder, 0o755);
}

/** An empty folder that only the server's user can enter; the same one for the same data. */
export async function prepareSocketFolder(data: string): Promise<string> {
  const temporary = Buffer.byteLength(tmpdir()) <= MAX_TMP_BYTES ? tmpdir() : '/tmp';
  const folder = join(temporary, `rollcall-${shortHash(data)}`);
  // Sockets of a killed server stand in the way of the next.
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { mode: 0o700 });
  await chmod(folder, 0o700);
  const { uid, gid } = runsAs();
  if (uid !== undefined && gid !== undefined) await chown(folder, uid, gid);
  const made = await lstat(folder);
  if (!made.isDirectory()) throw new Error(`${folder} is not a folder of this user`);
  return folder;
}

/** @throws Error that names the folder which the user who runs PostgreSQL may not enter */
export async function assertMayEnter(paths: readonly string[]): Promise<void> {
  if (runsAs().uid === undefined) return;
  const OTHERS_ENTER = 0o001;
  for (const path of paths) {
    for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
      const { mode } = await stat(folder).catch(() => ({ mode: OTHERS_ENTER }));
      if ((mode & OTHERS_ENTER) === 0) {
        throw new Error(
          `PostgreSQL does not run as root, and other users may not enter ${folder}. Choose a folder elsewhere than ${path}, or run this as an ordinary user.`,
        );
      }
    }
  }
}
