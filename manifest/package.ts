// `npm run package`: builds, checks and zips the Teams app. Settings come from the environment, as the bot reads
// them, or from flags; every problem is said at once.
// Usage: npm run package -- [--app-id GUID] [--public-url ORIGIN] [--website URL] [--privacy URL] [--terms URL]
//   [--developer NAME] [--out FILE]
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { zipSync } from 'fflate';
import { z } from 'zod';
import { COMMANDS } from '../bot/commands/index.ts';
import { buildManifest } from './build.ts';
import { findManifestProblems } from './validate.ts';

const here = import.meta.dirname;
const { values: flags } = parseArgs({
  options: {
    'app-id': { type: 'string', default: process.env.MicrosoftAppId ?? '' },
    'public-url': { type: 'string', default: process.env.ROLLCALL_PUBLIC_URL ?? '' },
    website: { type: 'string' },
    privacy: { type: 'string' },
    terms: { type: 'string' },
    developer: { type: 'string', default: 'Rollcall' },
    out: { type: 'string', default: join(here, '..', 'dist', 'rollcall-teams-app.zip') },
  },
});

const settings = z
  .object({
    'app-id': z.guid('Set MicrosoftAppId or --app-id to the id of the bot’s app registration (a GUID).'),
    'public-url': z.url({
      protocol: /^https$/,
      error: 'Set ROLLCALL_PUBLIC_URL or --public-url to the https origin under which people reach the bot.',
    }),
  })
  .safeParse(flags);
if (!settings.success) stop(settings.error.issues.map((issue) => issue.message));

const { 'app-id': appId, 'public-url': publicUrl } = settings.data;
const packageJson: unknown = JSON.parse(readFileSync(join(here, '..', 'package.json'), 'utf8'));
const { version } = z.object({ version: z.string() }).parse(packageJson);
const manifest = buildManifest(
  {
    appId,
    publicUrl,
    version,
    developer: {
      name: flags.developer,
      websiteUrl: flags.website ?? publicUrl,
      privacyUrl: flags.privacy ?? new URL('/privacy', publicUrl).href,
      termsOfUseUrl: flags.terms ?? new URL('/terms', publicUrl).href,
    },
  },
  COMMANDS,
);
const problems = findManifestProblems(manifest);
if (problems.length > 0) stop(problems);

const icon = (name: string) => new Uint8Array(readFileSync(join(here, name)));
// A fixed time: the same input gives the same package.
const zip = zipSync(
  {
    'manifest.json': new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`),
    'color.png': icon('color.png'),
    'outline.png': icon('outline.png'),
  },
  { mtime: new Date('2026-01-01T00:00:00Z') },
);
mkdirSync(dirname(flags.out), { recursive: true });
writeFileSync(flags.out, zip);
console.log(
  `Wrote ${flags.out} (${zip.length} bytes): upload it in the Teams admin center under “Manage apps”.`,
);

function stop(messages: readonly string[]): never {
  console.error(['The Teams app was not packaged:', ...messages.map((message) => `- ${message}`)].join('\n'));
  process.exit(78);
}
