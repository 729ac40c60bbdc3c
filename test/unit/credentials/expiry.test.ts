// When an account has to sign in again, by what Microsoft tells of it.
import assert from 'node:assert/strict';
import { accountExpiry, learnSignInPeriod } from '../../../services/credentials/expiry.ts';
import { toSignInError } from '../../../services/credentials/entra-client.ts';
import { aCredential, SOME_TIME } from '../../support/a-credential.ts';

const DAY_MS = 86_400_000;
const day = (n: number) => new Date(SOME_TIME.getTime() + n * DAY_MS);
const every = (days: number) => aCredential('anna', 'users', { signInPeriodMs: days * DAY_MS });

describe('credentials: expiry', () => {
  it('counts idle days from the last use while no rule is known', () => {
    assert.deepEqual(accountExpiry(aCredential('anna'), day(3)), {
      expiresAt: day(93),
      expiryOf: 'idleRefreshToken',
    });
  });

  it('counts from the sign-in where a rule is known, however often the authorization is used', () => {
    for (const used of [0, 10, 29])
      assert.deepEqual(accountExpiry(every(30), day(used)), {
        expiresAt: day(30),
        expiryOf: 'signInFrequency',
      });
    assert.equal(accountExpiry(every(180), day(0)).expiryOf, 'idleRefreshToken', 'what ends first counts');
    assert.equal(accountExpiry(every(180), day(95)).expiryOf, 'signInFrequency');
  });

  it('forgets the rule when the authorization works longer', () => {
    assert.deepEqual(accountExpiry(every(30), day(31)), {
      expiresAt: day(121),
      expiryOf: 'idleRefreshToken',
    });
  });

  it('learns the period from the refusal, or from how long it worked', () => {
    const refusal = (aadsts: number, lifetimeMs?: number) =>
      toSignInError('invalid_grant', aadsts, 'c-1', { lifetimeMs });
    const used = aCredential('anna', 'users', { lastUsedAt: day(29), lastTestedAt: day(25) });
    assert.equal(learnSignInPeriod(used, refusal(70043, 30 * DAY_MS), day(31)), 30 * DAY_MS);
    assert.equal(learnSignInPeriod(used, refusal(70043), day(31)), 29 * DAY_MS);
    const unused = aCredential('anna', 'users', { lastUsedAt: null, lastTestedAt: null });
    assert.equal(learnSignInPeriod(unused, refusal(70043), day(31)), 31 * DAY_MS);
    assert.equal(learnSignInPeriod(used, refusal(50173), day(31)), null);
  });
});
