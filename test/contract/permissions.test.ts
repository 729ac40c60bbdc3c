// docs/permissions.md tells a security review the truth: every permission that the code asks for has its row there with
// why, calls and what is lost, every property that is read is named, and no call of Graph is left out.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { APP_PERMISSIONS, scopesFor } from '../../services/credentials/consent.ts';
import { GRANTS } from '../../services/directory/credential.ts';
import { GROUP_SELECT, USER_SELECT } from '../../services/graph/schemas.ts';

const page = readFileSync('docs/permissions.md', 'utf8');

/** Cells of the rows of the table below a heading. */
function tableBelow(heading: string): readonly (readonly string[])[] {
  const [, below = ''] = page.split(`## ${heading}\n`);
  const rows = /(?:^\|.*\n)+/mu.exec(below)?.[0].trim().split('\n') ?? [];
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** What MSAL adds to every sign-in by itself (Entra docs: OpenID Connect scopes). */
const ADDED_BY_MSAL = ['openid', 'profile', 'offline_access'];

describe('the page on permissions', () => {
  const rows = tableBelow('Every permission');
  const asked = new Set([
    ...APP_PERMISSIONS,
    ...GRANTS.flatMap((grant) => scopesFor(grant, 'https://graph.microsoft.com').scopes).map((scope) =>
      scope.slice(scope.lastIndexOf('/') + 1),
    ),
    ...ADDED_BY_MSAL,
  ]);

  it('has a row for each permission that is asked for, and for no other', () => {
    assert.deepEqual(rows.map(([name]) => name?.replaceAll('`', '')).sort(), [...asked].sort());
  });

  it('says of each of whom, why, for which calls, and what is lost without it', () => {
    for (const row of rows) {
      assert.equal(row.length, 5, row[0]);
      for (const cell of row) assert.ok(cell.length >= 5, `${row[0] ?? ''} has an empty cell`);
    }
  });

  it('names every call that is made at Graph', () => {
    const called = new Set<string>();
    for (const file of readdirSync('services/graph')) {
      const source = readFileSync(join('services/graph', file), 'utf8');
      for (const [, path = ''] of source.matchAll(
        /['`](\/(?:users|groups|domains|organization|me|\$batch)[^'`?]*)/gu,
      ))
        called.add(path.replaceAll(/\$\{[^}]*\}/gu, '{id}'));
    }
    assert.ok(called.size >= 9, [...called].join());
    for (const path of called) assert.ok(page.includes(path), `${path} is called and not named`);
  });

  it('names every property that is read', () => {
    const words: Readonly<Record<string, string>> = {
      id: 'object id',
      userPrincipalName: 'user principal name',
      displayName: 'display name',
      givenName: 'given name',
      surname: 'surname',
      mail: 'mail address',
      accountEnabled: 'enabled or not',
      userType: 'member or guest',
      description: 'description',
      mailEnabled: 'mail-enabled',
      securityEnabled: 'security-enabled',
      groupTypes: 'group types',
      visibility: 'visibility',
    };
    for (const property of [...USER_SELECT.split(','), ...GROUP_SELECT.split(',')])
      assert.ok(page.includes(words[property] ?? `(${property})`), `${property} is read and not named`);
  });
});
