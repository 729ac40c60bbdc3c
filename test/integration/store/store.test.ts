// The store against a real database: what the database itself refuses, leases under a race, batches that are
// written twice, and that every query of the facade has an index.
import assert from 'node:assert/strict';
import type { Document } from 'mongodb';
import { createAmbient } from '../../../services/ambient.ts';
import type { Change } from '../../../services/directory/change.ts';
import type { Lease, LeaseGrant } from '../../../services/directory/directory-store.ts';
import { parseEntryId, parseObjectId, parseRunId } from '../../../services/directory/ids.ts';
import { NOTHING_CHANGED } from '../../../services/directory/nothing-changed.ts';
import type { Run, RunReport } from '../../../services/directory/run.ts';
import type { UserState } from '../../../services/directory/user.ts';
import { createLog } from '../../../services/log.ts';
import { createSecret } from '../../../services/secret.ts';
import { COLLECTIONS } from '../../../services/store/collections.ts';
import type { CollectionRow } from '../../../services/store/schema.ts';
import { createStore, type Store } from '../../../services/store/create-store.ts';
import { NO_PROGRESS } from '../../../services/sync/progress.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { checkRecords } from '../../support/replay-changes.ts';
import { createWorld, idOf, populate, userNamed } from '../../support/scripted-source.ts';
import {
  ACTOR,
  expireLeases,
  openTestServices,
  sync,
  TENANT,
  withDatabase,
} from '../../support/test-services.ts';

const TTL_MS = 15_000;

