// Roles and the audit trail on a real database, with several processes at once: there is one first owner, and there is
// always an owner.
import assert from 'node:assert/strict';
import { createAmbient } from '../../../services/ambient.ts';
import { createAuditTrail } from '../../../services/audit-trail.ts';
import { AppError } from '../../../services/errors.ts';
import { createLog } from '../../../services/log.ts';
import { createPeople, type PeopleService } from '../../../services/people.ts';
import type { Store } from '../../../services/store/create-store.ts';
import { ANNA, BEN, CONTOSO, FABRIKAM, openStore } from '../../support/credentials.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

const CHAT = '19:chat';

describe('people', function () {
  this.timeout(30_000);
  let database: TestDatabase;
  let stores: Store[];
  let people: PeopleService;
  let other: PeopleService;
  const open = () => {
    const store = openStore(database.uri);
    stores.push(store);
    const { clock, ids } = createAmbient();
    const trail = createAuditTrail({ audit: store.audit, clock, ids, log: createLog('error') });
    const { people: kept, chats } = store;
    return createPeople({ people: kept, trail, chats, finder, clock });
  };
  /** Microsoft 365 cannot be asked: who wrote to Rollcall may get a role, and nobody else. */
  const unknown = () => Promise.resolve({ kind: 'unknown' } as const);
  const askPerson = () => Promise.reject(new AppError('graph-unreachable'));
  const finder = { verifyPerson: unknown, findPerson: unknown, askPerson };
  const meet = (person: typeof ANNA) =>
    stores[0]?.chats.remember(CONTOSO, person, CHAT, new Date()) ?? Promise.reject(new Error('no store'));
  beforeEach(async () => {
    stores = [];
    database = await openTestDatabase();
    [people, other] = [open(), open()];
    await Promise.all([meet(ANNA), meet(BEN)]);
  });
  afterEach(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await database.drop();
  });

  const set = (by: PeopleService, actor: typeof ANNA, person: typeof ANNA, role: 'owner' | 'viewer' | null) =>
    by.setRole({ tenantId: CONTOSO, actor, objectId: person.objectId, role, conversationId: CHAT });

  it('have one first owner, whoever asks at once', async () => {
    const asked = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        (n % 2 ? people : other).claimFirstOwner(CONTOSO, n % 2 ? ANNA : BEN, CHAT),
      ),
    );
    assert.equal(asked.filter(Boolean).length, 4);
    const kept = await people.listPeople(CONTOSO);
    assert.deepEqual(
      kept.map(({ role }) => role),
      ['owner'],
    );
    // However often the one who became it asks again, there is one line of it.
    const { items } = await people.listAudit(CONTOSO, { page: 0, pageSize: 20 });
    assert.deepEqual(
      items.map(({ action, result, target }) => [action, result, target]),
      [['owner.first', 'done', kept[0]?.objectId]],
    );
    assert.equal(await people.hasOwner(FABRIKAM), false);
    assert.equal(await people.roleOf(FABRIKAM, kept[0]?.objectId ?? ''), null);
  });

  it('always have an owner: two who take out each other at once leave one', async () => {
    for (let round = 0; round < 5; round++) {
      await people.claimFirstOwner(CONTOSO, ANNA, CHAT);
      const [first] = await people.listPeople(CONTOSO);
      const [one, two] = first?.objectId === ANNA.objectId ? [ANNA, BEN] : [BEN, ANNA];
      await set(people, one, two, 'owner');
      const outcomes = await Promise.allSettled([set(people, one, two, null), set(other, two, one, null)]);
      assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1, `round ${round}`);
      const left = await people.listPeople(CONTOSO);
      assert.deepEqual(
        left.map(({ role }) => role),
        ['owner'],
      );
    }
  });

  it('always have an owner: two who step down at once leave one', async () => {
    await people.claimFirstOwner(CONTOSO, ANNA, CHAT);
    await set(people, ANNA, BEN, 'owner');
    const outcomes = await Promise.allSettled([
      set(people, ANNA, ANNA, 'viewer'),
      set(other, BEN, BEN, null),
    ]);
    const codes = outcomes.map((one) =>
      one.status === 'rejected' ? (one.reason as { code: string }).code : '',
    );
    assert.deepEqual(codes.sort(), ['', 'last-owner']);
    assert.equal(await people.hasOwner(CONTOSO), true);
  });

  it('are changed by owners only; each try stands in the audit trail, newest first', async () => {
    await people.claimFirstOwner(CONTOSO, ANNA, CHAT);
    await set(people, ANNA, BEN, 'viewer');
    await assert.rejects(set(people, BEN, BEN, 'owner'), { code: 'role-needed' });
    await assert.rejects(set(people, ANNA, ANNA, null), { code: 'last-owner' });
    await set(people, ANNA, BEN, 'viewer');
    const { items, total } = await people.listAudit(CONTOSO, { page: 0, pageSize: 3 });
    assert.equal(total, 4);
    assert.deepEqual(
      items.map(({ actor, action, target, before, after, result, conversationId }) => ({
        ...{ by: actor?.displayName, action, target, before, after, result, conversationId },
      })),
      [
        {
          by: ANNA.displayName,
          target: ANNA.objectId,
          before: 'owner',
          after: 'last-owner',
          result: 'refused',
        },
        {
          by: BEN.displayName,
          target: BEN.objectId,
          before: 'viewer',
          after: 'role-needed',
          result: 'refused',
        },
        { by: ANNA.displayName, target: BEN.objectId, before: null, after: 'viewer', result: 'done' },
      ].map((line) => ({ ...line, action: 'role.set', conversationId: CHAT })),
    );
    const [store] = stores;
    const oldest = [];
    for await (const { action } of store?.audit.stream(CONTOSO) ?? []) oldest.push(action);
    assert.deepEqual(oldest, ['owner.first', 'role.set', 'role.set', 'role.set']);
    assert.equal((await people.listAudit(FABRIKAM, { page: 0, pageSize: 3 })).total, 0);
  });

  it('who are refused the same again and again fill one line an hour', async () => {
    const refuse = (person: typeof ANNA, target: string) =>
      people.recordAudit({
        ...{ tenantId: CONTOSO, actor: person, action: 'refused', target, conversationId: CHAT },
        ...{ before: null, after: null, result: 'refused' },
      });
    await Promise.all(Array.from({ length: 7 }, () => refuse(BEN, 'sync.start')));
    await refuse(BEN, 'audit');
    await refuse(ANNA, 'sync.start');
    const { items } = await people.listAudit(CONTOSO, { page: 0, pageSize: 9 });
    assert.deepEqual(
      items.map(({ actor, target, times }) => `${actor?.displayName} ${target} ${times}`).sort(),
      [
        `${ANNA.displayName} sync.start undefined`,
        `${BEN.displayName} audit undefined`,
        `${BEN.displayName} sync.start 7`,
      ].sort(),
    );
  });

  it('get no role unless they are known, and are called what they are called', async () => {
    await people.claimFirstOwner(CONTOSO, ANNA, CHAT);
    const ghost = { objectId: '11111111-2222-4333-8444-555555555555', displayName: 'Ghost' };
    await assert.rejects(set(people, ANNA, ghost, 'owner'), { code: 'person-unknown' });
    await set(people, ANNA, BEN, 'viewer');
    const kept = await people.listPeople(CONTOSO);
    assert.deepEqual(
      kept.map(({ displayName, role }) => [displayName, role]),
      [
        [ANNA.displayName, 'owner'],
        [BEN.displayName, 'viewer'],
      ],
    );
    const { items } = await people.listAudit(CONTOSO, { page: 0, pageSize: 9 });
    assert.deepEqual(
      items.map(({ target, result }) => [target, result]),
      [
        [BEN.objectId, 'done'],
        [ghost.objectId, 'refused'],
        [ANNA.objectId, 'done'],
      ],
    );
  });

  describe('whose process dies', () => {
    /** A trail whose second write never comes. */
    const dying = () => {
      const store = openStore(database.uri);
      stores.push(store);
      const { clock, ids } = createAmbient();
      const never = () => new Promise<never>(() => undefined);
      const audit = { ...store.audit, complete: never, withdraw: never };
      const trail = createAuditTrail({ audit, clock, ids, log: createLog('error') });
      return createPeople({
        people: store.people,
        trail,
        chats: store.chats,
        finder,
        clock,
      });
    };
    const changed = async (condition: () => Promise<boolean>) => {
      for (let tries = 0; !(await condition()); tries++) assert.ok(tries < 1_000, 'in time');
    };

    it('leave a line of what was begun', async () => {
      await people.claimFirstOwner(CONTOSO, ANNA, CHAT);
      void set(dying(), ANNA, BEN, 'viewer');
      await changed(async () => (await people.roleOf(CONTOSO, BEN.objectId)) === 'viewer');
      const { items } = await people.listAudit(CONTOSO, { page: 0, pageSize: 1 });
      assert.deepEqual(
        items.map(({ action, target, after, result }) => ({ action, target, after, result })),
        [{ action: 'role.set', target: BEN.objectId, after: 'viewer', result: 'begun' }],
      );
    });

    it('do not lose the first owner, and the next try completes the line', async () => {
      void dying().claimFirstOwner(CONTOSO, ANNA, CHAT);
      await changed(() => people.hasOwner(CONTOSO));
      assert.equal(await people.claimFirstOwner(CONTOSO, BEN, CHAT), false);
      assert.equal(await people.claimFirstOwner(CONTOSO, ANNA, CHAT), true);
      const { items } = await people.listAudit(CONTOSO, { page: 0, pageSize: 9 });
      assert.deepEqual(
        items.map(({ action, target, result }) => ({ action, target, result })),
        [{ action: 'owner.first', target: ANNA.objectId, result: 'done' }],
      );
    });
  });
});
