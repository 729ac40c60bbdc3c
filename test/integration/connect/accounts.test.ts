// What can happen to an account that reads, each by the local tenant's own doing: its backup carries on in the same run,
// the card says why, and nobody becomes inactive. And accounts that are unlike others and connect all the same.
import assert from 'node:assert/strict';
import { z } from 'zod';
import {
  CREDENTIAL_LABEL,
  openConnectedTenant,
  type ConnectedTenant,
  type Person,
} from '../../support/connected-tenant.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const GLOBAL_ADMINISTRATOR = '62e90394-69f5-4237-9190-012177145e10';

describe('connect: accounts', function () {
  this.timeout(60_000);
  let open: ConnectedTenant;
  beforeEach(async () => (open = await openConnectedTenant()));
  afterEach(() => open.close());

  const credentials = async () =>
    (await open.services.getConnections(open.tenantId)).grants.flatMap((row) => row.credentials);
  const connectBoth = async () => {
    await open.connect(open.megan, 'users');
    const actor = { objectId: open.megan.id, displayName: open.megan.displayName };
    await open.services.setRole({
      ...{ tenantId: open.tenantId, actor, objectId: open.alex.id, role: 'admin', conversationId: 'a:chat' },
    });
    await open.connect(open.alex, 'users', true);
  };
  /** Time goes on everywhere: for Rollcall and at Microsoft. */
  const pass = async (ms: number) => {
    open.advance(ms);
    await open.control('POST', '/clock/advance', { ms });
  };
  const megans = (path: string, body?: object) =>
    open.control('POST', `/users/${open.megan.id}/${path}`, body);

  const fates: readonly (readonly [what: string, code: string, befall: () => Promise<void>])[] = [
    ['is disabled', 'AADSTS50057', () => megans('disable')],
    ['is deleted', 'AADSTS50034', () => megans('delete')],
    ['is signed out everywhere', 'AADSTS50173', () => megans('revoke-sessions')],
    ['is blocked by Conditional Access', 'AADSTS53003', () => megans('conditional-access', { code: 53003 })],
    [
      'must sign in again by a sign-in frequency',
      'AADSTS70043',
      () => megans('conditional-access', { code: 70043, lifetimeMs: HOUR_MS }),
    ],
    [
      'was idle for ninety days',
      'AADSTS700082',
      async () => {
        await pass(60 * DAY_MS);
        const actor = { objectId: open.alex.id, displayName: open.alex.displayName };
        for (const { id, account } of await credentials())
          if (account?.objectId === open.alex.id)
            await open.services.testCredential(open.tenantId, id, actor);
        await pass(40 * DAY_MS);
      },
    ],
    [
      'has lost the right to read',
      'graph-forbidden',
      () => open.control('POST', '/faults', { kind: 'forbidden', match: { path: '^/users\\?' }, times: 1 }),
    ],
  ];
  for (const [what, code, befall] of fates)
    it(`that ${what} is followed by its backup in the same run`, async () => {
      await connectBoth();
      await open.sync();
      await pass(10);
      await befall();
      await pass(2 * HOUR_MS);
      const run = await open.sync(open.alex);
      assert.equal(run.report?.coverage?.users.kind, 'complete', JSON.stringify(run.report?.error));
      const inactivated = ['is disabled', 'is deleted'].includes(what) ? 1 : 0;
      assert.equal(run.report.counts.users.inactivated, inactivated, 'nobody but the account itself');
      assert.deepEqual((await credentials()).map(CREDENTIAL_LABEL), [
        `users Megan Bowen failed ${code}`,
        'users Alex Wilber good',
      ]);
    });

  it('that ends with everybody’s, because the consent is withdrawn, leaves everybody active and says so', async () => {
    await connectBoth();
    await open.sync();
    await open.control('POST', `/apps/${open.clientId}`, { delegatedPermissions: [] });
    await pass(2 * HOUR_MS);
    const run = await open.sync();
    assert.equal(run.report?.outcome, 'failed');
    assert.equal(run.report.counts.users.inactivated, 0);
    assert.deepEqual((await credentials()).map(CREDENTIAL_LABEL), [
      'users Megan Bowen failed AADSTS65001',
      'users Alex Wilber failed AADSTS65001',
    ]);
  });

  it('without a mailbox connects like any other', async () => {
    const made = await fetch(`${open.tenant.controlUrl}/users`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ displayName: 'Noa Nomail', mail: null }),
    });
    const { id } = z.object({ id: z.string() }).parse(await made.json());
    await open.control('POST', `/users/${id}/roles`, { roleTemplateId: GLOBAL_ADMINISTRATOR });
    const noa: Person = { ...open.megan, id, displayName: 'Noa Nomail', mail: '' };
    const result = await open.connect(noa, 'users');
    assert.equal(result.kind === 'connected' && result.becameOwner, true, JSON.stringify(result));
    assert.equal((await open.sync(noa)).report?.coverage?.users.kind, 'complete');
  });
});