describe('the store', function () {
  this.timeout(30_000);
  let database: TestDatabase;
  let store: Store;
  const open = (uri: string) =>
    createStore({ uri: createSecret(uri), log: createLog('error'), ...createAmbient() });

  beforeEach(async () => {
    database = await openTestDatabase();
    store = open(database.uri);
  });
  afterEach(async () => {
    await store.close();
    await database.drop();
  });

  it('prepares a database from several processes at once, and again', async () => {
    const others = Array.from({ length: 4 }, () => open(database.uri));
    await Promise.all([store, ...others].map((one) => one.ping()));
    await Promise.all(others.map((one) => one.close()));
    await withDatabase(database.uri, async (client) => {
      for (const { name, indexes, validator } of Object.values<CollectionRow>(COLLECTIONS)) {
        const found = await client.db().collection(name).indexes();
        const names = found.map((index) => index.name).filter((index) => index !== '_id_');
        assert.deepEqual(names.sort(), indexes.map((index) => index.name).sort(), name);
        const [info] = await client.db().listCollections({ name }).toArray();
        assert.deepEqual(
          (info as { options?: Document }).options?.validator,
          { $jsonSchema: validator },
          name,
        );
      }
    });
  });

  it('corrects a validator and an index that an older version left behind', async () => {
    await withDatabase(database.uri, async (client) => {
      await client.db().createCollection('users', { validator: { $jsonSchema: { bsonType: 'object' } } });
      await client.db().collection('users').createIndex({ search: 1 }, { name: 'search' }, {});
    });
    await store.ping();
    await withDatabase(database.uri, async (client) => {
      const indexes = await client.db().collection('users').indexes();
      assert.deepEqual(indexes.find(({ name }) => name === 'search')?.key, { tenantId: 1, search: 1 });
      await assert.rejects(client.db().collection('users').insertOne({}), { code: 121 });
    });
  });

  it('has the database refuse rubbish in every collection', async () => {
    await store.ping();
    await withDatabase(database.uri, async (client) => {
      for (const { name } of Object.values(COLLECTIONS))
        await assert.rejects(client.db().collection(name).insertOne({ rubbish: true }), { code: 121 }, name);
    });
  });

  it('says that the database is away, quickly, and works once it is there', async () => {
    const away = open('mongodb://127.0.0.1:1/nowhere');
    await assert.rejects(away.ping(), { code: 'database-unreachable', kind: 'transient' });
    await away.close();
  });

  it('gives the lease to one of twenty', async () => {
    const owners = Array.from({ length: 20 }, (_, n) => `owner-${String(n)}`);
    const grants = await Promise.all(owners.map((owner) => store.directory.takeLease(TENANT, owner, TTL_MS)));
    const granted = grants.flatMap((grant) => (grant.kind === 'granted' ? [grant.lease] : []));
    assert.equal(granted.length, 1);
    const [lease] = granted as [Lease];
    for (const grant of grants) if (grant.kind === 'held') assert.equal(grant.owner, lease.owner);
    assert.equal(await store.directory.renewLease(lease, TTL_MS), true);
    await store.directory.releaseLease(lease);
    const next = await store.directory.takeLease(TENANT, 'next', TTL_MS);
    assert.ok(next.kind === 'granted' && next.lease.fence > lease.fence);
    assert.equal(await store.directory.renewLease(lease, TTL_MS), false);
  });

  it('lets a turn be claimed once', async () => {
    const claims = await Promise.all(Array.from({ length: 10 }, () => store.turns.claim('turn', new Date())));
    assert.equal(claims.filter(Boolean).length, 1);
  });

  describe('batches', () => {
    const runId = parseRunId('run-a');
    const state = (name: string): UserState => ({ status: 'active', reasons: [], facts: userNamed(name) });
    const creation = (n: number): Change => ({
      type: 'user',
      objectId: parseObjectId(idOf('user', n)),
      action: 'create',
      cause: 'seen',
      base: null,
      before: null,
      after: state(`Person ${String(n)}`),
    });
    const edges: Change = {
      type: 'memberships',
      objectId: parseObjectId(idOf('group', 1)),
      added: [1, 2].map((n) => ({ kind: 'user', objectId: parseObjectId(idOf('user', n)) })),
      removed: [],
    };
    const begin = async (id = runId, number = 1): Promise<Lease> => {
      const grant = (await store.directory.takeLease(TENANT, id, TTL_MS)) as Extract<
        LeaseGrant,
        { kind: 'granted' }
      >;
      const run: Run = {
        id,
        tenantId: TENANT,
        number,
        status: 'running',
        startedBy: ACTOR,
        approvedBy: null,
        startedAt: new Date(),
        endedAt: null,
        progress: NO_PROGRESS,
        report: null,
      };
      await store.directory.insertRun(run, grant.lease.fence);
      return grant.lease;
    };

    it('change nothing when written again', async () => {
      const lease = await begin();
      const batch = { number: 0, from: 0, changes: [creation(1), creation(2), edges] };
      assert.deepEqual(await store.directory.writeBatch(lease, runId, batch, new Date()), {
        written: 4,
        conflicts: 0,
      });
      const before = await checkRecords(database.uri);
      assert.deepEqual(await store.directory.writeBatch(lease, runId, batch, new Date()), {
        written: 4,
        conflicts: 0,
      });
      assert.deepEqual(await checkRecords(database.uri), before);
    });

    it('are counted in the report of a run whose process is gone, whatever was told before', async () => {
      const lease = await begin();
      const inactive = creation(3);
      assert.ok(inactive.type === 'user' && inactive.after);
      const changes: Change[] = [
        ...[creation(1), creation(2)],
        { ...inactive, after: { ...inactive.after, status: 'inactive', reasons: [{ kind: 'disabled' }] } },
        edges,
      ];
      await store.directory.writeBatch(lease, runId, { number: 0, from: 0, changes }, new Date());
      await withDatabase(database.uri, async (client) => {
        const runs = client.db().collection<{ _id: string; pending: unknown[] }>('runs');
        // Killed after it wrote, and before it said so.
        await runs.updateOne({ _id: runId }, { $push: { pending: { number: 0, from: 0, to: 4 } } });
        const users = client.db().collection('users');
        await users.deleteOne({ objectId: idOf('user', 2) });
      });
      await store.directory.releaseLease(lease);
      const grant = await store.directory.takeLease(TENANT, 'repair', TTL_MS);
      assert.ok(grant.kind === 'granted');
      const [run] = await store.directory.repairRuns(grant.lease, new Date());
      assert.equal(run?.report?.outcome, 'interrupted');
      assert.deepEqual(run.report.counts, {
        users: { ...NOTHING_CHANGED.users, added: 2, addedInactive: 1 },
        groups: NOTHING_CHANGED.groups,
        memberships: { ...NOTHING_CHANGED.memberships, added: 2 },
      });
      assert.deepEqual(await store.directory.getRun(TENANT, runId), run);
    });

    it('are counted in the report of a run that fails in the middle', async () => {
      const lease = await begin();
      const batch = { number: 0, from: 0, changes: [creation(1), edges] };
      await store.directory.writeBatch(lease, runId, batch, new Date());
      const report: RunReport = {
        ...{ outcome: 'failed', counts: NOTHING_CHANGED, coverage: null, stored: null, verdict: null },
        ...{ digest: null, costs: { requests: 0, resourceUnits: 0, throttled: 0, retried: 0 } },
        ...{ takeovers: [], stageMs: {}, error: { code: 'unexpected', details: {} } },
      };
      const ended = await store.directory.endRun(lease, runId, NO_PROGRESS, report, new Date());
      assert.equal(ended?.report?.counts.users.added, 1);
      assert.equal(ended.report.counts.memberships.added, 2);
      assert.deepEqual(await store.directory.getRun(TENANT, runId), ended);
    });

    it('leave alone what is no longer as the plan saw it, and record no change', async () => {
      const lease = await begin();
      const one = { number: 0, from: 0, changes: [creation(1)] };
      await store.directory.writeBatch(lease, runId, one, new Date());
      const update: Change = {
        type: 'user',
        objectId: parseObjectId(idOf('user', 1)),
        action: 'update',
        cause: 'seen',
        base: { id: parseEntryId('another'), revision: 9 },
        before: state('Person 1'),
        after: state('Other'),
      };
      await store.directory.releaseLease(lease);
      const second = parseRunId('run-b');
      const next = await begin(second, 2);
      const changes = [creation(1), creation(2), update];
      const done = await store.directory.writeBatch(
        next,
        second,
        { number: 0, from: 0, changes },
        new Date(),
      );
      assert.deepEqual(done, { written: 1, conflicts: 2 });
      await checkRecords(database.uri);
    });

    it('are refused once somebody else has ended the run', async () => {
      const lease = await begin();
      await expireLeases(database.uri);
      const taken = await store.directory.takeLease(TENANT, 'other', TTL_MS);
      assert.ok(taken.kind === 'granted');
      const repaired = await store.directory.repairRuns(taken.lease, new Date());
      assert.deepEqual(
        repaired.map(({ id, report }) => [id, report?.outcome]),
        [[runId, 'interrupted']],
      );
      const batch = { number: 0, from: 0, changes: [creation(1)] };
      await assert.rejects(store.directory.writeBatch(lease, runId, batch, new Date()), {
        code: 'lease-lost',
      });
      await assert.rejects(store.directory.commit(lease, { changed: true, deltaTokens: null }), {
        code: 'lease-lost',
      });
    });
  });

  it('finds people by address, name, part of a name and spelling, whatever characters they type', async () => {
    const world = createWorld();
    for (const [n, name] of [
      'Zoë (Sales) [x]',
      'Ann Lee',
      'Ann Lee',
      'Joann Lee',
      '*.* ^$',
      'Ann Leeds',
    ].entries())
      world.users.set(idOf('user', n), userNamed(name, { mail: `${String(n)}@contoso.example` }));
    const services = await openTestServices(database.uri, world);
    await sync(services);
    const find = async (text: string) => {
      const found = await services.findUser(TENANT, text);
      if (found.kind === 'one') return found.detail.user.facts.mail;
      if (found.kind === 'many') return found.users.total;
      return found.similar.map(({ facts }) => facts.displayName);
    };
    assert.equal(await find('ZOË (sales)'), '0@contoso.example');
    assert.equal(await find('joann lee'), '3@contoso.example');
    assert.equal(await find('ann lee'), 2);
    assert.equal(await find('ann'), 4);
    assert.equal(await find('4@contoso.example'), '4@contoso.example');
    assert.equal(await find('.* ^'), '4@contoso.example');
    assert.deepEqual(await find('Joan Leee'), ['Joann Lee']);
    assert.deepEqual(await find('qqqqq'), []);
    const page = await services.listUsers(TENANT, { text: '', page: 1, pageSize: 2, status: 'active' });
    assert.deepEqual([page.total, page.items.length], [6, 2]);
    await services.close(1_000);
  });

  it('has an index for every query', async () => {
    const commands: Document[] = [];
    const world = populate(createWorld(), 20, 3);
    const services = await openTestServices(database.uri, world, (command) => commands.push(command));
    const run = await sync(services);
    world.users.delete(idOf('user', 1));
    await sync(services);
    await services.getStatus(TENANT);
    await services.listUsers(TENANT, { text: 'person', page: 0, pageSize: 3 });
    await services.listUsers(TENANT, { text: '', page: 0, pageSize: 3, status: 'inactive' });
    await services.listGroups(TENANT, { text: 'team', page: 0, pageSize: 3 });
    await services.listRunChanges(TENANT, run.id, { page: 0, pageSize: 3 });
    await services.findUser(TENANT, 'Person 2');
    await services.findUser(TENANT, 'Persson 23');
    const [group] = (await services.listGroups(TENANT, { text: '', page: 0, pageSize: 1 })).items;
    assert.ok(group);
    await services.getGroup(TENANT, group.id);
    await services.attachCard(TENANT, run.id, 'card');
    await services.claimTurn('a');
    await services.listInterruptedRuns();
    await services.markTold(run.id);
    await services.close(1_000);

    const filters = commands.flatMap(filtersOf);
    assert.ok(filters.length > 40, `only ${String(filters.length)} queries were seen`);
    const without = filters.filter(({ collection, filter }) => !hasIndex(collection, Object.keys(filter)));
    assert.deepEqual(without, []);
  });
});

