// Reading with authorizations: the first owner, a sync with stored credentials, the backup that takes over, what people
// are told of it, and how a credential comes back.
import assert from 'node:assert/strict';
import {
  CREDENTIAL_LABEL,
  eventually,
  openConnectedTenant,
  type ConnectedTenant,
} from '../../support/connected-tenant.ts';

const HOUR_MS = 3_600_000;

describe('connect: authorizations that are used', function () {
  this.timeout(60_000);
  let open: ConnectedTenant;
  beforeEach(async () => (open = await openConnectedTenant()));
  afterEach(() => open.close());

  /** `users Megan Bowen good`, in the order of the card. */
  const standing = async () => {
    const { grants } = await open.services.getConnections(open.tenantId);
    return grants.flatMap(({ credentials }) => credentials).map(CREDENTIAL_LABEL);
  };
  const connectBoth = async () => {
    for (const grant of ['users', 'groups', 'domains'] as const) await open.connect(open.megan, grant);
    const actor = { objectId: open.megan.id, displayName: open.megan.displayName };
    await open.services.setRole({
      ...{ tenantId: open.tenantId, actor, objectId: open.alex.id, displayName: open.alex.displayName },
      ...{ role: 'admin', conversationId: 'a:chat' },
    });
    for (const grant of ['users', 'groups', 'domains'] as const) await open.connect(open.alex, grant, true);
  };
  /** Kind and person of each notice that waits; it is delivered then. */
  const told = async () => {
    const due = await open.notices();
    for (const { notice, person } of due) await open.services.placeNotice(notice.key, person, 'card');
    return due.map(({ notice, person }) => `${notice.kind} ${person === open.megan.id ? 'Megan' : 'Alex'}`);
  };

  const count = (event: string) => open.logged.filter((line) => line.includes(`"${event}"`)).length;
  /** Until the watch has gone its round. */
  const round = async () => {
    const before = count('credential.round-ended');
    open.tick();
    await eventually('the round', () => Promise.resolve(count('credential.round-ended') > before));
  };

  it('makes the first administrator who connects the owner, and syncs with what is stored', async () => {
    assert.equal(await open.services.hasOwner(open.tenantId), false);
    const first = await open.connect(open.megan, 'users');
    assert.equal(first.kind === 'connected' && first.becameOwner, true, JSON.stringify(first));
    assert.equal(await open.services.roleOf(open.tenantId, open.megan.id), 'owner');
    await open.connect(open.megan, 'groups');
    await open.connect(open.megan, 'domains');
    assert.deepEqual(await standing(), [
      'users Megan Bowen good',
      'groups Megan Bowen good',
      'domains Megan Bowen good',
    ]);
    const run = await open.sync();
    assert.equal(run.report?.outcome, 'changed', JSON.stringify(run.report?.error));
    assert.equal(run.report.counts.users.added, 60);
  });

  it('syncs as the app itself, after a sign-in that proves who asks', async () => {
    const first = await open.connect(open.megan, 'everything');
    assert.equal(first.kind === 'connected' && first.becameOwner, true, JSON.stringify(first));
    assert.deepEqual(await standing(), ['everything app good']);
    assert.equal((await open.sync()).report?.outcome, 'changed');
    const { consent } = await open.services.getConnections(open.tenantId);
    assert.deepEqual([consent?.missing, consent?.unneeded], [[], []]);
  });

  it('reads what is connected, and makes nobody inactive for the rest', async () => {
    await open.connect(open.megan, 'users');
    const run = await open.sync();
    assert.equal(run.report?.outcome, 'partial', JSON.stringify(run.report?.error));
    assert.equal(run.report.counts.users.added, 60);
    assert.deepEqual(run.report.coverage?.groups, {
      kind: 'partial',
      rows: 0,
      gap: { kind: 'notRead', code: 'not-connected' },
    });
  });

  it('reads nothing and makes nobody inactive when nobody connected anything', async () => {
    const run = await open.sync();
    assert.deepEqual([run.report?.outcome, run.report?.counts.users.inactivated], ['partial', 0]);
  });

  it('carries on with the backup in the same run, tells both once, and takes it back when repaired', async () => {
    await connectBoth();
    await open.sync();
    await open.control('POST', `/users/${open.megan.id}/disable`);
    const run = await open.sync();
    assert.equal(run.report?.error, null);
    assert.equal(run.report.coverage?.users.kind, 'complete');
    assert.equal(run.report.coverage.groups.kind, 'complete');
    // Megan herself is disabled now; nobody else is.
    assert.equal(run.report.counts.users.inactivated, 1);
    assert.deepEqual(await standing(), [
      'users Megan Bowen failed AADSTS50057',
      'users Alex Wilber good',
      'groups Megan Bowen failed AADSTS50057',
      'groups Alex Wilber good',
      'domains Megan Bowen failed AADSTS50057',
      'domains Alex Wilber good',
    ]);
    assert.deepEqual((await told()).sort(), ['failedOver Alex', 'failedOver Megan']);
    await open.sync();
    assert.deepEqual(await told(), [], 'a failure is told once');

    await open.control('POST', `/users/${open.megan.id}/enable`);
    open.advance(2 * HOUR_MS);
    open.tick();
    await eventually('Megan to be back', async () =>
      (await standing()).every((line) => line.endsWith('good')),
    );
    const recovered: string[] = [];
    await eventually('both to be told', async () => {
      recovered.push(...(await told()));
      return recovered.length >= 2;
    });
    assert.deepEqual(recovered.sort(), ['recovered Alex', 'recovered Megan']);
  });

  it('goes on from the page where it was', async () => {
    await open.close();
    open = await openConnectedTenant({ users: 1_300 });
    await connectBoth();
    const fault = { kind: 'unauthorized', match: { path: '/users\\?', page: 2 }, times: 2 };
    await open.control('POST', '/faults', fault);
    const run = await open.sync();
    assert.equal(run.report?.outcome, 'changed', JSON.stringify(run.report?.error));
    assert.equal(run.report.counts.users.added, 1_300);
    assert.ok((await standing()).includes('users Megan Bowen failed graph-unauthorized'));
    const refused = open.logged.filter((line) => line.includes('"graph.request-failed"'));
    assert.equal(
      refused.length,
      2,
      'the second page is asked for with both tokens of the first, then with the other',
    );
    assert.ok(!open.logged.some((line) => line.includes('restart')));
  });

  it('ends as failed when the last one fails, makes nobody inactive, and tells everybody', async () => {
    await connectBoth();
    await open.sync();
    for (const person of [open.megan, open.alex]) await open.control('POST', `/users/${person.id}/disable`);
    const run = await open.sync();
    assert.equal(run.report?.outcome, 'failed');
    assert.equal(run.report.error?.code, 'sign-in-failed');
    assert.equal(run.report.counts.users.inactivated, 0);
    const notices = await told();
    assert.ok(notices.includes('lastFailed Megan') && notices.includes('lastFailed Alex'), notices.join());
  });

  it('fails over for nobody while Microsoft is away', async () => {
    await connectBoth();
    await open.control('POST', '/faults', { kind: 'sign-in-error', times: 2, options: { code: 90033 } });
    await open.control('POST', '/faults', { kind: 'unavailable', times: 3 });
    const run = await open.sync();
    assert.equal(run.report?.outcome, 'changed', JSON.stringify(run.report?.error));
    assert.ok((await standing()).every((line) => line.endsWith('good')));
    assert.deepEqual(await told(), []);
  });

  it('tries each backup once a week, and says so before the bad day', async () => {
    await connectBoth();
    await open.control('POST', `/users/${open.alex.id}/revoke-sessions`);
    open.advance(24 * HOUR_MS);
    await round();
    assert.equal(count('credential.test-begun'), 0, 'after a day');
    open.advance(6 * 24 * HOUR_MS + HOUR_MS);
    await round();
    assert.equal(count('credential.test-begun'), 6, 'each after a week');
    assert.ok((await standing()).includes('domains Alex Wilber failed AADSTS50173'));
    await round();
    assert.equal(count('credential.test-begun'), 6, 'and not again');
    assert.deepEqual((await told()).sort(), ['failedOver Alex', 'failedOver Megan']);
  });

  it('says once when the secret of the app is about to end, where only accounts are connected', async () => {
    await open.close();
    const inTenDays = new Date(Date.now() + 10 * 24 * HOUR_MS).toISOString();
    open = await openConnectedTenant({ env: { ROLLCALL_CLIENT_SECRET_EXPIRES: inTenDays } });
    await open.connect(open.megan, 'users');
    const said: unknown[] = [];
    for (let n = 0; n < 3; n++) {
      await round();
      for (const { notice, person } of await open.notices()) {
        await open.services.placeNotice(notice.key, person, 'card');
        said.push(notice.kind === 'expiring' && [notice.credential.expiryOf, notice.daysLeft, person]);
      }
      open.advance(HOUR_MS);
    }
    assert.deepEqual(said, [['clientSecret', 10, open.megan.id]]);
  });

  it('says at 30, 14, 7 and 1 days that it ends, once each, to every owner', async () => {
    await open.close();
    const expires = new Date(Date.now() + 40 * 24 * HOUR_MS).toISOString();
    open = await openConnectedTenant({ env: { ROLLCALL_CLIENT_SECRET_EXPIRES: expires } });
    await open.connect(open.megan, 'everything');
    const actor = { objectId: open.megan.id, displayName: open.megan.displayName };
    await open.services.setRole({
      ...{ tenantId: open.tenantId, actor, objectId: open.alex.id, role: 'owner', conversationId: 'a:chat' },
    });
    // Of two processes that watch, one tells.
    await open.openAnother();
    const notices: (readonly [daysLeft: number, person: string])[] = [];
    for (let day = 1; day <= 40; day++) {
      open.advance(24 * HOUR_MS);
      const due = [30, 14, 7, 1].includes(40 - day) ? 2 : 0;
      const before = notices.length;
      await eventually(`the notices of day ${day}`, async () => {
        // A round that is still at work lets this one pass.
        open.tick();
        for (const { notice, person } of await open.notices()) {
          await open.services.placeNotice(notice.key, person, 'card');
          if (notice.kind === 'expiring') notices.push([notice.daysLeft, person]);
        }
        return notices.length - before >= due;
      });
    }
    for (const { id } of [open.megan, open.alex])
      assert.deepEqual(
        notices.filter(([, person]) => person === id).map(([daysLeft]) => daysLeft),
        [30, 14, 7, 1],
      );
  });
});
