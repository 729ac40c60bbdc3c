// A process that is killed (SIGKILL) at random moments while it applies: the next sync ends in the same directory as
// without the kill, and every change that happened has exactly one record.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Counts } from '../../../services/directory/change.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { killWorld } from '../../support/kill-world.ts';
import { checkRecords } from '../../support/replay-changes.ts';
import { expireLeases, openTestServices, sync, TENANT, withDatabase } from '../../support/test-services.ts';

const KILLS = Number(process.env.ROLLCALL_TEST_KILLS ?? '2');
const CHILD = join(import.meta.dirname, '..', '..', 'support', 'sync-child.ts');

/** Starts a sync that kills itself; resolves with the signal that ended it, null when it came to its end. */
function syncAndDie(uri: string, step: number, command: number, delayMs: number): Promise<string | null> {
  const args = ['--import', 'tsx', CHILD, uri, step, command, delayMs].map(String);
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  return new Promise((resolve) => child.on('exit', (_, signal) => resolve(signal)));
}

describe('a sync that is killed', function () {
  this.timeout(120_000);
  let database: TestDatabase;
  before(async () => {
    database = await openTestDatabase();
  });
  after(() => database.drop());

  const writesOf = (counts: Counts) =>
    counts.added + counts.updated + counts.inactivated + counts.reactivated + counts.purged;
  const countRecorded = (runId: string) =>
    withDatabase(database.uri, async (client) => {
      const records = await client.db().collection('changes').find().toArray();
      return records
        .filter(({ _id }) => String(_id).startsWith(`${runId}/`))
        .reduce((sum, { type, added, removed }) => {
          const edges = type === 'memberships' ? [...(added as string[]), ...(removed as string[])] : [null];
          return sum + edges.length;
        }, 0);
    });

  /** Kills the step at random places, finishes it, and returns what is stored. */
  async function reach(step: number): Promise<unknown> {
    for (let kill = 0; kill < KILLS; kill++) {
      const command = 1 + Math.floor(Math.random() * 22);
      const delayMs = kill % 2 === 0 ? 0 : Math.floor(Math.random() * 60);
      const signal = await syncAndDie(database.uri, step, command, delayMs);
      if (signal === null) break;
      assert.equal(signal, 'SIGKILL');
      await expireLeases(database.uri);
    }
    const services = await openTestServices(database.uri, killWorld(step));
    const interrupted = await services.listInterruptedRuns();
    assert.deepEqual(await services.listInterruptedRuns(), interrupted, 'until somebody was told');
    for (const { run } of interrupted) {
      await services.markTold(run.id);
      assert.equal(run.report?.outcome, 'interrupted');
      const { users, groups, memberships } = run.report.counts;
      assert.deepEqual(
        [users, groups].map(writesOf).reduce((a, b) => a + b) + memberships.added + memberships.inactivated,
        await countRecorded(run.id),
        'the report says what was done',
      );
    }
    await checkRecords(database.uri);
    await sync(services);
    assert.equal((await sync(services)).report?.outcome, 'unchanged');
    assert.deepEqual(await services.listInterruptedRuns(), []);
    assert.equal((await services.getStatus(TENANT)).running, null);
    await services.close(1_000);
    return checkRecords(database.uri);
  }

  it('leaves the same directory and the same records as one that is not', async () => {
    const untouched = await openTestDatabase();
    for (const step of [0, 1]) {
      const services = await openTestServices(untouched.uri, killWorld(step));
      assert.equal((await sync(services)).report?.outcome, 'changed');
      await services.close(1_000);
      assert.deepEqual(await reach(step), await checkRecords(untouched.uri), `step ${String(step)}`);
    }
    await untouched.drop();
  });
});
