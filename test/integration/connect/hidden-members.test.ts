// Groups that hide their members, when an account takes over that may not see them: to it, Microsoft Graph shows such a
// group as empty, with success. What was known of the group must stay.
import assert from 'node:assert/strict';
import { z } from 'zod';
import { openConnectedTenant, type ConnectedTenant } from '../../support/connected-tenant.ts';
import { withDatabase } from '../../support/test-services.ts';

const groupShape = z.array(z.object({ id: z.string() }));
const ROLES = {
  cloudApplicationAdministrator: '158c047a-c907-4556-b7ef-446551a6b5f7',
  userAdministrator: 'fe930be7-5e62-47db-91af-98c3a49a38b1',
};

describe('connect: hidden members', function () {
  this.timeout(60_000);
  let open: ConnectedTenant;
  beforeEach(async () => (open = await openConnectedTenant({ users: 60, groups: 30 })));
  afterEach(() => open.close());

  /** Megan sees hidden members; Alex, her backup, holds no role any more, so that they are hidden from him. */
  const connectBoth = async () => {
    for (const grant of ['users', 'groups', 'domains'] as const) await open.connect(open.megan, grant);
    const actor = { objectId: open.megan.id, displayName: open.megan.displayName };
    await open.services.setRole({
      ...{ tenantId: open.tenantId, actor, objectId: open.alex.id, displayName: open.alex.displayName },
      ...{ role: 'admin', conversationId: 'a:chat' },
    });
    for (const role of Object.values(ROLES))
      await open.control('DELETE', `/users/${open.alex.id}/roles/${role}`);
    const backup = await open.connect(open.alex, 'groups', true);
    assert.equal(
      backup.kind === 'connected' && backup.credential.health.state,
      'warning',
      JSON.stringify(backup),
    );
  };

  /** Members of each group as stored, one line each; and which group hides its members. */
  const stored = () =>
    withDatabase(open.databaseUri, async (client) => {
      const edges = await client.db().collection<{ _id: string }>('memberships').find().toArray();
      const hidden = await client.db().collection('groups').findOne({ 'facts.hiddenMembership': true });
      return { edges: edges.map(({ _id }) => _id).sort(), hidden: String(hidden?.objectId) };
    });

  const keepsThem = async (disturb: (hiddenGroup: string) => Promise<void>) => {
    await connectBoth();
    const [confidential] = groupShape.parse(
      await (await fetch(`${open.tenant.controlUrl}/groups?text=Confidential`)).json(),
    );
    for (const { id: memberId } of open.tenant.people)
      await open.control('POST', `/groups/${confidential?.id ?? ''}/members`, { memberId });
    const first = await open.sync();
    assert.equal(first.report?.outcome, 'changed', JSON.stringify(first.report?.error));
    const before = await stored();
    const ofHidden = before.edges.filter((edge) => edge.includes(`/${before.hidden}/`));
    assert.ok(ofHidden.length > 0, `no member of ${before.hidden} was seen`);

    await disturb(before.hidden);
    const second = await open.sync();
    assert.equal(second.report?.outcome, 'partial', JSON.stringify(second.report));
    assert.deepEqual(await stored(), before);
    assert.equal(second.report.counts.users.inactivated, 0);
    assert.deepEqual(
      second.report.coverage?.groups.kind,
      'complete',
      'the groups themselves were read, by either account',
    );
    const { grants } = await open.services.getConnections(open.tenantId);
    const failed = grants.flatMap((row) => row.credentials).filter(({ health }) => health.state === 'failed');
    assert.deepEqual(
      failed.map(({ grant, account }) => `${grant} ${account?.displayName ?? 'app'}`),
      ['groups Megan Bowen'],
    );
  };

  it('stay when the backup takes over before they are read', async () => {
    await keepsThem(async () => {
      const fault = { kind: 'unauthorized', match: { path: '^/groups\\?' }, times: 2 };
      await open.control('POST', '/faults', fault);
    });
  });

  it('stay when the backup takes over in the middle of the very request that reads them', async () => {
    await keepsThem(async () => {
      const fault = { kind: 'unauthorized', match: { path: 'batch', method: 'POST' }, times: 2 };
      await open.control('POST', '/faults', fault);
    });
  });

  it('stay when the backup takes over for a part of the request only', async () => {
    await keepsThem(async (hiddenGroup) => {
      const fault = { kind: 'unauthorized', match: { path: `/${hiddenGroup}/members` }, times: 2 };
      await open.control('POST', '/faults', fault);
    });
  });
});
