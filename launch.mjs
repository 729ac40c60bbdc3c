// Starts each task of package.json on a bare checkout: checks Node, installs packages when they are missing
// or out of date, then hands over. Plain JavaScript without dependencies, because it runs before they exist.
import { spawnSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
const at = (...parts) => join(root, ...parts);
const tsx = ['--import', 'tsx'];
const PARENT_LOOK_MS = 500;
/** Read before anything else is done: npm may be gone by the time that we look again. */
const parentPid = process.ppid;

const tasks = {
  demo: (args) => node([...tsx, at('local', 'stack', 'demo.ts'), ...args]),
  test: (args) => node([...tsx, at('test', 'run.ts'), ...args]),
  check: (args) => node([...tsx, at('test', 'check.ts'), ...args]),
  package: (args) => node([...tsx, at('manifest', 'package.ts'), ...args]),
  pictures: (args) => node([...tsx, at('test', 'pictures.ts'), ...args]),
  bench: (args) =>
    args[0] === 'failover'
      ? node([...tsx, at('bench', 'failover.ts'), ...args.slice(1)])
      : node([...tsx, at('bench', 'first-sync.ts'), ...args]),
  // Runs from the build, so that it works where Rollcall is deployed.
  keys: (args) => {
    if (!isBuilt()) build();
    return node([at('dist', 'services', 'keys-command.js'), ...args]);
  },
  build: () => build(),
  start: async () => {
    if (!isBuilt()) build();
    // Nobody listens yet while the bot starts: then there is nothing to end in an orderly way.
    whenParentIsGone(() => process.emit('SIGTERM', 'SIGTERM') || process.exit(143));
    await import(pathToFileURL(at('dist', 'bot', 'main.js')).href);
  },
};

const [name = '', ...args] = process.argv.slice(2);
const task = tasks[name];
if (!task) fail(`There is no task "${name}". Choose one of: ${Object.keys(tasks).join(', ')}.`);
checkNode();
installPackages();
await task(args);

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    fail(
      `Rollcall needs Node 20.19 or newer; this is ${process.versions.node}. Install it from https://nodejs.org.`,
    );
  }
}

/** Runs `npm ci` unless the installed packages are those of the lock file. */
function installPackages() {
  const mark = at('node_modules', '.rollcall-lock');
  const lock = createHash('sha256')
    .update(readFileSync(at('package-lock.json')))
    .digest('hex');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === lock) return;
  // Installed by somebody's own `npm ci`, perhaps without development packages: good enough to run.
  if (['start', 'keys'].includes(name) && existsSync(at('node_modules', 'botbuilder'))) return;
  console.log('Installing npm packages …');
  const done = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (done.status !== 0)
    fail('npm could not install the packages: its message stands above. Check the network and try again.');
  writeFileSync(mark, lock);
}

/** The build is good when no source file is newer than it; a delivered build without sources is always good. */
function isBuilt() {
  const built = at('dist', 'bot', 'main.js');
  if (!existsSync(built)) return false;
  if (!existsSync(at('node_modules', 'typescript'))) return true;
  const builtMs = statSync(at('dist', '.built'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return !['bot', 'cards', 'services'].some((folder) =>
    readdirSync(at(folder), { recursive: true, withFileTypes: true }).some(
      (entry) => entry.isFile() && statSync(join(entry.parentPath, entry.name)).mtimeMs > builtMs,
    ),
  );
}

function build() {
  if (!existsSync(at('node_modules', 'typescript'))) {
    fail('The build is missing and TypeScript is not installed. Run "npm ci" and "npm run build" first.');
  }
  const done = spawnSync(
    process.execPath,
    [at('node_modules', 'typescript', 'bin', 'tsc'), '-p', at('tsconfig.build.json')],
    {
      cwd: root,
      stdio: 'inherit',
    },
  );
  if (done.status !== 0) fail('The build failed: the messages stand above.');
  writeFileSync(at('dist', '.built'), '');
}

/** Runs Node on a script; signals go to the child, and its exit code is ours. */
function node(argv) {
  const child = spawn(process.execPath, argv, { cwd: root, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  whenParentIsGone(() => child.kill('SIGTERM'));
  return new Promise((resolve) => {
    child.on('exit', (code, signal) => {
      process.exitCode = code ?? (signal ? 1 : 0);
      resolve(undefined);
    });
  });
}

/** npm runs us by a shell, which does not pass a signal on: that we lost our parent is all that we see of it. */
function whenParentIsGone(act) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const timer = setInterval(() => {
    if (process.ppid === parentPid && isAlive(parentPid)) return;
    clearInterval(timer);
    act();
  }, PARENT_LOOK_MS);
  timer.unref();
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
