// Whose domain a user is in.
import assert from 'node:assert/strict';
import { domainOf } from '../../../services/directory/domain.ts';
import type { UserFacts } from '../../../services/directory/user.ts';

const user = (mail: string | null, userPrincipalName = 'anna@upn.example'): UserFacts => ({
  userPrincipalName,
  displayName: null,
  givenName: null,
  surname: null,
  mail,
  accountEnabled: true,
  userType: 'Member',
});

describe('domainOf', () => {
  const CASES: readonly [UserFacts, string][] = [
    [user('anna@Example.COM'), 'example.com'],
    [user(null), 'upn.example'],
    [user(null, 'guest_home.org#EXT#@tenant.onmicrosoft.com'), 'tenant.onmicrosoft.com'],
    [user('"a@b"@c.d'), 'c.d'],
    [user('no address'), ''],
    [user('anna@'), ''],
  ];
  for (const [facts, expected] of CASES)
    it(`of ${facts.mail ?? facts.userPrincipalName} is "${expected}"`, () => {
      assert.equal(domainOf(facts), expected);
    });
});
