// Delta query of the local Graph, with the quirks that a sync must survive.
import assert from 'node:assert/strict';
import { startTenantClient } from './tenant-client.ts';
import type { Shown, TenantClient } from './tenant-client.ts';

const dayMs = 24 * 60 * 60 * 1000;

describe('local tenant: delta', () => {
  let tenant: TenantClient;
  beforeEach(async () => (tenant = await startTenantClient({ users: 60, groups: 25, memberships: 700 })));
  afterEach(() => tenant.stop());

  const latest = async (stream: string, options = ''): Promise<string> =>
    (await tenant.readAll(`/${stream}/delta?$deltatoken=latest${options}`)).deltaLink;
  const person = (index: number): string => tenant.people[index]?.id ?? '';
  async function group(name: string): Promise<string> {
    const { body } = await tenant.get(`/groups?$filter=displayName eq '${name}'`);
    return body.value[0]?.id ?? assert.fail(name);
  }

  it('starts from now with latest: nothing, and a link', async () => {
    const { body } = await tenant.get('/users/delta?$deltatoken=latest');
    assert.deepEqual(body.value, []);
    assert.ok(body['@odata.deltaLink']);
    assert.equal(body['@odata.nextLink'], undefined);
  });

  it('enumerates all users in pages of 200 units, $top or not, deleted ones as removed', async () => {
    await tenant.control('POST', '/settings', { deltaPageSize: 25 });
    const round = await tenant.readAll('/users/delta?$select=id,displayName&$top=3');
    const live = round.value.filter((user) => !user['@removed']);
    assert.equal(live.length, 60);
    assert.deepEqual(
      new Set(round.value.filter((user) => user['@removed']).map((user) => user['@removed']?.reason)),
      new Set(['changed']),
    );
    assert.equal(round.pages, 3);
  });

  it('tells a changed user with what is set, and an explicit null for what was cleared', async () => {
    const link = await latest('users', '&$select=displayName,mail,jobTitle,department,employeeId');
    await tenant.control('POST', `/users/${person(0)}/rename`, { mail: null });
    const { value } = await tenant.readAll(link);
    assert.deepEqual(value, [
      { id: person(0), displayName: 'Megan Bowen', mail: null, jobTitle: 'IT Director', department: 'IT' },
    ]);
  });

  it('tells only what changed with Prefer: return=minimal', async () => {
    const link = await latest('users', '&$select=displayName,accountEnabled,mail');
    await tenant.control('POST', `/users/${person(0)}/disable`);
    const minimal = await tenant.get(link, { Prefer: 'return=minimal' });
    assert.deepEqual(minimal.body.value, [{ id: person(0), accountEnabled: false }]);
    assert.equal(minimal.headers.get('preference-applied'), 'return=minimal');
  });

  it('says nothing of changes that are not tracked', async () => {
    const link = await latest('users', '&$select=displayName');
    await tenant.control('POST', `/users/${person(0)}/disable`);
    assert.deepEqual((await tenant.readAll(link)).value, []);
  });

  it('replays the same link with the same result', async () => {
    const link = await latest('users');
    await tenant.control('POST', `/users/${person(0)}/disable`);
    assert.deepEqual((await tenant.readAll(link)).value, (await tenant.readAll(link)).value);
  });

  it('tells soft deletion as changed, purge as deleted, restore as a whole user', async () => {
    const reasons = async (link: string): Promise<(string | undefined)[]> =>
      (await tenant.readAll(link)).value.map((user) => user['@removed']?.reason);
    let link = await latest('users');
    await tenant.control('POST', `/users/${person(2)}/delete`);
    assert.deepEqual(await reasons(link), ['changed']);
    link = await latest('users');
    await tenant.control('POST', `/users/${person(2)}/restore`);
    const restored = (await tenant.readAll(link)).value;
    assert.equal(restored[0]?.userPrincipalName, 'diegos@contoso.com');
    await tenant.control('POST', `/users/${person(2)}/delete`);
    link = await latest('users');
    await tenant.control('POST', '/clock/advance', { ms: 31 * dayMs });
    const fresh = await tenant.appToken();
    const purged = await tenant.get(link, { Authorization: `Bearer ${fresh}` });
    assert.equal(purged.status, 400, 'the link is older than seven days');
    assert.equal((await tenant.get(`/users/${person(2)}`, { Authorization: `Bearer ${fresh}` })).status, 404);
  });

  it('tells members as they come and go, and groups without members without members@delta', async () => {
    const id = await group('Empty Room');
    const link = await latest('groups', '&$select=displayName,members');
    await tenant.control('POST', `/groups/${id}/members`, { memberId: person(1) });
    const added = (await tenant.readAll(link)).value;
    assert.deepEqual(added, [
      {
        id,
        displayName: 'Empty Room',
        'members@delta': [{ '@odata.type': '#microsoft.graph.user', id: person(1) }],
      },
    ]);
    const next = (await tenant.readAll(link)).deltaLink;
    await tenant.control('DELETE', `/groups/${id}/members/${person(1)}`);
    const removed = (await tenant.readAll(next)).value[0]?.['members@delta'];
    assert.deepEqual(removed, [
      { '@odata.type': '#microsoft.graph.user', id: person(1), '@removed': { reason: 'deleted' } },
    ]);
    const whole = await tenant.readAll('/groups/delta?$select=displayName,members');
    assert.equal('members@delta' in (whole.value.find((found) => found.id === id) ?? {}), false);
  });

  it('keeps silent in the group delta about a soft-deleted member, who vanishes from /members at once', async () => {
    const id = await group('Empty Room');
    await tenant.control('POST', `/groups/${id}/members`, { memberId: person(2) });
    const link = await latest('groups');
    await tenant.control('POST', `/users/${person(2)}/delete`);
    assert.deepEqual((await tenant.readAll(link)).value, []);
    assert.deepEqual((await tenant.get(`/groups/${id}/members`)).body.value, []);
    await tenant.control('POST', `/users/${person(2)}/restore`);
    assert.equal((await tenant.get(`/groups/${id}/members`)).body.value.length, 1);
    await tenant.control('POST', `/users/${person(2)}/delete`);
    await tenant.control('POST', `/users/${person(2)}/purge`);
    const purged = (await tenant.readAll(link)).value[0]?.['members@delta']?.[0];
    assert.deepEqual([purged?.id, purged?.['@removed']?.reason], [person(2), 'deleted']);
  });

  it('slices the members of a large group over pages, whose union is the membership', async () => {
    await tenant.control('POST', '/settings', { deltaPageSize: 10 });
    const { value } = await tenant.readAll('/groups/delta?$select=displayName,members');
    const id = await group('VPN Users');
    const slices = value.filter((found) => found.id === id);
    assert.ok(slices.length > 1);
    assert.ok(slices.every((slice) => slice.displayName === 'VPN Users'));
    const members = slices.flatMap((slice) => slice['members@delta'] ?? []).map((member) => member.id);
    const listed = (await tenant.readAll(`/groups/${id}/members?$select=id`)).value.map((member: Shown) =>
      String(member.id),
    );
    assert.deepEqual(members.toSorted(), listed.toSorted());
  });

  it('tells restorable groups as changed and distribution lists as deleted', async () => {
    const link = await latest('groups');
    const [restorable, list] = [await group('Platform'), await group('Company News')];
    await tenant.control('POST', `/groups/${restorable}/delete`);
    await tenant.control('POST', `/groups/${list}/delete`);
    const reasons = new Map(
      (await tenant.readAll(link)).value.map((found) => [found.id, found['@removed']?.reason]),
    );
    assert.deepEqual([reasons.get(restorable), reasons.get(list)], ['changed', 'deleted']);
  });

  it('misses nothing that changes during an initial round', async () => {
    await tenant.control('POST', '/settings', { deltaPageSize: 20 });
    const first = await tenant.get('/users/delta?$select=displayName');
    await tenant.control('POST', `/users/${person(0)}/rename`, { displayName: 'Megan Two' });
    const rest = await tenant.readAll(first.body['@odata.nextLink'] ?? '');
    const replayed = await tenant.readAll(rest.deltaLink);
    assert.deepEqual(replayed.value, [{ id: person(0), displayName: 'Megan Two' }]);
  });

  it('expires tokens after seven days', async () => {
    const link = await latest('groups');
    await tenant.control('POST', '/clock/advance', { ms: 7 * dayMs });
    const late = await tenant.get(link, { Authorization: `Bearer ${await tenant.appToken()}` });
    assert.equal(late.body.error?.code, 'syncStateNotFound');
  });

  it('resets with 410 and a Location that starts over', async () => {
    const link = await latest('users');
    await tenant.control('POST', '/faults', { kind: 'expired-delta' });
    const gone = await tenant.get(link);
    assert.deepEqual([gone.status, gone.body.error?.code], [410, 'resyncRequired']);
    const location = gone.headers.get('location') ?? '';
    assert.equal(location, `${tenant.graphUrl}/v1.0/users/delta?$deltatoken=`);
    assert.ok((await tenant.readAll(location)).value.length >= 60);
  });

  it('filters by id only, and serves both kinds in one stream', async () => {
    const one = await tenant.readAll(`/users/delta?$filter=id eq '${person(0)}'`);
    assert.equal(one.value.length, 1);
    const refused = await tenant.get("/users/delta?$filter=mail eq 'x'");
    assert.equal(refused.body.error?.code, 'Request_UnsupportedQuery');
    const both = await tenant.readAll(
      "/directoryObjects/delta?$filter=isof('microsoft.graph.user') or isof('microsoft.graph.group')",
    );
    assert.deepEqual(
      new Set(both.value.map((found) => found['@odata.type'])),
      new Set(['#microsoft.graph.user', '#microsoft.graph.group']),
    );
  });

  it('can lag, repeat and turn around what it tells', async () => {
    const link = await latest('users', '&$select=displayName');
    await tenant.control('POST', '/settings', {
      replicationLagMs: 60_000,
      deltaDuplicates: true,
      deltaReversed: true,
    });
    await tenant.control('POST', `/users/${person(0)}/rename`, { displayName: 'A' });
    await tenant.control('POST', `/users/${person(1)}/rename`, { displayName: 'B' });
    assert.deepEqual((await tenant.readAll(link)).value, []);
    await tenant.control('POST', '/clock/advance', { ms: 120_000 });
    assert.deepEqual(
      (await tenant.readAll(link)).value.map((user) => user.displayName),
      ['B', 'A', 'B'],
    );
  });
});
