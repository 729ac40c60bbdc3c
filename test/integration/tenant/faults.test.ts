// Faults, batches, the control API and what survives a restart.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fetch } from 'undici';
import { z } from 'zod';
import { startTenant } from '../../../local/tenant/start-tenant.ts';
import { createCertificates } from '../../../local/certificates.ts';
import { eventual, graphBody, startTenantClient } from './tenant-client.ts';
import type { TenantClient } from './tenant-client.ts';

const faultList = z.array(
  z.object({ id: z.string(), kind: z.string(), remaining: z.number().nullable(), served: z.number() }),
);
const part = z.object({
  value: z.array(z.unknown()).optional(),
  error: z.object({ code: z.string() }).optional(),
});

describe('local tenant: faults and batches', () => {
  let tenant: TenantClient;
  before(async () => (tenant = await startTenantClient({ users: 60, groups: 25 })));
  afterEach(() => tenant.control('DELETE', '/faults'));
  /** Requests that nobody answers; they end with the tenant. */
  const silenced: Promise<string>[] = [];
  after(async () => {
    await tenant.stop();
    assert.deepEqual(await Promise.all(silenced), ['ended']);
  });

  const fault = (kind: string, more: object = {}): Promise<unknown> =>
    tenant.control('POST', '/faults', { kind, ...more });
  const faults = async (): Promise<z.infer<typeof faultList>> =>
    faultList.parse(await tenant.control('GET', '/faults'));

  it('answers in place of Graph: status and code of each kind, once', async () => {
    const cases: readonly (readonly [kind: string, status: number, code: string])[] = [
      ['throttle', 429, 'TooManyRequests'],
      ['unavailable', 503, 'ServiceUnavailable'],
      ['forbidden', 403, 'Authorization_RequestDenied'],
      ['unauthorized', 401, 'InvalidAuthenticationToken'],
    ];
    for (const [kind, status, code] of cases) {
      await fault(kind);
      const { status: got, body } = await tenant.get('/users');
      assert.deepEqual([got, body.error?.code], [status, code]);
      assert.equal((await tenant.get('/users')).status, 200);
      const served = (await faults()).find((candidate) => candidate.kind === kind);
      assert.deepEqual([served?.remaining, served?.served], [0, 1]);
    }
  });

  it('gives a fractional Retry-After, or the one asked for', async () => {
    await fault('throttle');
    assert.equal((await tenant.get('/users')).headers.get('retry-after'), '1.128');
    await fault('throttle', { options: { retryAfter: 'Wed, 21 Oct 2026 07:28:00 GMT' } });
    assert.match((await tenant.get('/users')).headers.get('retry-after') ?? '', /GMT$/);
  });

  it('hits the n-th page of a collection and matches by path', async () => {
    await fault('unavailable', { match: { path: '^/users', page: 2 }, options: { status: 500 } });
    assert.equal((await tenant.get('/groups?$top=5')).status, 200);
    const first = await tenant.get('/users?$top=20');
    assert.equal(first.status, 200);
    const link = first.body['@odata.nextLink'] ?? '';
    assert.equal((await tenant.get(link)).status, 500);
    assert.equal((await tenant.get(link)).status, 200);
  });

  it('spoils pages: nulls, empty, lost, foreign and repeated links, wrong counts', async () => {
    await fault('null-properties');
    const nulls = (await tenant.get('/users?$select=id,mail&$top=1')).body.value[0];
    assert.deepEqual(nulls, { id: tenant.people[0]?.id, mail: null });
    await fault('empty');
    const empty = (await tenant.get('/users?$top=5')).body;
    assert.deepEqual([empty.value, empty['@odata.nextLink']], [[], undefined]);
    await fault('empty', { options: { keepNextLink: true } });
    assert.ok((await tenant.get('/users?$top=5')).body['@odata.nextLink']);
    await fault('lost-next-link');
    assert.equal((await tenant.get('/users?$top=5')).body['@odata.nextLink'], undefined);
    await fault('foreign-next-link');
    assert.match(
      (await tenant.get('/users?$top=5')).body['@odata.nextLink'] ?? '',
      /^https:\/\/graph\.example\.net\/v1\.0\/users\?/,
    );
    await fault('repeated-page');
    assert.equal(
      (await tenant.get('/users?$top=5')).body['@odata.nextLink'],
      `${tenant.graphUrl}/v1.0/users?$top=5`,
    );
    await fault('count-mismatch', { options: { by: -3 } });
    assert.equal((await tenant.get('/users/$count', eventual)).text, '57');
  });

  it('does not count a fault that found nothing to spoil', async () => {
    await fault('lost-next-link');
    await tenant.get('/domains');
    assert.equal((await faults())[0]?.served, 0);
  });

  it('expires page tokens', async () => {
    await fault('expired-page-token');
    const first = await tenant.get('/users?$top=5');
    assert.equal(
      (await tenant.get(first.body['@odata.nextLink'] ?? '')).body.error?.code,
      'Directory_ExpiredPageToken',
    );
    await tenant.control('POST', '/settings', { pageTokenLifetimeMs: 0 });
    assert.equal(
      (await tenant.get(first.body['@odata.nextLink'] ?? '')).body.error?.code,
      'Directory_ExpiredPageToken',
    );
    await tenant.control('POST', '/settings', { pageTokenLifetimeMs: null });
  });

  it('cuts JSON, sends HTML, resets, stays silent and is slow', async () => {
    await fault('truncated-json');
    const cut = await tenant.get('/users');
    assert.equal(cut.status, 200);
    assert.throws(() => JSON.parse(cut.text));
    await fault('html-error');
    assert.match((await tenant.get('/users')).text, /^<html>/);
    await fault('reset');
    await assert.rejects(tenant.get('/users'));
    await fault('silent', { match: { path: '^/users' } });
    let outcome = 'none';
    const pending = tenant.get('/users').then(
      () => (outcome = 'answered'),
      () => (outcome = 'ended'),
    );
    while ((await faults()).some((found) => found.kind === 'silent' && found.served === 0));
    assert.equal((await tenant.get('/domains')).status, 200);
    assert.equal(outcome, 'none');
    silenced.push(pending);
    await fault('slow', { options: { ms: 150 } });
    const before = performance.now();
    await tenant.get('/users');
    assert.ok(performance.now() - before >= 140);
  });

  it('serves twenty parts of a batch, each with its own status, in another order', async () => {
    await fault('throttle', { match: { path: '/domains' } });
    const { status, body } = await tenant.post('/$batch', {
      requests: [
        { id: '1', method: 'GET', url: '/users?$select=id&$top=2' },
        { id: '2', method: 'GET', url: '/domains' },
        { id: '3', method: 'GET', url: '/users/nobody' },
        {
          id: '4',
          method: 'GET',
          url: '/users/$count',
          headers: { ConsistencyLevel: 'eventual' },
          dependsOn: ['1'],
        },
        { id: '5', method: 'GET', url: '/groups', dependsOn: ['3'] },
      ],
    });
    assert.equal(status, 200);
    assert.notEqual(body.responses[0]?.id, '1');
    const parts = new Map(body.responses.map((response) => [response.id, response]));
    assert.deepEqual(
      ['1', '2', '3', '4', '5'].map((id) => parts.get(id)?.status),
      [200, 429, 404, 200, 424],
    );
    assert.equal(parts.get('2')?.headers['Retry-After'], '1.128');
    assert.equal(parts.get('1')?.headers['x-ms-resource-unit'], '1');
    assert.equal(part.parse(parts.get('1')?.body).value?.length, 2);
    assert.equal(parts.get('4')?.body, '60');
  });

  it('refuses a batch that is too long, has repeated ids or is no JSON', async () => {
    const request = (id: number): object => ({ id: String(id), method: 'GET', url: '/domains' });
    const ids = Array.from({ length: 21 }, (_, index) => index);
    assert.equal((await tenant.post('/$batch', { requests: ids.map(request) })).status, 400);
    assert.equal((await tenant.post('/$batch', { requests: [request(1), request(1)] })).status, 400);
    assert.equal((await tenant.post('/$batch', 'nonsense')).status, 400);
  });

  it('counts requests and resource units', async () => {
    await tenant.control('POST', '/stats/reset');
    await tenant.get('/users');
    await tenant.post('/$batch', { requests: [{ id: '1', method: 'GET', url: '/groups' }] });
    const stats = z.looseObject({
      users: z.number(),
      requests: z.number(),
      resourceUnits: z.number(),
      requestsByPath: z.record(z.string(), z.number()),
    });
    const { users, requests, resourceUnits, requestsByPath } = stats.parse(
      await tenant.control('GET', '/stats'),
    );
    assert.deepEqual({ users, requests, resourceUnits, requestsByPath }, {
      users: 60,
      requests: 2,
      resourceUnits: 3,
      requestsByPath: { 'GET /users': 1, 'POST /$batch': 1, 'GET /groups': 1 },
    }); // prettier-ignore
  });

  it('keeps foreign web pages out of the control API', async () => {
    const response = await fetch(`${tenant.controlUrl}/people`, {
      headers: { Origin: 'https://elsewhere.example' },
    });
    assert.equal(response.status, 403);
  });

  it('serves the admin page', async () => {
    assert.match(await (await fetch(tenant.controlUrl)).text(), /data-testid="user-search"/);
    assert.match(await (await fetch(`${tenant.controlUrl}/admin.js`)).text(), /user-row-/);
  });

  it('refuses changes that make no sense, with a reason', async () => {
    const megan = tenant.people[0]?.id ?? '';
    await assert.rejects(tenant.control('POST', `/users/${megan}/restore`), /409.*not deleted/);
    await assert.rejects(
      tenant.control('POST', `/users/${megan}/rename`, { userPrincipalName: 'alexw@contoso.com' }),
      /409.*taken/,
    );
    await assert.rejects(tenant.control('POST', '/users/nobody/disable'), /404/);
    await assert.rejects(tenant.control('POST', '/faults', { kind: 'nonsense' }), /400/);
  });
});

