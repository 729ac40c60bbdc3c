// An apt of our own: its lists, status and cache lie in one folder, and the machine's own packages stay as they are.
// apt still does what it is good at: resolving dependencies, downloading, and checking Debian's signatures.
import { access, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DEBIAN_KEYRING, DEBIAN_MIRROR, DEBIAN_RELEASE, LEFT_OUT } from './programs.ts';
import { runProgram } from './run-program.ts';

/**
 * Downloads a package of Debian with everything that it needs.
 * @param folder an empty folder for the work
 * @returns the paths of the downloaded packages
 */
export async function downloadPackages(
  folder: string,
  packageName: string,
  say: (line: string) => void,
): Promise<string[]> {
  const archives = join(folder, 'archives');
  for (const name of ['lists/partial', 'archives/partial'])
    await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, 'sources.list'), await sourceLine(folder));
  await writeFile(join(folder, 'status'), declarePresent(LEFT_OUT));
  await writeFile(join(folder, 'apt.conf'), await configuration(folder));
  const env = { ...process.env, APT_CONFIG: join(folder, 'apt.conf'), LC_ALL: 'C' };

  say('Reading the package lists of Debian …');
  await runProgram('apt-get', ['update'], { env });
  const download = () =>
    runProgram('apt-get', ['install', '--download-only', '-y', packageName], { env }, (text) => {
      const size = /Need to get ([\d.,]+ [kMG]?B)/.exec(text)?.[1];
      if (size) say(`Downloading ${size} …`);
    });
  try {
    await download();
  } catch {
    // Debian has changed what depends on what, so that the packages declared as present no longer fit: take all.
    await writeFile(join(folder, 'status'), '');
    await download();
  }
  return (await readdir(archives))
    .filter((name) => name.endsWith('.deb'))
    .map((name) => join(archives, name));
}

/** A mirror that is a frozen copy has an expired date in its Release file; its signature is still checked. */
const sourceLine = async (folder: string): Promise<string> =>
  `deb [signed-by=${await keyring(folder)} check-valid-until=no] ${await ownMirror()} ${DEBIAN_RELEASE} main\n`;

/** The Debian mirror that this machine's own apt is set up with, which is near and can be reached. */
async function ownMirror(): Promise<string> {
  const lists = '/etc/apt/sources.list.d';
  const files = [
    '/etc/apt/sources.list',
    ...(await namesIn(lists))
      .filter((name) => /\.(list|sources)$/.test(name))
      .map((name) => join(lists, name)),
  ];
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => '');
    const mirror = /^(?!\s*#).*?\b(https?:\/\/\S+\/debian)\/?(?=\s|$)/m.exec(text)?.[1];
    if (mirror) return mirror;
  }
  return DEBIAN_MIRROR;
}

/** Debian's own keys; Ubuntu has them in a package, which is unpacked here and not installed. */
async function keyring(folder: string): Promise<string> {
  try {
    await access(DEBIAN_KEYRING);
    return DEBIAN_KEYRING;
  } catch {
    await runProgram('apt-get', ['download', 'debian-archive-keyring'], { cwd: folder });
    const [deb] = (await namesIn(folder)).filter((name) => name.endsWith('.deb'));
    await runProgram('dpkg-deb', ['--extract', deb ?? '', join(folder, 'keyring')], { cwd: folder });
    return join(folder, 'keyring', DEBIAN_KEYRING);
  }
}

async function configuration(folder: string): Promise<string> {
  const settings = {
    'Dir::State': folder,
    'Dir::State::lists': join(folder, 'lists'),
    'Dir::State::status': join(folder, 'status'),
    'Dir::Cache': folder,
    'Dir::Cache::archives': join(folder, 'archives'),
    'Dir::Etc::sourcelist': join(folder, 'sources.list'),
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::Etc::preferencesparts': '/dev/null',
    // The machine's own configuration may delete downloads as soon as they are made (as in containers).
    'Dir::Etc::parts': '/dev/null',
    'APT::Install-Recommends': 'false',
    'APT::Sandbox::User': '',
    'APT::Update::Error-Mode': 'any',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '3',
    'Debug::NoLocking': 'true',
  };
  return (
    (await ownProxies()) +
    Object.entries(settings)
      .map(([name, value]) => `${name} "${value}";\n`)
      .join('')
  );
}

/** How this machine's apt gets out: its proxies and their settings. */
async function ownProxies(): Promise<string> {
  const all = await runProgram('apt-config', ['dump', '--format', '%F "%v";%n', 'Acquire']).catch(() => '');
  return all
    .split('\n')
    .filter((line) => /^Acquire::https?::.*"[^"]+";$/.test(line))
    .map((line) => `${line}\n`)
    .join('');
}

function declarePresent(packages: readonly string[]): string {
  const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const entries = packages.map((name) =>
    [
      `Package: ${name}`,
      'Status: install ok installed',
      `Architecture: ${architecture}`,
      'Multi-Arch: same',
      'Maintainer: -',
      'Version: 99999',
      'Description: -',
      '',
    ].join('\n'),
  );
  return entries.join('\n');
}

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);
