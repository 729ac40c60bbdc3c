// The database goes away at the start, or in the middle of a sync, and comes back.
import assert from 'node:assert/strict';
import { openBreakableConnection, type BreakableConnection } from '../../support/breakable-connection.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { killWorld } from '../../support/kill-world.ts';
import { checkRecords } from '../../support/replay-changes.ts';
import { ACTOR, openTestServices, sync, TENANT } from '../../support/test-services.ts';

describe('a database that goes away', function () {
  this.timeout(120_000);
  let database: TestDatabase;
  let way: BreakableConnection;
  beforeEach(async () => {
    database = await openTestDatabase();
    way = await openBreakableConnection(database.uri);
  });
  afterEach(async () => {
    await way.close();
    await database.drop();
  });

  it('is waited for while changes are written, and nothing is lost or doubled', async () => {
    const services = await openTestServices(way.uri, killWorld(0));
    let cuts = 0;
    const run = await sync(services, {
      onProgress: ({ applied }) => {
        if (applied === 0 || cuts++ > 0) return;
        way.cut();
        setTimeout(() => {
          way.mend();
        }, 1_000);
      },
    });
    assert.ok(cuts > 0, 'the database went away');
    assert.deepEqual(run.report?.error, null);
    assert.equal(run.report.outcome, 'changed');
    assert.equal(run.report.counts.users.added, 2_600);
    await checkRecords(database.uri);
    assert.equal((await sync(services)).report?.outcome, 'unchanged');
    await services.close(1_000);
  });

  it('is missed clearly at the start, and found once it is there, by the same process', async () => {
    way.cut();
    const services = await openTestServices(way.uri, killWorld(0));
    const away = { code: 'database-unreachable' };
    await assert.rejects(services.startSync({ tenantId: TENANT, actor: ACTOR }), away);
    const { ok, checks } = await services.checkHealth();
    assert.equal(ok, false);
    assert.equal(checks.find(({ name }) => name === 'database')?.ok, false);
    way.mend();
    assert.equal((await sync(services)).report?.outcome, 'changed');
    assert.equal((await services.checkHealth()).checks.find(({ name }) => name === 'database')?.ok, true);
    await services.close(1_000);
  });
});
