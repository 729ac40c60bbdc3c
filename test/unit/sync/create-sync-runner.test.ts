// Who may start a run while somebody else holds, or has just given back, the tenant's lease. The directory is scripted:
// its database cannot be made to give a lease back between two questions.
import assert from 'node:assert/strict';
import { createAmbient } from '../../../services/ambient.ts';
import type { DirectoryStore, LeaseGrant } from '../../../services/directory/directory-store.ts';
import { parseRunId } from '../../../services/directory/ids.ts';
import type { Run } from '../../../services/directory/run.ts';
import { createLog } from '../../../services/log.ts';
import { createSyncRunner } from '../../../services/sync/create-sync-runner.ts';
import { NO_PROGRESS } from '../../../services/sync/progress.ts';
import { TENANT } from './worlds.ts';

const ACTOR = { objectId: 'ada', displayName: 'Ada Admin' };
const RUN: Run = {
  id: parseRunId('run-1'),
  tenantId: TENANT,
  number: 1,
  status: 'running',
  startedBy: ACTOR,
  approvedBy: null,
  startedAt: new Date(0),
  endedAt: null,
  progress: NO_PROGRESS,
  report: null,
};

/** A runner whose lease is answered as scripted, in this order; every other call fails the test. */
function runnerFor(grants: LeaseGrant[], runs: readonly Run[]) {
  const asked = { leases: 0 };
  const script: Partial<DirectoryStore> = {
    takeLease: () => {
      asked.leases++;
      const grant = grants.shift();
      return grant ? Promise.resolve(grant) : Promise.reject(new TypeError('Unscripted question'));
    },
    getRun: (_, runId) => Promise.resolve(runs.find(({ id }) => id === runId) ?? null),
  };
  const real = createAmbient();
  const runner = createSyncRunner({
    store: script as DirectoryStore,
    ambient: { ...real, clock: { ...real.clock, sleep: () => Promise.resolve() } },
    log: createLog('error'),
    openSource: () => assert.fail('nothing is read'),
  });
  return { runner, asked };
}

describe('a runner', () => {
  it('looks again when the lease was given back while it asked who has it', async () => {
    const { runner, asked } = runnerFor(
      [
        { kind: 'held', owner: null },
        { kind: 'held', owner: RUN.id },
      ],
      [RUN],
    );
    const started = await runner.start({ tenantId: TENANT, actor: ACTOR });
    assert.deepEqual(started, { kind: 'alreadyRunning', run: RUN });
    assert.equal(asked.leases, 2);
  });

  it('looks again while the owner is no run that is at work', async () => {
    const over: Run = { ...RUN, id: parseRunId('run-0'), status: 'ended' };
    const owners = ['repair', 'run-0', RUN.id];
    const { runner, asked } = runnerFor(
      owners.map((owner) => ({ kind: 'held', owner })),
      [over, RUN],
    );
    const started = await runner.start({ tenantId: TENANT, actor: ACTOR });
    assert.equal(started.kind, 'alreadyRunning');
    assert.equal(asked.leases, 3);
  });

  it('repairs nothing while somebody has the lease, or just had it', async () => {
    for (const owner of [RUN.id, null]) {
      const { runner, asked } = runnerFor([{ kind: 'held', owner }], []);
      await runner.repair(TENANT);
      assert.equal(asked.leases, 1);
    }
  });
});
