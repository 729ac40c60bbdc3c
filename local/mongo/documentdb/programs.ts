// Which Debian packages hold DocumentDB, where its programs lie once unpacked, and as whom they run. Pure.
import { join } from 'node:path';

/** DocumentDB for PostgreSQL 18, from the Debian release that carries it. */
export const PACKAGE = 'postgresql-18-documentdb';
export const DEBIAN_RELEASE = 'forky';
export const DEBIAN_MIRROR = 'http://deb.debian.org/debian';
export const DEBIAN_KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * Only loaded by PostGIS's raster and 3D parts and by Debian's own cluster scripts: declared as present, never
 * downloaded, which is 53 MB instead of 142. A name that Debian has since changed only makes the download larger.
 */
export const LEFT_OUT = [
  'libgdal39',
  'libsfcgal2',
  'postgresql-common',
  'postgresql-client-common',
  'postgresql-18-rum',
  'locales',
  'perl',
  'perl-base',
  'systemd',
  'adduser',
  'ssl-cert',
  'ucf',
  'netbase',
  'procps',
  'openssl',
  'debconf',
  'proj-data',
  'tzdata',
  'sensible-utils',
];

/** Parts of the packages that nothing here reads; about half of what they hold. */
export const NOT_UNPACKED = [
  ...['doc', 'man', 'locale', 'lintian', 'info', 'bug', 'postgresql/*/man', 'postgresql/*/contrib'].map(
    (name) => `./usr/share/${name}`,
  ),
  ...['postgis*--ANY--*', 'postgis*--unpackaged--*', 'address*', 'postgis_*'].map(
    (name) => `./usr/share/postgresql/*/extension/${name}`,
  ),
  './usr/lib/postgresql/*/lib/bitcode',
  './usr/lib/*/gconv',
];

/** The folder of the unpacked packages inside the cache folder. */
export const programsFolder = (cacheDir: string): string => join(cacheDir, 'documentdb-18');

export const programPath = (programs: string, name: 'postgres' | 'initdb'): string =>
  join(programs, 'usr/lib/postgresql/18/bin', name);

export const extensionsPath = (programs: string): string =>
  join(programs, 'usr/share/postgresql/18/extension');

/** PostgreSQL refuses to run as root: then it runs as `nobody`, who owns its data. */
export function runsAs(): { uid?: number; gid?: number } {
  const NOBODY = 65_534;
  return process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
}
