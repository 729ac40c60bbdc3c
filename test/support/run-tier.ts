// Runs the tests of one tier in this process and prints how many passed and failed, alone on a line. A pending
// test counts as skipped, and skipping fails unless it is allowed.
// Usage: node --import tsx test/support/run-tier.ts TIER [--allow-skips] [FILE …]
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import Mocha from 'mocha';
import { TIERS } from './tiers.ts';

const [name, ...rest] = process.argv.slice(2);
const tier = TIERS.find((row) => row.name === name);
if (!tier)
  throw new Error(
    `There is no tier "${name ?? ''}". Choose one of: ${TIERS.map((row) => row.name).join(', ')}.`,
  );
const chosen = rest.filter((argument) => !argument.startsWith('--'));
const files = chosen.length > 0 ? chosen : findTests(tier.folder);

const mocha = new Mocha({ timeout: tier.timeoutMs, slow: 2_000, forbidOnly: true, reporter: 'spec' });
for (const file of files) {
  // By hand, because Mocha would `require` them: as CommonJS they carry helper code whose branches nobody covers.
  mocha.suite.emit('pre-require', globalThis, file, mocha);
  await import(pathToFileURL(resolve(file)).href);
}

const runner = mocha.run((failures) => {
  const { passes = 0, pending = 0 } = runner.stats ?? {};
  const skipped = pending > 0 ? `, ${pending} skipped` : '';
  console.log(`${tier.name}: ${passes} passed, ${failures} failed${skipped}`);
  const ok = failures === 0 && passes > 0 && (pending === 0 || rest.includes('--allow-skips'));
  // Something that a test left open must not keep the whole run from ending.
  process.exit(ok ? 0 : 1);
});

function findTests(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts'))
    .map((path) => join(folder, path))
    .sort();
}
