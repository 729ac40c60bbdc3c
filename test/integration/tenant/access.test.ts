// Tokens and permissions: who gets in, what each may see, and in which words others are refused.
import assert from 'node:assert/strict';
import { createPrivateKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import { decodeJwt, SignJWT } from 'jose';
import { z } from 'zod';
import { allPermissions, clientId, clientSecret, eventual, startTenantClient } from './tenant-client.ts';
import type { TenantClient } from './tenant-client.ts';

const tokenError = z.object({
  error: z.string(),
  error_codes: z.array(z.number()),
  error_description: z.string(),
  suberror: z.string().optional(),
});
const certificate = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

describe('local tenant: access', () => {
  let tenant: TenantClient;
  const app = {
    clientId,
    clientSecret,
    name: 'Rollcall',
    graphPermissions: allPermissions,
    certificateKeys: [certificate.publicKey],
  };
  before(async () => (tenant = await startTenantClient({ users: 60, groups: 25, apps: [app] })));
  afterEach(async () => {
    await tenant.control('DELETE', '/faults');
    await tenant.control('POST', `/apps/${clientId}`, {
      graphPermissions: allPermissions,
      disabled: false,
      secretExpired: false,
    });
  });
  after(() => tenant.stop());

  async function withPermissions(...graphPermissions: string[]): Promise<Record<string, string>> {
    await tenant.control('POST', `/apps/${clientId}`, { graphPermissions });
    return { Authorization: `Bearer ${await tenant.appToken()}` };
  }
  async function askToken(
    form: Record<string, string>,
    authority = tenant.tenantId,
  ): Promise<z.infer<typeof tokenError>> {
    const response = await tenant.entra(`/${authority}/oauth2/v2.0/token`, {
      method: 'POST',
      body: new URLSearchParams(form),
    });
    return tokenError.parse(await response.json());
  }
  const good = {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    scope: 'https://graph.microsoft.com/.default',
  };

  it('gives MSAL a token with the consented roles', async () => {
    const result = await tenant
      .msal()
      .acquireTokenByClientCredential({ scopes: ['https://graph.microsoft.com/.default'] });
    const claims = decodeJwt(result?.accessToken ?? '');
    assert.deepEqual(claims.roles, allPermissions);
    assert.deepEqual(
      [claims.tid, claims.appid, claims.aud],
      [tenant.tenantId, clientId, 'https://graph.microsoft.com'],
    );
    assert.equal(
      (await tenant.get('/users?$top=1', { Authorization: `Bearer ${result?.accessToken ?? ''}` })).status,
      200,
    );
  });

  it('gives the bot a connector token, which Graph refuses', async () => {
    const token = await tenant.appToken('https://api.botframework.com/.default');
    assert.deepEqual(
      [decodeJwt(token).aud, decodeJwt(token).appid],
      ['https://api.botframework.com', clientId],
    );
    const refused = await tenant.get('/users', { Authorization: `Bearer ${token}` });
    assert.match(refused.body.error?.message ?? '', /Invalid audience/);
  });

  it('issues a token without roles when nothing is consented, and Graph answers 403', async () => {
    const headers = await withPermissions();
    assert.equal(decodeJwt(headers.Authorization?.slice(7) ?? '').roles, undefined);
    for (const path of ['/users', '/groups', '/domains', '/organization', '/users/delta']) {
      assert.equal((await tenant.get(path, headers)).body.error?.code, 'Authorization_RequestDenied', path);
    }
  });

  it('refuses missing, malformed, foreign and expired tokens in its own words', async () => {
    const message = async (token: string): Promise<string | undefined> => {
      const { status, body, headers } = await tenant.get('/users', { Authorization: token });
      assert.deepEqual([status, body.error?.code], [401, 'InvalidAuthenticationToken']);
      assert.ok(headers.get('www-authenticate'));
      return body.error?.message;
    };
    assert.equal(await message(''), 'Access token is empty.');
    assert.equal(await message('Bearer nonsense'), 'CompactToken parsing failed with error code: 80049217');
    const forged = await new SignJWT({ tid: tenant.tenantId, appid: clientId, oid: 'x' })
      .setProtectedHeader({ alg: 'RS256' })
      .setAudience('https://graph.microsoft.com')
      .setExpirationTime('1h')
      .sign(createPrivateKey(certificate.privateKey));
    assert.equal(await message(`Bearer ${forged}`), 'Signature validation failed.');
    await tenant.control('POST', '/clock/advance', { ms: 3_700_000 });
    assert.equal(
      await message(`Bearer ${tenant.token}`),
      'Lifetime validation failed, the token is expired.',
    );
  });

  it('shows members as ids with nulls without User.Read.All, with status 200', async () => {
    const headers = await withPermissions('GroupMember.Read.All');
    assert.equal((await tenant.get('/users', headers)).status, 403);
    const group =
      (await tenant.get("/groups?$filter=displayName eq 'VPN Users'", headers)).body.value[0]?.id ?? '';
    const { body } = await tenant.get(`/groups/${group}/members?$select=id,mail,displayName&$top=1`, headers);
    const [member] = body.value;
    assert.deepEqual(member, {
      '@odata.type': '#microsoft.graph.user',
      id: member?.id,
      mail: null,
      displayName: null,
    });
  });

  it('shows the basic profile only with User.ReadBasic.All, and no delta', async () => {
    const headers = await withPermissions('User.ReadBasic.All');
    const { body } = await tenant.get('/users?$select=id,mail,accountEnabled&$top=1', headers);
    assert.deepEqual([body.value[0]?.mail, body.value[0]?.accountEnabled], ['meganb@contoso.com', null]);
    assert.equal((await tenant.get('/users/delta', headers)).status, 403);
  });

  it('shows hidden membership as empty without Member.Read.Hidden', async () => {
    const count = async (headers: Record<string, string>): Promise<number> => {
      const group =
        (await tenant.get("/groups?$filter=displayName eq 'Confidential Projects'", headers)).body.value[0]
          ?.id ?? '';
      return Number((await tenant.get(`/groups/${group}/members/$count`, { ...headers, ...eventual })).text);
    };
    assert.equal(await count(await withPermissions('User.Read.All', 'GroupMember.Read.All')), 0);
    assert.ok((await count(await withPermissions(...allPermissions))) > 0);
  });

  it('refuses apps that are disabled', async () => {
    const headers = await withPermissions(...allPermissions);
    await tenant.control('POST', `/apps/${clientId}`, { disabled: true });
    assert.equal((await tenant.get('/users', headers)).body.error?.code, 'Authorization_IdentityDisabled');
    assert.deepEqual((await askToken(good)).error_codes, [7000112]);
  });

  it('explains failed token requests by AADSTS numbers', async () => {
    const cases: readonly (readonly [Record<string, string>, string, number, string?])[] = [
      [{ ...good, client_secret: 'wrong' }, 'invalid_client', 7000215],
      [{ ...good, client_id: randomUUID() }, 'unauthorized_client', 700016],
      [{ ...good, scope: 'https://graph.microsoft.com/User.Read.All' }, 'invalid_scope', 70011],
      [{ ...good, scope: 'https://elsewhere.example/.default' }, 'invalid_resource', 500011],
      [{ ...good, grant_type: 'password' }, 'invalid_request', 9002313],
      [good, 'invalid_request', 9001023, 'common'],
      [good, 'invalid_request', 90002, randomUUID()],
    ];
    for (const [form, error, code, authority] of cases) {
      const failed = await askToken(form, authority);
      assert.deepEqual([failed.error, failed.error_codes], [error, [code]]);
      assert.match(
        failed.error_description,
        new RegExp(`^AADSTS${code}: .* Trace ID: .* Correlation ID: .* Timestamp: `),
      );
    }
    await tenant.control('POST', `/apps/${clientId}`, { secretExpired: true });
    assert.deepEqual((await askToken(good)).error_codes, [7000222]);
  });

  it('gives any sign-in error on demand, once', async () => {
    await tenant.control('POST', '/faults', { kind: 'sign-in-error', options: { code: 53003 } });
    const failed = await askToken(good);
    assert.deepEqual(
      [failed.error, failed.error_codes, failed.suberror],
      ['invalid_grant', [53003], 'message_only'],
    );
    assert.ok(await tenant.appToken());
  });

  it('accepts certificate assertions of a registered key, and no other', async () => {
    const assertion = (key: string): Promise<string> =>
      new SignJWT({ jti: randomUUID() })
        .setProtectedHeader({ alg: 'PS256', 'x5t#S256': 'any' })
        .setIssuer(clientId)
        .setSubject(clientId)
        .setAudience(`${tenant.entraUrl}/${tenant.tenantId}/oauth2/v2.0/token`)
        .setNotBefore('0s')
        .setExpirationTime('5m')
        .sign(createPrivateKey(key));
    const form = async (key: string): Promise<Record<string, string>> => ({
      grant_type: 'client_credentials',
      client_id: clientId,
      scope: good.scope,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await assertion(key),
    });
    const body = new URLSearchParams(await form(certificate.privateKey));
    assert.equal(
      (await tenant.entra(`/${tenant.tenantId}/oauth2/v2.0/token`, { method: 'POST', body })).status,
      200,
    );
    const other = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    assert.deepEqual((await askToken(await form(other.privateKey))).error_codes, [700027]);
  });

  it('throttles by resource units with a fractional Retry-After', async () => {
    const headers = await withPermissions(...allPermissions);
    await tenant.control('POST', '/settings', { throttling: true, resourceUnitsPer10s: 4 });
    assert.equal((await tenant.get('/users?$top=50', headers)).status, 200);
    const warned = await tenant.get('/users?$top=50', headers);
    assert.ok(Number(warned.headers.get('x-ms-throttle-limit-percentage')) > 0.8);
    const refused = await tenant.get('/users?$top=50', headers);
    assert.equal(refused.status, 429);
    assert.match(refused.headers.get('retry-after') ?? '', /^\d+\.\d{3}$/);
    assert.equal(
      refused.headers.get('x-ms-throttle-scope'),
      `Tenant_Application/ReadWrite/${clientId}/${tenant.tenantId}`,
    );
    await tenant.control('POST', '/settings', { throttling: false });
  });
});
