// `npm test`: provides what the tiers need, runs each tier in a process of its own, and adds up.
// A tier that cannot run is printed with its reason and fails the command, unless --allow-skips is given.
// Usage: npm test [-- [--allow-skips] [TIER …]]
import { spawn } from 'node:child_process';
import type { LocalDatabase } from '../local/mongo/open-database.ts';
import { provideChromium } from './support/chromium.ts';
import { openSpareDatabase } from './support/database.ts';
import { TIERS, type Need, type Tier } from './support/tiers.ts';

const args = process.argv.slice(2);
const allowSkips = args.includes('--allow-skips');
const wanted = args.filter((argument) => !argument.startsWith('--'));
const say = (line: string) => {
  console.log(line);
};

interface Provided {
  readonly env: Record<string, string>;
  readonly missing: ReadonlyMap<Need, string>;
  stop(): Promise<void>;
}

/** Starts or finds what the tiers need; what cannot be had is named with the reason. */
async function provide(needs: ReadonlySet<Need>): Promise<Provided> {
  const env: Record<string, string> = {};
  const missing = new Map<Need, string>();
  let database: LocalDatabase | undefined;
  if (needs.has('chromium')) {
    try {
      env.CHROMIUM_PATH = provideChromium(say);
    } catch (error) {
      missing.set('chromium', reasonOf(error));
    }
  }
  if (needs.has('database')) {
    try {
      database = await openSpareDatabase(say);
      env.MONGODB_TEST_URI = database.uri;
    } catch (error) {
      missing.set('database', reasonOf(error));
    }
  }
  return { env, missing, stop: async () => database?.stop() };
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

interface Result {
  readonly tier: Tier;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
  readonly ok: boolean;
}

function runTier(tier: Tier, env: Record<string, string>): Promise<Result> {
  console.log(`\n── ${tier.name} ──`);
  const startedMs = performance.now();
  const argv = [
    '--import',
    'tsx',
    'test/support/run-tier.ts',
    tier.name,
    ...(allowSkips ? ['--allow-skips'] : []),
  ];
  const child = spawn(process.execPath, argv, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let tail = '';
  child.stdout.on('data', (chunk: Buffer) => {
    process.stdout.write(chunk);
    tail = (tail + chunk.toString()).slice(-400);
  });
  return new Promise((resolve) => {
    child.on('close', (code) => {
      const [, passed = '0', failed = '0', skipped = '0'] =
        /: (\d+) passed, (\d+) failed(?:, (\d+) skipped)?\s*$/.exec(tail) ?? [];
      const seconds = (performance.now() - startedMs) / 1000;
      resolve({
        tier,
        passed: Number(passed),
        failed: Number(failed),
        skipped: Number(skipped),
        seconds,
        ok: code === 0,
      });
    });
  });
}

const tiers = TIERS.filter((tier) => wanted.length === 0 || wanted.includes(tier.name));
const provided = await provide(new Set(tiers.flatMap((tier) => tier.needs)));
const results: Result[] = [];
let skippedTiers = 0;
for (const tier of tiers) {
  const reasons = tier.needs.flatMap((need) => provided.missing.get(need) ?? []);
  if (reasons.length > 0) {
    skippedTiers++;
    console.log(`\n── ${tier.name} ──\nSkipped: ${reasons.join('; ')}`);
    continue;
  }
  results.push(await runTier(tier, provided.env));
}
await provided.stop();

console.log('');
for (const { tier, passed, failed, seconds, ok } of results) {
  console.log(
    `${ok ? '✓' : '✗'} ${tier.name.padEnd(12)} ${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed ${seconds.toFixed(1).padStart(7)} s`,
  );
}
const sum = (pick: (result: Result) => number) => results.reduce((total, result) => total + pick(result), 0);
const skipped = sum((result) => result.skipped) + skippedTiers;
if (skippedTiers > 0 && !allowSkips) {
  console.log('Some tiers did not run: see the reasons above. Pass --allow-skips to accept that.');
}
console.log(
  `${sum((result) => result.passed)} passed, ${sum((result) => result.failed)} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
);
const ok = results.length > 0 && results.every((result) => result.ok) && (skippedTiers === 0 || allowSkips);
process.exit(ok ? 0 : 1);
