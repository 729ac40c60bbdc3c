// `npm run check`: everything that needs neither database nor browser, in less than a minute: format, lint, types,
// unit tests with the coverage that the decisions must have, contract tests.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

interface Step {
  readonly name: string;
  readonly argv: readonly string[];
}

const bin = (...parts: string[]) => join('node_modules', ...parts);
const tier = (name: string) => ['--import', 'tsx', 'test/support/run-tier.ts', name];

/** Every branch of these decides about people: all of them are tested. */
const COVERED = [
  'services/sync/{scope,closure,decide-change,plan*,guard}.ts',
  'services/directory/evidence.ts',
];
const coverage = [
  ...[
    '--check-coverage',
    '--branches',
    '100',
    '--lines',
    '100',
    '--reporter',
    'text',
    '--temp-directory',
    bin('.cache', 'c8'),
  ],
  ...COVERED.flatMap((pattern) => ['--include', pattern]),
];

/** Two lanes for two cores; within a lane one after the other. */
const LANES: readonly (readonly Step[])[] = [
  [
    {
      name: 'lint',
      argv: [bin('eslint', 'bin', 'eslint.js'), '--cache', '--cache-location', bin('.cache', 'eslint'), '.'],
    },
  ],
  [
    {
      name: 'format',
      argv: [bin('prettier', 'bin', 'prettier.cjs'), '--check', '--cache', '--log-level', 'warn', '.'],
    },
    { name: 'types', argv: [bin('typescript', 'bin', 'tsc'), '-p', 'tsconfig.json'] },
    { name: 'unit', argv: [bin('c8', 'bin', 'c8.js'), ...coverage, process.execPath, ...tier('unit')] },
    { name: 'contract', argv: tier('contract') },
  ],
];

interface Result {
  readonly name: string;
  readonly ok: boolean;
  readonly seconds: number;
}

function run(step: Step): Promise<Result> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, step.argv, { stdio: ['ignore', 'pipe', 'pipe'] });
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => output.push(chunk));
  return new Promise((resolve) => {
    child.on('close', (code) => {
      const seconds = (performance.now() - startedMs) / 1000;
      const ok = code === 0;
      const text = Buffer.concat(output).toString();
      const count = /^.*\d+ passed, \d+ failed.*$/m.exec(text)?.[0] ?? '';
      console.log(`${ok ? '✓' : '✗'} ${step.name.padEnd(9)} ${seconds.toFixed(1).padStart(5)} s  ${count}`);
      if (!ok) console.log(text);
      resolve({ name: step.name, ok, seconds });
    });
  });
}

async function runLane(lane: readonly Step[]): Promise<Result[]> {
  const results: Result[] = [];
  for (const step of lane) results.push(await run(step));
  return results;
}

const results = (await Promise.all(LANES.map(runLane))).flat();
const failed = results.filter((result) => !result.ok);
console.log(
  failed.length === 0
    ? 'Everything is in order.'
    : `Not in order: ${failed.map((result) => result.name).join(', ')}.`,
);
console.log(`${results.length - failed.length} passed, ${failed.length} failed`);
process.exit(failed.length === 0 ? 0 : 1);
