// Reading with authorizations: the first owner, a sync with stored credentials, and the backup that takes over.
import assert from 'node:assert/strict';
import { openConnectedTenant, type ConnectedTenant } from '../../support/connected-tenant.ts';

describe('connect: authorizations that are used', function () {
  this.timeout(30_000);
  let open: ConnectedTenant;
  beforeEach(async () => (open = await openConnectedTenant()));
  afterEach(() => open.close());

  const healths = async () => {
    const { grants } = await open.services.getConnections(open.tenantId);
    return grants.flatMap(({ credentials }) => credentials).map(({ health }) => health.state);
  };

  it('makes the first administrator who connects the owner, and syncs with what is stored', async () => {
    assert.equal(await open.services.hasOwner(open.tenantId), false);
    const first = await open.connect(open.megan, 'users');
    assert.equal(first.kind, 'connected', JSON.stringify(first));
    assert.ok(first.kind === 'connected' && first.becameOwner);
    assert.equal(await open.services.roleOf(open.tenantId, open.megan.id), 'owner');
    await open.connect(open.megan, 'groups');
    await open.connect(open.megan, 'domains');
    assert.deepEqual(await healths(), ['good', 'good', 'good']);
    const run = await open.sync();
    assert.equal(run.report?.outcome, 'changed', JSON.stringify(run.report?.error));
    assert.equal(run.report.counts.users.added, 60);
  });
});