interface Query {
  readonly collection: string;
  readonly filter: Document;
}

/** The filters of a command, one or many. */
function filtersOf(command: Document): Query[] {
  const collection = String(
    command.find ??
      command.count ??
      command.findAndModify ??
      command.update ??
      command.delete ??
      command.aggregate,
  );
  if (!(collection in COLLECTIONS)) return [];
  const many = [...((command.updates ?? []) as Document[]), ...((command.deletes ?? []) as Document[])];
  if (many.length > 0) return many.map((one) => ({ collection, filter: one.q as Document }));
  const matched = (command.pipeline as Document[] | undefined)?.[0]?.$match as Document | undefined;
  return [{ collection, filter: (command.filter ?? command.query ?? matched ?? {}) as Document }];
}

/** Whether the fields of a filter begin an index with at least two fields, or the whole of a shorter one. */
function hasIndex(collection: string, fields: readonly string[]): boolean {
  if (fields.includes('_id')) return true;
  // All users or groups of a tenant are read on purpose, once a sync.
  if (fields.join() === 'tenantId' && ['users', 'groups', 'runs', 'policies'].includes(collection))
    return true;
  const rows: readonly CollectionRow[] = Object.values(COLLECTIONS);
  const indexes = rows.find(({ name }) => name === collection)?.indexes ?? [];
  return indexes.some(({ key }) => {
    const keys = Object.keys(key);
    return (
      keys.slice(0, 2).every((name) => fields.includes(name)) ||
      (keys[0] === 'state' && fields.includes('state'))
    );
  });
}
