// Unpacks PostgreSQL with DocumentDB from Debian's packages into one folder of the cache. Needs apt-get and dpkg-deb,
// not root; nothing outside that folder changes.
import { chmod, copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { existsSync } from 'node:fs';
import { lock, lockHolder } from '../file-lock.ts';
import { makeFolder } from './folders.ts';
import { downloadPackages } from './private-apt.ts';
import { extensionsPath, NOT_UNPACKED, PACKAGE, programPath } from './programs.ts';
import { runProgram } from './run-program.ts';

/** Installs into `programs` unless that is done; a second process waits for the first. */
export async function installDocumentDb(programs: string, say: (line: string) => void): Promise<void> {
  if (existsSync(programs)) return;
  await makeFolder(dirname(programs));
  const lockPath = `${programs}.lock`;
  const held = await lock(
    lockPath,
    () =>
      void lockHolder(lockPath).then((pid) =>
        say(`Waiting for process ${pid}, which is installing the database …`),
      ),
  );
  try {
    if (!existsSync(programs)) await install(programs, say);
  } finally {
    await held.release();
  }
}

async function install(programs: string, say: (line: string) => void): Promise<void> {
  // Whatever an interrupted installation left is thrown away: the folder gets its name only when it is whole.
  const work = `${programs}.partial`;
  const tree = join(work, 'tree');
  await rm(work, { recursive: true, force: true });
  await mkdir(tree, { recursive: true });
  const packages = await downloadPackages(join(work, 'apt'), PACKAGE, say);
  say(`Unpacking ${packages.length} packages …`);
  await unpack(packages, tree);
  await doAsInstallScripts(tree);
  await chmod(tree, 0o755);
  await rename(tree, programs);
  await rm(work, { recursive: true, force: true });
}

async function unpack(packages: readonly string[], tree: string): Promise<void> {
  const waiting = [...packages];
  const script = 'dpkg-deb --fsys-tarfile "$1" | tar --extract --no-same-owner --directory "$2"';
  const excluded = NOT_UNPACKED.map((pattern) => ` --exclude='${pattern}'`).join('');
  const worker = async () => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop())
      await runProgram('sh', ['-c', script + excluded, 'sh', next, tree]);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

/** What the packages' install scripts would have done, as far as it matters here. */
async function doAsInstallScripts(tree: string): Promise<void> {
  const extensions = extensionsPath(tree);
  await copyFile(join(extensions, 'postgis-3.control'), join(extensions, 'postgis.control'));
  for (const name of ['postgres', 'initdb'] as const) {
    const path = programPath(tree, name);
    await rename(path, `${path}.elf`);
    await writeFile(path, LAUNCHER);
    await chmod(path, 0o755);
  }
}

/**
 * The programs need the newer C library that was unpacked with them, so they are started through its loader.
 * PostgreSQL finds its other files relative to the name that it was started by.
 */
const LAUNCHER = `#!/bin/sh
root=$(cd "$(dirname "$0")/../../../../.." && pwd)
exec "$root"/usr/lib*/ld-linux-*.so.* --library-path "$(echo "$root"/usr/lib/*-linux-gnu):$root/usr/lib/postgresql/18/lib" --argv0 "$0" "$0.elf" "$@"
`;
