// Collections of the local Graph: properties, paging, counts, filters, members, domains (Graph docs, as cited in
// the code under test).
import assert from 'node:assert/strict';
import { z } from 'zod';
import { eventual, startTenantClient } from './tenant-client.ts';
import type { TenantClient } from './tenant-client.ts';

describe('local tenant: collections', () => {
  let tenant: TenantClient;
  before(async () => (tenant = await startTenantClient()));
  after(() => tenant.stop());

  async function groupId(name: string): Promise<string> {
    const { body } = await tenant.get(`/groups?$filter=displayName eq '${name}'&$select=id`);
    return body.value[0]?.id ?? assert.fail(`no group ${name}`);
  }

  it('returns the default properties of users without $select, and only those', async () => {
    const { body } = await tenant.get('/users?$top=1');
    assert.deepEqual(Object.keys(body.value[0] ?? {}).sort(), [
      'businessPhones', 'displayName', 'givenName', 'id', 'jobTitle', 'mail', 'mobilePhone', 'officeLocation',
      'preferredLanguage', 'surname', 'userPrincipalName',
    ]); // prettier-ignore
  });

  it('returns exactly what is selected, null where nothing is set', async () => {
    const { body } = await tenant.get(
      "/users?$select=id,mail,userType&$filter=userPrincipalName eq 'svc-backup@contoso.com'",
    );
    assert.equal(body.value.length, 1);
    assert.deepEqual({ ...body.value[0], id: '' }, { id: '', mail: null, userType: 'Member' });
    assert.match(body['@odata.context'] ?? '', /\$metadata#users\(id,mail,userType\)$/);
  });

  it('refuses unknown properties with 400 and properties kept elsewhere with 501', async () => {
    assert.equal((await tenant.get('/users?$select=nonsense')).body.error?.code, 'Request_BadRequest');
    assert.equal((await tenant.get('/users?$select=skills')).status, 501);
  });

  it('serves 100 users a page, and at most 999, 500 with sign-in activity', async () => {
    assert.equal((await tenant.get('/users')).body.value.length, 100);
    const tooMany = await tenant.get('/users?$top=1000');
    assert.equal(tooMany.status, 400);
    assert.match(
      tooMany.body.error?.message ?? '',
      /Invalid page size specified: '1000'\. Must be between 1 and 999/,
    );
    assert.equal((await tenant.get('/users?$top=501&$select=id,signInActivity')).status, 400);
    assert.equal((await tenant.get('/users?$skip=5')).status, 400);
  });

  it('pages through every user once, and counts on the first page only', async () => {
    const first = await tenant.get('/users?$count=true&$select=id&$top=60', eventual);
    assert.equal(first.body['@odata.count'], 250);
    const second = await tenant.get(first.body['@odata.nextLink'] ?? '', eventual);
    assert.equal(second.body['@odata.count'], undefined);
    const all = await tenant.readAll('/users?$select=id&$top=60');
    assert.equal(all.pages, 5);
    assert.equal(new Set(all.value.map((user) => user.id)).size, 250);
  });

  it('ignores $count=true without the header, and refuses /$count without it', async () => {
    assert.equal((await tenant.get('/users?$count=true&$top=1')).body['@odata.count'], undefined);
    assert.equal((await tenant.get('/users/$count')).body.error?.code, 'Request_UnsupportedQuery');
    const counted = await tenant.get('/users/$count', eventual);
    assert.deepEqual([counted.text, counted.headers.get('content-type')], ['250', 'text/plain']);
  });

  it('binds page tokens to their collection', async () => {
    const link = (await tenant.get('/users?$top=5')).body['@odata.nextLink'] ?? '';
    assert.equal((await tenant.get(link.replace('/users?', '/groups?'))).status, 400);
    assert.equal((await tenant.get('/users?$skiptoken=RFNwdAAAA')).status, 400);
  });

  it('demands the header and $count for advanced queries', async () => {
    for (const query of [
      "$filter=userType ne 'Guest'",
      "$filter=endsWith(mail,'@contoso.com')",
      "$filter=startsWith(displayName,'A')&$orderby=displayName",
      '$filter=not(accountEnabled eq true)',
    ]) {
      assert.equal((await tenant.get(`/users?${query}`)).body.error?.code, 'Request_UnsupportedQuery', query);
      const advanced = await tenant.get(`/users?${query}&$count=true`, eventual);
      assert.equal(advanced.status, 200, query);
      assert.equal(typeof advanced.body['@odata.count'], 'number');
    }
    assert.match(
      (await tenant.get('/users?$search="displayName:meg"')).body.error?.message ?? '',
      /special request header/,
    );
    const found = await tenant.get('/users?$search="displayName:meg"', eventual);
    assert.equal(found.body.value[0]?.displayName, 'Megan Bowen');
  });

  it('limits the operator in to fifteen values', async () => {
    const values = Array.from({ length: 16 }, (_, index) => `'${index}'`).join(',');
    assert.equal((await tenant.get(`/users?$filter=mail in (${values})`)).status, 400);
    assert.equal(
      (await tenant.get("/users?$filter=mail in ('meganb@contoso.com','alexw@contoso.com')")).body.value
        .length,
      2,
    );
  });

  it('reads one user by id or name, and answers 404 for others', async () => {
    const byName = await tenant.get('/users/meganb@contoso.com');
    assert.equal(byName.text.includes(`"id":"${tenant.people[0]?.id ?? ''}"`), true);
    const missing = await tenant.get('/users/00000000-0000-4000-8000-000000000000');
    assert.equal(missing.body.error?.code, 'Request_ResourceNotFound');
    assert.ok(missing.body.error.innerError['request-id']);
  });

  it('finds a guest by an encoded user principal name', async () => {
    const { body } = await tenant.get("/users?$filter=userType eq 'Guest'&$select=userPrincipalName&$top=1");
    const name = String(body.value[0]?.userPrincipalName);
    assert.match(name, /#EXT#@contoso\.onmicrosoft\.com$/);
    assert.equal((await tenant.get(`/users/${encodeURIComponent(name)}`)).status, 200);
  });

  it('has groups of every kind', async () => {
    const { value } = await tenant.readAll('/groups');
    const kinds = new Set(
      value.map(
        (group) =>
          `${String(group.groupTypes)}|${String(group.mailEnabled)}|${String(group.securityEnabled)}`,
      ),
    );
    for (const kind of [
      'Unified|true|false',
      '|false|true',
      '|true|true',
      '|true|false',
      'DynamicMembership|false|true',
    ]) {
      assert.ok(kinds.has(kind), kind);
    }
    assert.ok(value.some((group) => group.visibility === 'HiddenMembership'));
    assert.ok(value.some((group) => group.isAssignableToRole === true));
    assert.ok(value.some((group) => group.onPremisesSyncEnabled === true));
  });

  it('lists direct members with types, devices included, service principals not', async () => {
    const devices = await tenant.get(
      `/groups/${await groupId('Meeting Room Devices')}/members?$select=id,displayName`,
    );
    assert.deepEqual(
      new Set(devices.body.value.map((member) => member['@odata.type'])),
      new Set(['#microsoft.graph.device']),
    );
    const services = await tenant.readAll(`/groups/${await groupId('Automation')}/members`);
    assert.ok(services.value.every((member) => member['@odata.type'] === '#microsoft.graph.user'));
    assert.equal(
      (await tenant.get(`/groups/${await groupId('Automation')}/members/$count`, eventual)).text,
      String(services.value.length),
    );
  });

  it('follows nesting through a cycle, each object once', async () => {
    const id = await groupId('Platform');
    const { value } = await tenant.readAll(`/groups/${id}/transitiveMembers?$select=id,displayName`);
    const ids = value.map((member) => member.id);
    assert.equal(new Set(ids).size, ids.length);
    assert.ok(ids.includes(await groupId('Release Crew')));
  });

  it('treats a cast with options as an advanced query', async () => {
    const path = `/groups/${await groupId('Platform')}/transitiveMembers/microsoft.graph.user?$select=id&$count=true`;
    assert.equal((await tenant.get(path)).status, 400);
    const users = await tenant.get(path, eventual);
    assert.equal(users.body['@odata.count'], users.body.value.length);
    assert.match(users.body['@odata.context'] ?? '', /#users\(id\)$/);
  });

  it('lists domains of every kind, and verified ones in the organization', async () => {
    const { body } = await tenant.get('/domains');
    const flags = Object.fromEntries(body.value.map((domain) => [String(domain.id), domain]));
    assert.equal(flags['contoso.com']?.isDefault, true);
    assert.equal(flags['sales.contoso.com']?.isRoot, false);
    assert.equal(flags['contoso-labs.com']?.isVerified, false);
    assert.equal(flags['contoso.onmicrosoft.com']?.isInitial, true);
    const verified = z
      .array(z.object({ name: z.string() }))
      .parse((await tenant.get('/organization')).body.value[0]?.verifiedDomains);
    assert.equal(
      verified.some((domain) => domain.name === 'contoso-labs.com'),
      false,
    );
  });

  it('lists deleted users only under the cast', async () => {
    assert.equal((await tenant.get('/directory/deletedItems')).status, 400);
    const { body } = await tenant.get(
      '/directory/deletedItems/microsoft.graph.user?$select=id,userPrincipalName,deletedDateTime',
    );
    assert.ok(body.value.length >= 3);
    assert.match(body.value[0]?.userPrincipalName ?? '', /^[0-9a-f]{32}/);
  });

  it('reads many objects by id, mixed', async () => {
    const ids = [
      tenant.people[0]?.id ?? '',
      await groupId('Platform'),
      '00000000-0000-4000-8000-000000000000',
    ];
    const { body } = await tenant.post('/directoryObjects/getByIds', { ids });
    assert.deepEqual(
      body.value.map((found) => found['@odata.type']),
      ['#microsoft.graph.user', '#microsoft.graph.group'],
    );
    assert.equal(
      (await tenant.post('/directoryObjects/getByIds', { ids, types: ['group'] })).body.value.length,
      1,
    );
  });

  it('answers 400 for unknown segments and 403 for writes', async () => {
    assert.match(
      (await tenant.get('/nonsense')).body.error?.message ?? '',
      /Resource not found for the segment 'nonsense'/,
    );
    assert.equal((await tenant.post('/users', {})).status, 403);
  });

  it('carries the headers that Graph sends', async () => {
    const { headers } = await tenant.get('/users?$select=id&$top=30', { 'client-request-id': 'abc' });
    assert.equal(headers.get('client-request-id'), 'abc');
    assert.ok(headers.get('request-id'));
    assert.equal(headers.get('x-ms-resource-unit'), '1');
    assert.match(headers.get('content-type') ?? '', /odata\.metadata=minimal/);
    assert.equal((await tenant.get('/users?$top=30')).headers.get('x-ms-resource-unit'), '2');
  });
});
