// What people can look at before they approve a held sync: who would go and why, although nothing is written; and what
// an approval is told that comes too late. Real database, scripted Microsoft 365.
import assert from 'node:assert/strict';
import type { Services } from '../../../services/index.ts';
import type { ObjectId } from '../../../services/directory/ids.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { checkRecords } from '../../support/replay-changes.ts';
import { createWorld, idOf, populate, userNamed, type World } from '../../support/scripted-source.ts';
import { ACTOR, openTestServices, sync, TENANT, withDatabase } from '../../support/test-services.ts';

describe('a held sync', function () {
  this.timeout(30_000);
  let database: TestDatabase;
  let services: Services;
  let world: World;

  beforeEach(async () => {
    database = await openTestDatabase();
    world = populate(createWorld(), 30, 3);
    services = await openTestServices(database.uri, world);
    await sync(services);
    world.users.set(idOf('user', 20), userNamed('Person Renamed'));
    for (let n = 0; n < 15; n++)
      world.users.set(idOf('user', n), { ...userNamed(`Person ${n}`), accountEnabled: false });
  });
  afterEach(async () => {
    await services.close(5_000);
    await checkRecords(database.uri);
    await database.drop();
  });

  const planned = (find: object = {}) =>
    withDatabase(database.uri, (client) => client.db().collection('plannedChanges').countDocuments(find));

  it('shows who would become inactive and why, page by page, and has changed nothing', async () => {
    const held = await sync(services);
    assert.equal(held.report?.outcome, 'held');
    const page = await services.listRunChanges(TENANT, held.id, { page: 0, pageSize: 10 });
    assert.equal(page.total, 16);
    for (const { change, displayName, id } of page.items) {
      assert.ok(change.type === 'user');
      assert.equal(change.action, 'inactivate', 'those who would go come first');
      assert.deepEqual(change.after?.reasons, [{ kind: 'disabled' }]);
      assert.match(displayName, /^Person \d+$/);
      assert.ok(id !== null, 'can be opened');
    }
    const last = await services.listRunChanges(TENANT, held.id, { page: 1, pageSize: 10 });
    assert.deepEqual(last.items.map(({ displayName }) => displayName).at(-1), 'Person Renamed');
    assert.deepEqual((await services.getStatus(TENANT)).totals.users, { active: 30, inactive: 0 });
  });

  it('is the only one that keeps what it would change, and forgets it by its date', async () => {
    assert.equal(await planned(), 0);
    await sync(services);
    assert.equal(await planned({ at: { $type: 'date' } }), 16);
    world.users.clear();
    assert.equal((await sync(services)).report?.outcome, 'refused');
    assert.equal(await planned(), 16);
  });

  it('is named by the newest run when an approval comes too late', async () => {
    const held = await sync(services);
    const digest = held.report?.digest ?? '';
    for (let n = 0; n < 15; n++) world.users.set(idOf('user', n), userNamed(`Person ${n}`));
    const newest = await sync(services);
    const approval = { runId: held.id, digest };
    const start = await services.startSync({ tenantId: TENANT, actor: ACTOR, approval });
    assert.ok(start.kind === 'approvalOutOfDate');
    assert.equal(start.run?.id, newest.id);
  });

  it('can be told with the names of those whom it mentions', async () => {
    const held = await sync(services);
    const verdict = held.report?.verdict;
    assert.ok(verdict?.kind === 'hold');
    const ids = verdict.reasons.flatMap(({ examples }) => examples);
    const names = await services.namesOf(TENANT, [
      ...ids,
      idOf('group', 1) as ObjectId,
      'nobody' as ObjectId,
    ]);
    assert.equal(names[ids[0] ?? ''], 'Person 0');
    assert.equal(names[idOf('group', 1)], 'Team 1');
    assert.equal(Object.keys(names).length, new Set(ids).size + 1);
  });
});
