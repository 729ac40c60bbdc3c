// Checks a manifest against Microsoft's schema, offline. Knows nothing of Rollcall.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import ajv from 'ajv-draft-04';
import formats from 'ajv-formats';

/** What is wrong with a manifest, each with its place; empty when nothing is. */
export function findManifestProblems(manifest: { readonly manifestVersion: string }): string[] {
  const validate = new ajv.default({ strict: false, allErrors: true });
  formats.default(validate);
  const check = validate.compile(readSchema(manifest.manifestVersion));
  check(manifest);
  return (check.errors ?? []).map(
    (error) => `${error.instancePath || 'manifest'} ${error.message ?? 'is wrong'}`,
  );
}

function readSchema(version: string): object {
  // The package exports no schemas, but ships them beside its code.
  const entry = createRequire(import.meta.url).resolve('@microsoft/app-manifest');
  const parts = entry.split(/[\\/]build[\\/]/)[0] ?? dirname(entry);
  const path = join(parts, 'build', 'json-schemas', 'teams', `v${version}`, 'MicrosoftTeams.schema.json');
  const schema: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (typeof schema !== 'object' || schema === null) throw new TypeError(`${path} holds no schema`);
  return schema;
}