describe('local tenant: the same tenant', () => {
  it('has the same objects for the same seed', async () => {
    const [a, b] = await Promise.all([
      startTenantClient({ users: 60, groups: 25 }),
      startTenantClient({ users: 60, groups: 25 }),
    ]);
    const ids = async (client: TenantClient, path: string): Promise<unknown> =>
      (await client.readAll(path)).value;
    for (const path of ['/users?$select=id,displayName,mail', '/groups']) {
      assert.deepEqual(await ids(a, path), await ids(b, path));
    }
    await Promise.all([a.stop(), b.stop()]);
  });

  it('keeps changes, consent and delta links across a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tenant-'));
    try {
      const given = { users: 60, groups: 25, statePath: join(folder, 'state', 'tenant.jsonl') };
      const first = await startTenantClient(given);
      const link = (await first.readAll('/users/delta?$deltatoken=latest&$select=displayName')).deltaLink;
      const created = graphBody
        .extend({ id: z.string() })
        .parse(await first.control('POST', '/users', { displayName: 'Nia New' }));
      await first.control('POST', `/users/${first.people[0]?.id ?? ''}/disable`);
      await first.stop();
      const second = await startTenantClient(given);
      assert.equal(second.tenantId, first.tenantId);
      const { body } = await second.get(`/users/${created.id}?$select=displayName,mail`);
      assert.equal(body.displayName, 'Nia New');
      const told = await second.readAll(link.replace(first.graphUrl, second.graphUrl));
      assert.deepEqual(
        told.value.map((user) => user.displayName),
        ['Nia New'],
      );
      await second.stop();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('names the port that is taken', async () => {
    const certificates = await createCertificates();
    const options = { seed: 'x', users: 3, groups: 1, certificates, apps: [] };
    const first = await startTenant({ ...options, ports: { graph: 0, entra: 0, control: 0 } });
    const port = Number(new URL(first.entraUrl).port);
    await assert.rejects(
      startTenant({ ...options, ports: { graph: 0, entra: port, control: 0 } }),
      new RegExp(`Port ${port} is in use`),
    );
    await first.stop();
  });
});
