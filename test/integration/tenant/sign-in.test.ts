// Sign-in of people: MSAL's authorization code flow with PKCE against the pages, consent, refresh and revocation.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { decodeJwt } from 'jose';
import { z } from 'zod';
import { clientId, clientSecret, startTenantClient } from './tenant-client.ts';
import type { TenantClient } from './tenant-client.ts';

const redirectUri = 'http://localhost:3978/auth/callback';
const verifier = 'v'.repeat(50);
const tokens = z.object({
  access_token: z.string().optional(),
  refresh_token: z.string().optional(),
  id_token: z.string().optional(),
  scope: z.string().optional(),
  error: z.string().optional(),
  error_codes: z.array(z.number()).optional(),
});

describe('local tenant: sign-in', () => {
  let tenant: TenantClient;
  const graphPermissions = ['User.Read.All', 'GroupMember.Read.All'];
  const app = { clientId, clientSecret, name: 'Rollcall <b>', graphPermissions };
  before(async () => (tenant = await startTenantClient({ users: 60, groups: 25, apps: [app] })));
  after(() => tenant.stop());

  const parameters = (more: Record<string, string> = {}): Record<string, string> => ({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid profile offline_access User.Read.All GroupMember.Read.All',
    state: 'the-state',
    nonce: 'the-nonce',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...more,
  });

  const query = (values: Record<string, string>): string => new URLSearchParams(values).toString();

  /** Posts the form of a page; returns the page, or where the browser is sent. */
  async function submit(
    form: Record<string, string>,
    path = 'oauth2/v2.0/authorize',
  ): Promise<{ page: string; sentTo: URL | undefined }> {
    const response = await tenant.entra(`/${tenant.tenantId}/${path}`, {
      method: 'POST',
      body: new URLSearchParams(form),
    });
    const location = response.headers.get('location');
    return { page: await response.text(), sentTo: location === null ? undefined : new URL(location) };
  }
  async function redeem(form: Record<string, string>): Promise<z.infer<typeof tokens>> {
    const body = new URLSearchParams({ client_id: clientId, client_secret: clientSecret, ...form });
    const response = await tenant.entra(`/${tenant.tenantId}/oauth2/v2.0/token`, { method: 'POST', body });
    return tokens.parse(await response.json());
  }
  async function codeOf(as: string, more: Record<string, string> = {}): Promise<string> {
    return (
      (await submit({ ...parameters(more), as })).sentTo?.searchParams.get('code') ?? assert.fail('no code')
    );
  }
  const byCode = (code: string): Record<string, string> => ({
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
  });

  it('shows the people to pick, escaping foreign text', async () => {
    const page = await (await tenant.entra(`/common/oauth2/v2.0/authorize?${query(parameters())}`)).text();
    for (const person of tenant.people) assert.ok(page.includes(`data-testid="person-${person.id}"`));
    assert.ok(page.includes('Rollcall &lt;b&gt;'));
  });

  it('completes with MSAL: code, PKCE, id token, /me and roles', async () => {
    const msal = tenant.msal();
    const url = await msal.getAuthCodeUrl({
      scopes: ['User.Read.All'],
      redirectUri,
      state: 's',
      codeChallenge: createHash('sha256').update(verifier).digest('base64url'),
      codeChallengeMethod: 'S256',
    });
    const form = Object.fromEntries(new URL(url).searchParams);
    const { sentTo } = await submit({ ...form, as: tenant.people[0]?.id ?? '' });
    assert.equal(sentTo?.searchParams.get('state'), 's');
    const result = await msal.acquireTokenByCode({
      code: sentTo.searchParams.get('code') ?? '',
      scopes: ['User.Read.All'],
      redirectUri,
      codeVerifier: verifier,
    });
    assert.equal(result.account?.username, 'meganb@contoso.com');
    assert.equal(result.account.localAccountId, tenant.people[0]?.id);
    const headers = { Authorization: `Bearer ${result.accessToken}` };
    assert.ok((await tenant.get('/me', headers)).text.includes('Megan Bowen'));
    const roles = await tenant.get('/me/memberOf/microsoft.graph.directoryRole', headers);
    assert.deepEqual(
      [roles.body.value.length, roles.body.value[0]?.displayName],
      [1, null],
      'names need a permission',
    );
  });

  it('puts nonce and role template ids into the id token', async () => {
    const granted = await redeem(byCode(await codeOf('alexw@contoso.com')));
    const claims = decodeJwt(granted.id_token ?? '');
    assert.equal(claims.nonce, 'the-nonce');
    assert.deepEqual(claims.wids, [
      '158c047a-c907-4556-b7ef-446551a6b5f7',
      'fe930be7-5e62-47db-91af-98c3a49a38b1',
      'b79fbf4d-3ef9-4689-8143-76b194e85509',
    ]);
  });

  it('redeems a code once, with the right verifier, within ten minutes', async () => {
    const code = await codeOf('meganb@contoso.com');
    assert.deepEqual((await redeem({ ...byCode(code), code_verifier: 'x' })).error_codes, [501481]);
    assert.ok((await redeem(byCode(code))).access_token);
    assert.deepEqual((await redeem(byCode(code))).error_codes, [54005]);
    const late = await codeOf('meganb@contoso.com');
    await tenant.control('POST', '/clock/advance', { ms: 601_000 });
    assert.deepEqual((await redeem(byCode(late))).error_codes, [70008]);
  });

  it('rotates refresh tokens, keeps the old one good, and ends them by revocation, disabling and 90 idle days', async () => {
    const refresh = (refresh_token: string): Promise<z.infer<typeof tokens>> =>
      redeem({ grant_type: 'refresh_token', refresh_token });
    const first = (await redeem(byCode(await codeOf('meganb@contoso.com')))).refresh_token ?? '';
    const second = (await refresh(first)).refresh_token ?? '';
    assert.notEqual(second, first);
    assert.ok((await refresh(first)).access_token);
    const megan = tenant.people[0]?.id ?? '';
    await tenant.control('POST', `/users/${megan}/disable`);
    assert.deepEqual((await refresh(second)).error_codes, [50057]);
    await tenant.control('POST', `/users/${megan}/enable`);
    await tenant.control('POST', '/clock/advance', { ms: 10 });
    await tenant.control('POST', `/users/${megan}/revoke-sessions`);
    assert.deepEqual((await refresh(second)).error_codes, [50173]);
    const third = (await redeem(byCode(await codeOf('meganb@contoso.com')))).refresh_token ?? '';
    await tenant.control('POST', '/clock/advance', { ms: 91 * 24 * 60 * 60 * 1000 });
    assert.deepEqual((await refresh(third)).error_codes, [700082]);
  });

  it('never redirects for an unknown app', async () => {
    const response = await tenant.entra(
      `/common/oauth2/v2.0/authorize?${query(parameters({ client_id: 'x' }))}`,
    );
    assert.equal(response.status, 400);
    assert.match(await response.text(), /AADSTS700016/);
  });

  it('tells the app that somebody cancelled', async () => {
    const { sentTo } = await submit({ ...parameters(), cancel: 'yes' });
    assert.deepEqual(
      [...(sentTo?.searchParams ?? [])],
      [
        ['error', 'access_denied'],
        ['error_subcode', 'cancel'],
        ['state', 'the-state'],
      ],
    );
  });

  it('asks an administrator for new permissions, and shows others that they need one', async () => {
    const more = { scope: 'openid Domain.Read.All' };
    assert.match(
      (await submit({ ...parameters(more), as: 'diegos@contoso.com' })).page,
      /Need admin approval/,
    );
    assert.match(
      (await submit({ ...parameters(more), as: 'alexw@contoso.com' })).page,
      /Permissions requested.*Domain\.Read\.All/s,
    );
    const refused = await submit({ ...parameters(more), as: 'diegos@contoso.com', consent: 'yes' });
    assert.equal(
      refused.sentTo?.searchParams.get('error'),
      'consent_required',
      'a forged form does not help',
    );
    const accepted = await submit({ ...parameters(more), as: 'alexw@contoso.com', consent: 'yes' });
    const granted = await redeem(byCode(accepted.sentTo?.searchParams.get('code') ?? ''));
    assert.equal(granted.scope, 'openid Domain.Read.All');
  });

  it('grants the registered permissions by admin consent, to a global administrator only', async () => {
    await tenant.control('POST', `/apps/${clientId}`, { graphPermissions: [] });
    const form = {
      client_id: clientId,
      redirect_uri: redirectUri,
      state: 'q',
      scope: 'https://graph.microsoft.com/.default',
    };
    assert.match(
      (await submit({ ...form, as: 'alexw@contoso.com' }, 'v2.0/adminconsent')).page,
      /Need admin approval/,
    );
    const { sentTo } = await submit(
      { ...form, as: 'meganb@contoso.com', consent: 'yes' },
      'v2.0/adminconsent',
    );
    assert.deepEqual(
      [sentTo?.searchParams.get('admin_consent'), sentTo?.searchParams.get('tenant')],
      ['True', tenant.tenantId],
    );
    assert.deepEqual(decodeJwt(await tenant.appToken()).roles, graphPermissions);
  });
});
