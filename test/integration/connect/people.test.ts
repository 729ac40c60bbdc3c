// Who can be let in, asked of the local tenant before any sync: enabled members, and nobody else.
import assert from 'node:assert/strict';
import type { SignInAnswer } from '../../../services/index.ts';
import { openConnectedTenant, type ConnectedTenant } from '../../support/connected-tenant.ts';

const GHOST = '11111111-2222-4333-8444-555555555555';

describe('connect: people', function () {
  this.timeout(60_000);
  let open: ConnectedTenant;
  beforeEach(async () => {
    open = await openConnectedTenant();
    await open.connect(open.megan, 'users');
  });
  afterEach(() => open.close());

  const megan = () => ({ objectId: open.megan.id, displayName: open.megan.displayName });
  const set = (objectId: string, role: 'owner' | 'admin' | null) =>
    open.services.setRole({
      ...{ tenantId: open.tenantId, actor: megan(), objectId, role, conversationId: 'a:chat' },
    });
  const people = async () =>
    (await open.services.listPeople(open.tenantId)).map(({ displayName, role }) => `${displayName} ${role}`);

  it('an enabled member is let in by the name that Microsoft 365 has', async () => {
    await set(open.alex.id.toUpperCase(), 'admin');
    assert.deepEqual(await people(), [`${open.megan.displayName} owner`, `${open.alex.displayName} admin`]);
  });

  it('nobody, guests and disabled accounts are not, and each try is recorded', async () => {
    const add = async (more: object): Promise<string> => {
      const response = await fetch(`${open.tenant.controlUrl}/users`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(more),
      });
      return ((await response.json()) as { id: string }).id;
    };
    const guest = await add({ displayName: 'Gus Guest', userType: 'Guest' });
    const disabled = await add({ displayName: 'Dora Disabled' });
    await open.control('POST', `/users/${disabled}/disable`);
    await assert.rejects(set(GHOST, 'owner'), { code: 'person-unknown' });
    await assert.rejects(set(guest, 'admin'), { code: 'guest-refused' });
    await assert.rejects(set(disabled, 'admin'), { code: 'person-disabled' });
    assert.deepEqual(await people(), [`${open.megan.displayName} owner`]);
    const { items } = await open.services.listAudit(open.tenantId, { page: 0, pageSize: 3 });
    assert.deepEqual(
      items.map(({ action, target, result }) => [action, target, result]),
      [disabled, guest, GHOST].map((target) => ['role.set', target, 'refused']),
    );
  });

  it('the last owner who was ever met stays, whoever else was made an owner', async () => {
    await set(open.alex.id, 'owner');
    await assert.rejects(set(open.megan.id, null), { code: 'owner-not-met' });
    const alex = { objectId: open.alex.id, displayName: open.alex.displayName };
    await open.services.rememberChat(open.tenantId, alex, 'a:chat');
    await set(open.megan.id, null);
    assert.deepEqual(await people(), [`${open.alex.displayName} owner`]);
  });

  it('names come from Microsoft 365 before the first sync, and are asked for once', async () => {
    const find = () => open.services.findPerson(open.tenantId, open.diego.id);
    assert.deepEqual(await open.services.recallPerson(open.tenantId, open.diego.id), { kind: 'unknown' });
    const found = await find();
    assert.equal(found.kind === 'known' && found.person.displayName, open.diego.displayName);
    await open.control('POST', '/faults', { kind: 'unavailable', match: { path: '/users' }, times: 0 });
    assert.deepEqual(await find(), found);
    assert.deepEqual(await open.services.recallPerson(open.tenantId, open.diego.id), found);
    await open.control('DELETE', '/faults');
  });

  describe('when no owner is left in the organisation', () => {
    const leave = (id: string, how: 'disable' | 'delete') => open.control('POST', `/users/${id}/${how}`);
    const reasonOf = (result: SignInAnswer) =>
      result.kind === 'refused' ? `${result.reason} ${result.problem.code}` : result.kind;
    const succession = async () => {
      const { items } = await open.services.listAudit(open.tenantId, { page: 0, pageSize: 50 });
      return items
        .filter(({ action }) => action === 'owner.succeeded')
        .map(({ actor, before, result }) => [actor?.objectId, before, result]);
    };

    for (const how of ['disable', 'delete'] as const)
      it(`the next administrator who connects becomes the owner (${how})`, async () => {
        assert.equal(reasonOf(await open.connect(open.alex, 'users', true)), 'roleNeeded role-needed');
        await leave(open.megan.id, how);
        assert.equal(reasonOf(await open.connect(open.diego, 'users', true)), 'roleNeeded role-needed');
        // What was authorized went with her, and this sign-in cannot tell of others: that is said.
        assert.equal(reasonOf(await open.connect(open.alex, 'domains')), 'roleNeeded owners-unknown');
        const result = await open.connect(open.alex, 'users', true);
        assert.equal(result.kind === 'connected' && result.becameOwner, true, JSON.stringify(result));
        assert.equal(await open.services.roleOf(open.tenantId, open.alex.id), 'owner');
        assert.deepEqual(await succession(), [[open.alex.id, open.megan.id, 'done']]);
      });

    it('whoever signs in for the app does, and a second one does not', async () => {
      const alex = await open.pick(await open.begin(open.alex, 'everything'), open.alex.id);
      await leave(open.megan.id, 'disable');
      const result = await open.services.finishSignIn(alex);
      assert.equal(result.kind === 'connected' && result.becameOwner, true, JSON.stringify(result));
      assert.deepEqual(await open.services.findOwners(open.tenantId), { kind: 'here' });
      assert.equal(reasonOf(await open.connect(open.diego, 'users')), 'roleNeeded role-needed');
    });

    it('a co-owner who left does not count as one who can go on', async () => {
      const alex = { objectId: open.alex.id, displayName: open.alex.displayName };
      await open.services.rememberChat(open.tenantId, alex, 'a:chat');
      await set(open.alex.id, 'owner');
      await leave(open.alex.id, 'disable');
      open.advance(2 * 3_600_000);
      await assert.rejects(set(open.megan.id, null), { code: 'owner-not-met' });
      await set(open.alex.id, null);
      assert.deepEqual(await people(), [`${open.megan.displayName} owner`]);
    });
  });
});
