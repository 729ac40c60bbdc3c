// What ends or hinders a person's sign-in: Conditional Access, disabled accounts, lost roles, withdrawn consent, and
// answers that look like success. Driven by the control API, as the admin page does.
import assert from 'node:assert/strict';
import { decodeJwt } from 'jose';
import { z } from 'zod';
import { clientId, clientSecret, startTenantClient } from './tenant-client.ts';
import type { TenantClient } from './tenant-client.ts';

const redirectUri = 'http://localhost:3978/auth/callback';
const globalAdministrator = '62e90394-69f5-4237-9190-012177145e10';
const tokens = z.object({
  access_token: z.string().optional(),
  refresh_token: z.string().optional(),
  id_token: z.string().optional(),
  scope: z.string().optional(),
  error_codes: z.array(z.number()).optional(),
  error_description: z.string().optional(),
  suberror: z.string().optional(),
});
type Tokens = z.infer<typeof tokens>;

describe('local tenant: what hinders a sign-in', () => {
  let tenant: TenantClient;
  let megan: string;
  const application = ['User.Read.All', 'GroupMember.Read.All'];
  const app = {
    clientId,
    clientSecret,
    name: 'Rollcall',
    graphPermissions: application,
    delegatedPermissions: ['User.Read.All'],
    redirectUris: [redirectUri],
  };
  before(async () => {
    tenant = await startTenantClient({ users: 60, groups: 25, apps: [app] });
    megan = tenant.people[0]?.id ?? assert.fail('nobody there');
  });
  beforeEach(() => tenant.control('POST', '/clock/advance', { ms: 10 }));
  afterEach(async () => {
    await tenant.control('DELETE', '/faults');
    await tenant.control('POST', `/users/${megan}/conditional-access`, { code: null });
    await tenant.control('POST', `/users/${megan}/enable`);
    await tenant.control('POST', `/apps/${clientId}`, {
      graphPermissions: application,
      delegatedPermissions: ['User.Read.All'],
      conditionalAccess: null,
    });
  });
  after(() => tenant.stop());

  async function meetPage(
    more: Record<string, string> = {},
    origin?: string,
  ): Promise<{ page: string; sentTo: URL | undefined }> {
    const body = new URLSearchParams({
      client_id: clientId,
      response_type: 'code',
      redirect_uri: redirectUri,
      scope: 'openid profile offline_access User.Read.All',
      state: 'the-state',
      nonce: 'the-nonce',
      as: megan,
      ...more,
    });
    const path = `/${tenant.tenantId}/oauth2/v2.0/authorize`;
    const init = { method: 'POST', body, redirect: 'manual' } as const;
    const response =
      origin === undefined ? await tenant.entra(path, init) : await fetch(`${origin}${path}`, init);
    const location = response.headers.get('location');
    return { page: await response.text(), sentTo: location === null ? undefined : new URL(location) };
  }
  async function redeem(form: Record<string, string>): Promise<Tokens> {
    const body = new URLSearchParams({ client_id: clientId, client_secret: clientSecret, ...form });
    const response = await tenant.entra(`/${tenant.tenantId}/oauth2/v2.0/token`, { method: 'POST', body });
    return tokens.parse(await response.json());
  }
  async function signIn(more: Record<string, string> = {}): Promise<Tokens> {
    const { sentTo } = await meetPage(more);
    const code = sentTo?.searchParams.get('code') ?? assert.fail('no code');
    return redeem({ grant_type: 'authorization_code', code, redirect_uri: redirectUri });
  }
  const refresh = ({ refresh_token = '' }: Tokens): Promise<Tokens> =>
    redeem({ grant_type: 'refresh_token', refresh_token });
  const policy = (code: number): Promise<unknown> =>
    tenant.control('POST', `/users/${megan}/conditional-access`, { code });
  const bearer = ({ access_token = '' }: Tokens): Record<string, string> => ({
    Authorization: `Bearer ${access_token}`,
  });

  it('blocks a person by policy: refresh fails, and the page at Microsoft does not lead back', async () => {
    const before = await signIn();
    await policy(53003);
    assert.deepEqual((await refresh(before)).error_codes, [53003]);
    const { page, sentTo } = await meetPage();
    assert.equal(sentTo, undefined);
    assert.match(page, /You cannot access this right now.*AADSTS53003/s);
  });

  it('asks for a second factor by policy: refresh fails until the person signs in again', async () => {
    const before = await signIn();
    await policy(50076);
    assert.deepEqual((await refresh(before)).error_codes, [50076]);
    const again = await signIn();
    assert.ok((await refresh(again)).access_token);
    assert.deepEqual((await refresh(before)).error_codes, [50076], 'the old token stays refused');
  });

  it('ends a sign-in by its frequency: refreshing does not prolong it, and the text says for how long it is good', async () => {
    const hour = 3_600_000;
    const frequency = { code: 70043, lifetimeMs: hour };
    await tenant.control('POST', `/users/${megan}/conditional-access`, frequency);
    const first = await signIn();
    await tenant.control('POST', '/clock/advance', { ms: hour / 2 });
    const second = await refresh(first);
    assert.ok(second.refresh_token);
    await tenant.control('POST', '/clock/advance', { ms: hour / 2 });
    const late = await refresh(second);
    assert.deepEqual([late.error_codes, late.suberror], [[70043], 'token_expired']);
    assert.match(late.error_description ?? '', /maximum allowed lifetime for this request is 3600\./);
    assert.ok((await refresh(await signIn())).access_token, 'a new sign-in starts a new hour');
  });

  it('tells an account of another organization at Microsoft, and offers another one', async () => {
    const { page, sentTo } = await meetPage({ as: 'anna@fabrikam.example' });
    assert.equal(sentTo, undefined);
    assert.match(
      page,
      /anna@fabrikam\.example<\/b> does not exist in tenant.*AADSTS50020.*Use a different account/s,
    );
    assert.match((await meetPage({ as: '' })).page, /Pick an account/);
    const unknown = (await meetPage({ as: 'nobody@contoso.com' })).sentTo?.searchParams;
    assert.match(unknown?.get('error_description') ?? '', /AADSTS50034/);
  });

  it('demands a scope of the second version of admin consent', async () => {
    const query = new URLSearchParams({ client_id: clientId, redirect_uri: redirectUri, state: 'x' });
    const open = (version: string) =>
      tenant.entra(`/${tenant.tenantId}/${version}adminconsent?${query.toString()}`);
    assert.match(await (await open('v2.0/')).text(), /AADSTS900144/);
    assert.match(await (await open('')).text(), /Pick an account/);
  });

  it('shows tests what is secret of the sign-ins that it saw', async () => {
    const granted = await signIn();
    const seen = z
      .array(z.object({ kind: z.string(), value: z.string() }))
      .parse(await tenant.control('GET', '/secrets'));
    const kindOf = (value = '-') => seen.find((one) => one.value === value)?.kind;
    assert.equal(kindOf(granted.access_token), 'an access token');
    assert.equal(kindOf(granted.refresh_token), 'a refresh token');
    assert.equal(kindOf(granted.id_token), 'an id token');
    assert.ok(seen.some(({ kind }) => kind === 'an authorization code'));
  });

  it('knows the policies only by numbers of its table', async () => {
    await assert.rejects(policy(12345), /AADSTS/);
  });

  it('blocks the app itself by a policy for workloads, and never the token of the bot', async () => {
    await tenant.control('POST', `/apps/${clientId}`, { conditionalAccess: 53003 });
    const scope = 'https://graph.microsoft.com/.default';
    assert.deepEqual((await redeem({ grant_type: 'client_credentials', scope })).error_codes, [53003]);
    assert.ok(await tenant.appToken('https://api.botframework.com/.default'));
  });

  it('refuses the token of somebody who was disabled at once, unless it is told to wait', async () => {
    const token = await signIn();
    await tenant.control('POST', `/users/${megan}/disable`);
    const refused = await tenant.get('/users?$top=1', bearer(token));
    assert.deepEqual([refused.status, refused.body.error?.code], [401, 'InvalidAuthenticationToken']);
    assert.deepEqual((await refresh(token)).error_codes, [50057]);
    await tenant.control('POST', '/settings', { checksAccounts: false });
    assert.equal((await tenant.get('/users?$top=1', bearer(token))).status, 200);
    await tenant.control('POST', '/settings', { checksAccounts: true });
    await tenant.control('POST', `/users/${megan}/enable`);
    assert.ok((await refresh(token)).access_token, 'an enabled account goes on with the token it had');
  });

  it('gives and takes roles; the id token and /me show them', async () => {
    const diego = tenant.people[2]?.id ?? '';
    const before = decodeJwt((await signIn({ as: diego })).id_token ?? '');
    assert.deepEqual(before.wids, ['b79fbf4d-3ef9-4689-8143-76b194e85509']);
    const shown = await tenant.control('POST', `/users/${diego}/roles`, {
      roleTemplateId: globalAdministrator,
    });
    assert.ok(JSON.stringify(shown).includes('Global Administrator'));
    const token = await signIn({ as: diego });
    const during = decodeJwt(token.id_token ?? '');
    assert.deepEqual(during.wids, [globalAdministrator, 'b79fbf4d-3ef9-4689-8143-76b194e85509']);
    const roles = await tenant.get('/me/memberOf/microsoft.graph.directoryRole', bearer(token));
    assert.equal(roles.body.value.length, 1);
    await tenant.control('DELETE', `/users/${diego}/roles/${globalAdministrator}`);
    assert.deepEqual(decodeJwt((await signIn({ as: diego })).id_token ?? '').wids, before.wids);
    await assert.rejects(
      tenant.control('POST', `/users/${diego}/roles`, { roleTemplateId: 'no-such-role' }),
      /404/,
    );
  });

  it('leaves the roles out of the id token when the registration does not ask for them', async () => {
    await tenant.control('POST', '/settings', { rolesInIdToken: false });
    assert.equal(decodeJwt((await signIn()).id_token ?? '').wids, undefined);
    await tenant.control('POST', '/settings', { rolesInIdToken: true });
  });

  it('keeps the consent of people apart from the consent to the app', async () => {
    await tenant.control('POST', `/apps/${clientId}`, { delegatedPermissions: [] });
    assert.deepEqual(decodeJwt(await tenant.appToken()).roles, application);
    assert.match((await meetPage()).page, /Permissions requested.*User\.Read\.All/s);
    const accepted = await signIn({ consent: 'yes' });
    assert.match(accepted.scope ?? '', /User\.Read\.All/);
    await tenant.control('POST', `/apps/${clientId}`, { delegatedPermissions: [] });
    assert.deepEqual((await refresh(accepted)).error_codes, [65001], 'withdrawn');
    assert.deepEqual(decodeJwt(await tenant.appToken()).roles, application);
  });

  it('answers only at registered addresses', async () => {
    const { page, sentTo } = await meetPage({ redirect_uri: 'https://evil.example/auth/callback' });
    assert.equal(sentTo, undefined);
    assert.match(page, /AADSTS50011/);
  });

  it('shows the pages without TLS too, where discovery sends a browser', async () => {
    const discovered = await tenant.entra(`/${tenant.tenantId}/v2.0/.well-known/openid-configuration`);
    const { authorization_endpoint } = z
      .object({ authorization_endpoint: z.string() })
      .parse(await discovered.json());
    const { origin } = new URL(authorization_endpoint);
    assert.equal(origin, tenant.controlUrl);
    const { sentTo } = await meetPage({}, origin);
    assert.ok(sentTo?.searchParams.get('code'));
    assert.match((await meetPage({ as: '' }, origin)).page, /Pick an account/);
  });

  it('says of a guest where the account is at home', async () => {
    const created = z
      .object({ id: z.string() })
      .parse(await tenant.control('POST', '/users', { displayName: 'Gil Guest', userType: 'Guest' }));
    assert.ok(decodeJwt((await signIn({ as: created.id })).id_token ?? '').idp);
    assert.equal(decodeJwt((await signIn()).id_token ?? '').idp, undefined);
  });

  it('gives answers that look like success, once each', async () => {
    const fault = (kind: string): Promise<unknown> => tenant.control('POST', '/faults', { kind });
    await fault('foreign-tenant');
    const foreign = decodeJwt((await signIn()).id_token ?? '');
    assert.notEqual(foreign.tid, tenant.tenantId);
    assert.ok(foreign.iss?.includes(String(foreign.tid)));
    await fault('wrong-nonce');
    assert.notEqual(decodeJwt((await signIn()).id_token ?? '').nonce, 'the-nonce');
    await fault('empty-token');
    assert.equal((await signIn()).access_token, '');
    await fault('no-refresh-token');
    const short = await signIn();
    assert.ok(short.access_token);
    assert.equal(short.refresh_token, undefined);
    const good = await signIn();
    assert.equal(decodeJwt(good.id_token ?? '').tid, tenant.tenantId);
    assert.ok(good.refresh_token);
  });
});
