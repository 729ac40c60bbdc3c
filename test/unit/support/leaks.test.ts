// The search for secrets must find what it looks for, or its silence means nothing.
import assert from 'node:assert/strict';
import { findLeaks } from '../../support/leaks.ts';

describe('search for secrets', () => {
  const token = `eyJhbGciOiJSUzI1NiJ9.${'a'.repeat(40)}.${'b'.repeat(40)}`;
  const cases: readonly (readonly [what: string, text: string, kind: string])[] = [
    ['an access token', `{"token":"${token}"}`, 'a signed token'],
    ['a refresh token', `refresh 0.AX${'c'.repeat(40)}`, 'a code or refresh token'],
    [
      'a code in an address',
      `/auth/callback?code=0.AX${'d-_'.repeat(12)}&state=x`,
      'a code or refresh token',
    ],
    ['a header', 'Authorization: Bearer abcdefghijklmnopqrstuvwxyz', 'an authorization header'],
    ['a verifier', 'code_verifier=abc', 'a code verifier'],
    ['a secret that it knows', 'x s3cret y', 'the client secret'],
  ];
  for (const [what, text, kind] of cases) {
    it(`finds ${what}, and says where without repeating it`, () => {
      const leaks = findLeaks('the log', text, [{ kind: 'the client secret', value: 's3cret' }]);
      assert.deepEqual(leaks, [{ place: 'the log', kind }]);
    });
  }

  it('finds nothing in what may be there', () => {
    const harmless = JSON.stringify({
      event: 'sign-in.began',
      tenantId: '11111111-1111-4111-8111-111111111111',
      url: 'https://localhost/t/oauth2/v2.0/authorize?state=abc&code_challenge=def&nonce=ghi',
      sealed: { v: 1, keyId: 'local', iv: 'AAAA', tag: 'BBBB', data: 'CCCC' },
      aadsts: 50057,
    });
    assert.deepEqual(findLeaks('the database', harmless, [{ kind: 'the client secret', value: '' }]), []);
  });
});
