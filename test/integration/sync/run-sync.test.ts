// What a sync does to the kept directory, from the first contact to leave and return. Real database, scripted
// Microsoft 365.
import assert from 'node:assert/strict';
import type { Progress, Services } from '../../../services/index.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { checkRecords } from '../../support/replay-changes.ts';
import {
  createWorld,
  groupNamed,
  idOf,
  populate,
  userNamed,
  type World,
} from '../../support/scripted-source.ts';
import { ACTOR, openTestServices, sync, TENANT, theUser } from '../../support/test-services.ts';

describe('a sync', function () {
  this.timeout(30_000);
  let database: TestDatabase;
  let services: Services;
  let world: World;

  beforeEach(async () => {
    database = await openTestDatabase();
    world = populate(createWorld(), 30, 3);
    services = await openTestServices(database.uri, world);
  });
  afterEach(async () => {
    await services.close(5_000);
    await checkRecords(database.uri);
    await database.drop();
  });

  it('only creates the first time', async () => {
    const run = await sync(services);
    assert.equal(run.report?.outcome, 'changed');
    assert.equal(run.number, 1);
    const { users, groups, memberships } = run.report.counts;
    assert.deepEqual([users.added, groups.added, memberships.added], [30, 3, 30]);
    assert.equal(users.inactivated + groups.inactivated + memberships.inactivated, 0);
    assert.equal(run.report.coverage?.users.kind, 'complete');
    const status = await services.getStatus(TENANT);
    assert.deepEqual(status.totals, {
      users: { active: 30, inactive: 0 },
      groups: { active: 3, inactive: 0 },
      memberships: 30,
    });
    assert.equal(status.lastComplete?.id, run.id);
    assert.equal(status.running, null);
  });

  it('changes nothing the second time and says so', async () => {
    await sync(services);
    const run = await sync(services);
    assert.equal(run.report?.outcome, 'unchanged');
    assert.equal(run.report.counts.users.unchanged, 30);
    assert.equal((await services.listRunChanges(TENANT, run.id, { page: 0, pageSize: 5 })).total, 0);
  });

  it('makes a disabled user inactive with the reason, and keeps the id when she is back', async () => {
    await sync(services);
    const before = await theUser(services, 'Person 7');
    world.users.set(idOf('user', 7), userNamed('Person 7', { accountEnabled: false }));
    await sync(services);
    const disabled = await theUser(services, 'person.7@contoso.example');
    assert.equal(disabled.user.status, 'inactive');
    assert.deepEqual(disabled.user.reasons, [{ kind: 'disabled' }]);
    assert.ok(disabled.user.inactiveSince instanceof Date);
    assert.deepEqual(
      disabled.history.map(({ runNumber, change }) => [runNumber, change.type === 'user' && change.action]),
      [
        [2, 'inactivate'],
        [1, 'create'],
      ],
    );
    world.users.set(idOf('user', 7), userNamed('Person 7'));
    await sync(services);
    const back = await theUser(services, 'Person 7');
    assert.equal(back.user.id, before.user.id);
    assert.equal(back.user.status, 'active');
    assert.equal(back.user.inactiveSince, null);
    assert.deepEqual(back.groups, before.groups);
  });

  it('makes an absent user inactive when the second witness says that she is gone', async () => {
    await sync(services);
    world.users.delete(idOf('user', 4));
    const run = await sync(services);
    assert.equal(run.report?.counts.users.inactivated, 1);
    assert.deepEqual((await theUser(services, 'Person 4')).user.reasons, [{ kind: 'deleted' }]);
  });

  for (const answer of ['exists', 'unknown'] as const) {
    it(`keeps an absent user active when the second witness says "${answer}"`, async () => {
      await sync(services);
      world.users.delete(idOf('user', 4));
      world.witness.set(idOf('user', 4), answer);
      const run = await sync(services);
      assert.equal(run.report?.counts.users.inactivated, 0);
      assert.equal(run.report.counts.users.skipped[0]?.reason, 'secondWitnessDisagrees');
      assert.equal((await theUser(services, 'Person 4')).user.status, 'active');
    });
  }

  it('takes no reason away because domains could not be read, and lets new people wait', async () => {
    const out = { accountEnabled: false, mail: 'person.7@elsewhere.example' };
    world.users.set(idOf('user', 7), userNamed('Person 7', out));
    await sync(services);
    const { user, history } = await theUser(services, 'Person 7');
    assert.deepEqual(
      user.reasons.map(({ kind }) => kind),
      ['disabled', 'domainNotIncluded'],
    );
    world.failing.set('domains', { kind: 'notRead', code: 'graph-unavailable' });
    world.users.set(idOf('user', 99), userNamed('Person 99'));
    const run = await sync(services);
    assert.equal(run.report?.outcome, 'partial');
    assert.deepEqual(
      run.report.counts.users.skipped.map(({ reason, count }) => [reason, count]),
      [['undecided', 1]],
    );
    world.failing.clear();
    assert.equal((await sync(services)).report?.counts.users.added, 1);
    const after = await theUser(services, 'Person 7');
    assert.deepEqual(after.user.reasons, user.reasons);
    assert.deepEqual(after.history, history);
  });

  it('makes nobody inactive when a page fails, and names the page', async () => {
    await sync(services);
    const failure = { kind: 'pageFailed', page: 2, code: 'graph-unavailable', requestId: null } as const;
    world.failing.set('users', failure);
    world.users.set(idOf('user', 0), userNamed('Person Zero'));
    const run = await sync(services);
    assert.equal(run.report?.outcome, 'partial');
    assert.deepEqual(run.report.coverage?.users.kind === 'partial' && run.report.coverage.users.gap, failure);
    assert.equal(run.report.counts.users.inactivated, 0);
    assert.equal(run.report.counts.users.updated, 1, 'what was read is applied');
    assert.deepEqual((await services.getStatus(TENANT)).totals.users, { active: 30, inactive: 0 });
  });

  it('keeps the memberships of a group whose members could not be read', async () => {
    await sync(services);
    world.failing.set(idOf('group', 1), { kind: 'notRead', code: 'graph-forbidden' });
    world.members.get(idOf('group', 2))?.delete(idOf('user', 2));
    const run = await sync(services);
    assert.equal(run.report?.outcome, 'partial');
    assert.equal(run.report.counts.memberships.inactivated, 1);
    assert.equal((await services.getStatus(TENANT)).totals.memberships, 29);
  });

  it('ends with a report when reading is impossible', async () => {
    await sync(services);
    world.thrown = new Error('Everything is on fire');
    const run = await sync(services);
    assert.equal(run.status, 'ended');
    assert.equal(run.report?.outcome, 'failed');
    assert.equal(run.report.error?.code, 'unexpected');
    assert.deepEqual((await services.getStatus(TENANT)).totals.users, { active: 30, inactive: 0 });
  });

  it('refuses an empty source', async () => {
    await sync(services);
    world.users.clear();
    const run = await sync(services);
    assert.equal(run.report?.outcome, 'refused');
    assert.deepEqual((await services.getStatus(TENANT)).totals.users, { active: 30, inactive: 0 });
  });

  it('holds what is too much, and goes on with exactly the plan that was approved', async () => {
    await sync(services);
    for (let n = 0; n < 15; n++) world.users.delete(idOf('user', n));
    const held = await sync(services);
    assert.equal(held.report?.outcome, 'held');
    const digest = held.report.digest ?? '';
    assert.equal((await services.getStatus(TENANT)).totals.users.active, 30);

    const start = (approval: { runId: typeof held.id; digest: string }) =>
      services.startSync({ tenantId: TENANT, actor: ACTOR, approval });
    assert.equal((await start({ runId: held.id, digest: 'another' })).kind, 'approvalOutOfDate');
    const applied = await sync(services, { approval: { runId: held.id, digest } });
    assert.equal(applied.report?.outcome, 'changed');
    assert.equal(applied.report.counts.users.inactivated, 15);
    assert.deepEqual(applied.approvedBy, ACTOR);
    assert.equal((await services.getStatus(TENANT)).totals.users.active, 15);
    const again = await start({ runId: held.id, digest });
    assert.equal(again.kind, 'approvalOutOfDate', 'an approval counts once');
  });

  it('holds again when the plan is no longer the approved one', async () => {
    await sync(services);
    for (let n = 0; n < 15; n++) world.users.delete(idOf('user', n));
    const held = await sync(services);
    world.users.delete(idOf('user', 20));
    const again = await sync(services, { approval: { runId: held.id, digest: held.report?.digest ?? '' } });
    assert.equal(again.report?.outcome, 'held');
    assert.notEqual(again.report.digest, held.report?.digest);
  });

  it('tells where it is, stage by stage, and ends at done', async () => {
    const told: Progress[] = [];
    const run = await sync(services, { onProgress: (progress) => told.push(progress) });
    const stages = [...new Set(told.map(({ stage }) => stage))];
    assert.deepEqual(stages, ['reading', 'planning', 'checking', 'applying', 'done']);
    assert.equal(told.at(-1)?.applied, 63);
    assert.deepEqual(run.progress, told.at(-1));
    assert.deepEqual((await services.getRun(TENANT, run.id))?.progress, run.progress);
  });

  it('runs once at a time: everybody else is shown the run that is at work', async () => {
    let release: () => void = () => undefined;
    world.pause = new Promise((resolve) => (release = resolve));
    const others = await Promise.all([1, 2].map(() => openTestServices(database.uri, world)));
    const starts = await Promise.all(
      [services, ...others, ...others].map((one) => one.startSync({ tenantId: TENANT, actor: ACTOR })),
    );
    release();
    const started = starts.filter((start) => start.kind === 'started');
    assert.equal(started.length, 1);
    for (const start of starts) assert.equal(start.run?.id, started[0]?.run.id);
    assert.equal((await started[0]?.finished)?.report?.outcome, 'changed');
    await Promise.all(others.map((one) => one.close(1_000)));
  });

  it('stops at a safe place when the process is asked to stop, and says that it was interrupted', async () => {
    world.pause = new Promise(() => undefined);
    const start = await services.startSync({ tenantId: TENANT, actor: ACTOR });
    assert.ok(start.kind === 'started');
    await services.close(5_000);
    const stopped = await start.finished;
    assert.equal(stopped.report?.outcome, 'interrupted');
    world.pause = null;
    services = await openTestServices(database.uri, world);
    assert.deepEqual(await services.getRun(TENANT, start.run.id), stopped);
    assert.equal((await sync(services)).report?.outcome, 'changed');
  });

  it('does nothing for a tenant that is not allowed', async () => {
    const foreign = '33333333-3333-4333-8333-333333333333' as typeof TENANT;
    await assert.rejects(services.startSync({ tenantId: foreign, actor: ACTOR }), {
      code: 'tenant-not-allowed',
    });
  });

  it('keeps a renamed group and its members', async () => {
    await sync(services);
    world.groups.set(idOf('group', 1), groupNamed('Renamed'));
    const run = await sync(services);
    assert.equal(run.report?.counts.groups.updated, 1);
    const page = await services.listGroups(TENANT, { text: 'renamed', page: 0, pageSize: 5 });
    assert.deepEqual(page.items[0]?.members, { users: 10, groups: 0 });
    const changes = await services.listRunChanges(TENANT, run.id, { page: 0, pageSize: 5 });
    assert.deepEqual(
      changes.items.map(({ displayName, id }) => [displayName, id]),
      [['Renamed', page.items[0].id]],
    );
  });
});
