// Where things are kept outside the checkout: programs that can be fetched again, and data that cannot. Creates nothing.
import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CHECKOUT = fileURLToPath(new URL('..', import.meta.url));

/** PostgreSQL refuses to run as root and then runs as somebody else, who may not enter root's home folder. */
const isRoot = process.getuid?.() === 0;

/**
 * The folder for downloaded programs, shared by all checkouts of this user: `$XDG_CACHE_HOME/rollcall` or
 * `~/.cache/rollcall`; for root `/var/cache/rollcall`. It may be deleted at any time.
 */
export function cacheDir(): string {
  const caches = process.env.XDG_CACHE_HOME ?? (isRoot ? '/var/cache' : join(homedir(), '.cache'));
  return join(caches, 'rollcall');
}

/**
 * A folder for the data of this checkout; survives restarts, differs per checkout: `$XDG_DATA_HOME/rollcall/…`,
 * `~/.local/share/rollcall/…`, for root `/var/lib/rollcall/…`.
 * @param name what is kept there, such as "demo" or "test"
 */
export function dataDir(name: string): string {
  const data = process.env.XDG_DATA_HOME ?? (isRoot ? '/var/lib' : join(homedir(), '.local', 'share'));
  return join(data, 'rollcall', `${basename(CHECKOUT)}-${shortHash(CHECKOUT)}`, name);
}

/** Eight hexadecimal digits that tell one path or name from another. */
export const shortHash = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 8);
