// What the audit trail says of accounts: failures, who carried on, recoveries, tests; each once, whoever dies meanwhile.
import assert from 'node:assert/strict';
import { eventually, openConnectedTenant, type ConnectedTenant } from '../../support/connected-tenant.ts';

const HOUR_MS = 3_600_000;

describe('connect: the audit trail', function () {
  this.timeout(60_000);
  let open: ConnectedTenant;
  let megan: { objectId: string; displayName: string };
  beforeEach(async () => {
    open = await openConnectedTenant();
    megan = { objectId: open.megan.id, displayName: open.megan.displayName };
    for (const grant of ['users', 'groups', 'domains'] as const) await open.connect(open.megan, grant);
    await open.services.setRole({
      ...{ tenantId: open.tenantId, actor: megan, objectId: open.alex.id },
      ...{ role: 'admin', conversationId: 'a:chat' },
    });
    await open.connect(open.alex, 'users', true);
  });
  afterEach(() => open.close());

  /** Lines about this, oldest first, with people by their first names. */
  const lines = async (about: RegExp) => {
    const { items } = await open.services.listAudit(open.tenantId, { page: 0, pageSize: 100 });
    const named = (text: string) =>
      text.replaceAll(open.megan.id, 'Megan').replaceAll(open.alex.id, 'Alex').replace('credential.', '');
    return [...items]
      .reverse()
      .filter(({ action }) => about.test(action))
      .map(({ actor, action, target, before, after, result }) =>
        named([actor?.objectId ?? '-', action, target, before ?? '-', after ?? '-', result].join(' ')),
      );
  };
  const failMegan = async () => {
    await open.control('POST', `/users/${open.megan.id}/disable`);
    await open.sync(open.alex);
  };

  it('tells of a failure and who carried on, and of the recovery, once each', async () => {
    await failMegan();
    const about = /credential\.(failed|failed-over|recovered)$/;
    const failures = [
      '- failed users/Megan - AADSTS50057 failed',
      '- failed-over users Megan Alex done',
      '- failed groups/Megan - AADSTS50057 failed',
      '- failed-over groups Megan - failed',
    ];
    const without = (all: readonly string[]) => all.filter((line) => !line.includes('domains')).sort();
    await eventually('the failures', async () => (await lines(about)).length >= failures.length);
    assert.deepEqual(without(await lines(about)), [...failures].sort());
    await open.control('POST', `/users/${open.megan.id}/enable`);
    open.advance(HOUR_MS + 1);
    open.tick();
    const recovered = async () => (await lines(/recovered$/)).length;
    await eventually('the recoveries', async () => (await recovered()) >= 2);
    open.tick();
    assert.deepEqual(without(await lines(/recovered$/)), [
      '- recovered groups/Megan failed good done',
      '- recovered users/Megan failed good done',
    ]);
    assert.deepEqual(without(await lines(about)).length, failures.length + 2);
  });

  it('tells of tests that somebody asked for, and of those that came round', async () => {
    const { grants } = await open.services.getConnections(open.tenantId);
    const [primary] = grants.find(({ grant }) => grant === 'users')?.credentials ?? [];
    assert.ok(primary);
    await open.services.testCredential(open.tenantId, primary.id, megan, 'a:chat');
    assert.deepEqual(await lines(/tested$/), ['Megan tested users/Megan good good done']);
    open.advance(7 * 24 * HOUR_MS + 1);
    open.tick();
    const drill = '- tested users/Alex good good done';
    await eventually('the drill', async () => (await lines(/tested$/)).includes(drill));
  });

  it('does not call done a test that Microsoft did not answer', async () => {
    const { grants } = await open.services.getConnections(open.tenantId);
    const [primary] = grants.find(({ grant }) => grant === 'users')?.credentials ?? [];
    assert.ok(primary);
    await open.control('POST', '/faults', { kind: 'sign-in-error', times: 9, options: { code: 90033 } });
    const tested = await open.services.testCredential(open.tenantId, primary.id, megan, 'a:chat');
    assert.deepEqual(tested?.lastTestedAt, primary.lastTestedAt);
    assert.deepEqual(await lines(/tested$/), ['Megan tested users/Megan good not-finished failed']);
  });

  it('tells of what was made primary and removed, and of nothing that changed nothing', async () => {
    const users = async () => {
      const { grants } = await open.services.getConnections(open.tenantId);
      return grants.find(({ grant }) => grant === 'users')?.credentials ?? [];
    };
    const [first, backup] = await users();
    assert.ok(first && backup);
    await open.services.makePrimary(open.tenantId, backup.id, megan, 'a:chat');
    await open.services.makePrimary(open.tenantId, backup.id, megan, 'a:chat');
    await open.services.removeCredential(open.tenantId, first.id, megan, 'a:chat');
    await open.services.removeCredential(open.tenantId, first.id, megan, 'a:chat');
    assert.deepEqual(await lines(/primary$|removed$/), [
      'Megan made-primary users/Alex backup primary done',
      'Megan removed users/Megan good - done',
    ]);
  });
});
