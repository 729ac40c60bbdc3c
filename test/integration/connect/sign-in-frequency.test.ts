// A rule by which people must sign in again from time to time: foreseen as soon as it has struck for the first time.
import assert from 'node:assert/strict';
import { eventually, openConnectedTenant, type ConnectedTenant } from '../../support/connected-tenant.ts';

const PERIOD_MS = 5_000;

describe('connect: sign-in frequency', function () {
  this.timeout(60_000);
  let open: ConnectedTenant;
  beforeEach(async () => (open = await openConnectedTenant()));
  afterEach(() => open.close());

  const credential = async () => {
    const { grants } = await open.services.getConnections(open.tenantId);
    const [first] = grants.flatMap(({ credentials }) => credentials);
    assert.ok(first);
    return first;
  };

  it('teaches its period when it refuses, and is told in time from then on', async () => {
    await open.connect(open.megan, 'users');
    assert.equal((await credential()).expiryOf, 'idleRefreshToken');
    const rule = { code: 70043, lifetimeMs: PERIOD_MS };
    await open.control('POST', `/users/${open.megan.id}/conditional-access`, rule);
    const { id } = await credential();
    const actor = { objectId: open.megan.id, displayName: open.megan.displayName };
    await eventually('the rule to strike', async () => {
      const tested = await open.services.testCredential(open.tenantId, id, actor);
      return tested?.health.state === 'failed' && tested.health.problem.code === 'AADSTS70043';
    });
    assert.equal((await credential()).signInPeriodMs, PERIOD_MS);

    await open.connect(open.megan, 'users');
    const { authorizedAt, expiresAt, expiryOf, health } = await credential();
    assert.deepEqual(
      [expiresAt, expiryOf],
      [new Date(authorizedAt.getTime() + PERIOD_MS), 'signInFrequency'],
    );
    assert.equal(health.state, 'good');
    // Refreshing does not prolong it.
    await open.services.testCredential(open.tenantId, id, actor);
    assert.deepEqual((await credential()).expiresAt, expiresAt);
    open.tick();
    const notice = await eventually('the notice', async () =>
      (await open.notices()).map((due) => due.notice).find(({ kind }) => kind === 'expiring'),
    );
    assert.equal(notice.kind === 'expiring' && notice.credential.expiryOf, 'signInFrequency');
  });
});
