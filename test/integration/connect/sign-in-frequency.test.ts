// A rule by which people must sign in again from time to time: foreseen as soon as it has struck for the first time.
import assert from 'node:assert/strict';
import { eventually, openConnectedTenant, type ConnectedTenant } from '../../support/connected-tenant.ts';

const DAY_MS = 86_400_000;
const PERIOD_MS = 3 * DAY_MS;

describe('connect: sign-in frequency', function () {
  this.timeout(60_000);
  let open: ConnectedTenant;
  beforeEach(async () => (open = await openConnectedTenant()));
  afterEach(() => open.close());

  const pass = async (ms: number) => {
    open.advance(ms);
    await open.control('POST', '/clock/advance', { ms });
  };
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
    await pass(PERIOD_MS + DAY_MS);
    const { health: after } = (await open.services.testCredential(open.tenantId, id, actor)) ?? {};
    assert.equal(after?.state === 'failed' && after.problem.code, 'AADSTS70043');
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
    await pass(2.5 * DAY_MS);
    open.tick();
    const notice = await eventually('the notice', async () =>
      (await open.notices()).map((due) => due.notice).find(({ kind }) => kind === 'expiring'),
    );
    assert.ok(notice.kind === 'expiring');
    assert.deepEqual([notice.credential.expiryOf, notice.daysLeft], ['signInFrequency', 1]);
  });
});
