// Consent for the whole organisation, through the pages of the local tenant: granted, declined, in another tenant, by a
// stranger, and before anybody owns Rollcall.
import assert from 'node:assert/strict';
import type { SignInAnswer } from '../../../services/index.ts';
import { openConnectedTenant, PERMISSIONS, type ConnectedTenant } from '../../support/connected-tenant.ts';

describe('connect: admin consent', function () {
  this.timeout(60_000);
  let open: ConnectedTenant;
  beforeEach(async () => (open = await openConnectedTenant({ isHasty: true })));
  afterEach(() => open.close());

  const begin = async () => {
    const actor = { objectId: open.megan.id, displayName: open.megan.displayName };
    const { url } = await open.services.beginConsent({
      ...{ tenantId: open.tenantId, actor, conversationId: 'a:chat' },
    });
    return url;
  };
  /** Before the app has asked for its first token: a token keeps its roles until it ends. */
  const takeAway = () =>
    open.control('POST', `/apps/${open.clientId}`, { graphPermissions: ['User.Read.All'] });
  const consent = async () => (await open.services.getConnections(open.tenantId)).consent;
  const lines = async () => {
    const { items } = await open.services.listAudit(open.tenantId, { page: 0, pageSize: 50 });
    return items.map(({ action, target, after, result }) => `${action} ${target} ${after} ${result}`);
  };
  const reasonOf = (result: SignInAnswer) => (result.kind === 'refused' ? result.reason : result.kind);

  it('that is granted makes the app work at once, whoever accepted', async () => {
    await open.connect(open.megan, 'users');
    await takeAway();
    assert.ok((await consent())?.missing.includes('GroupMember.Read.All'));
    const result = await open.services.finishSignIn(await open.pick(await begin(), open.megan.id));
    const state = result.kind === 'connected' && result.credential.health.state;
    assert.equal(state, 'good', JSON.stringify(result));
    assert.deepEqual((await consent())?.missing, []);
    assert.deepEqual((await lines()).slice(0, 2).sort(), [
      'consent.granted everything good done',
      'credential.authorized everything good done',
    ]);
  });

  it('that nobody gave is not believed, whoever says so: not told, not recorded as given, and still waited for', async () => {
    await takeAway();
    const url = await begin();
    const state = new URL(url).searchParams.get('state') ?? '';
    const forged = { state, admin_consent: 'True', tenant: open.tenantId };
    assert.equal(reasonOf(await open.services.finishSignIn(forged)), 'consentNeeded');
    assert.deepEqual(await lines(), ['sign-in.refused everything consent-pending refused']);
    const landing = await open.pick(url, open.megan.id);
    assert.equal((await open.services.finishSignIn(landing)).kind, 'consented');
    const [granted] = await lines();
    assert.equal(granted, 'consent.granted everything null done');
  });

  it('that is declined changes nothing, and the page may be opened again', async () => {
    await open.connect(open.megan, 'users');
    await takeAway();
    const url = await begin();
    const result = await open.services.finishSignIn(await open.pick(url, open.megan.id, { cancel: '1' }));
    assert.equal(reasonOf(result), 'declined');
    assert.ok((await consent())?.missing.includes('GroupMember.Read.All'));
    assert.equal((await open.services.finishSignIn(await open.pick(url, open.megan.id))).kind, 'connected');
  });

  it('of another organisation is refused, and the right one is waited for', async () => {
    await open.connect(open.megan, 'everything');
    const url = await begin();
    const landing = await open.pick(url, open.megan.id);
    const elsewhere = await open.services.finishSignIn({ ...landing, tenant: 'another' });
    assert.equal(reasonOf(elsewhere), 'otherTenant');
    assert.equal((await open.services.finishSignIn(landing)).kind, 'connected');
  });

  it('is no answer to a sign-in, and a sign-in none to it', async () => {
    for (const grant of ['users', 'everything'] as const) {
      const url = await open.begin(open.megan, grant);
      const state = new URL(url).searchParams.get('state') ?? '';
      const forged = { state, admin_consent: 'True', tenant: open.tenantId };
      assert.equal(reasonOf(await open.services.finishSignIn(forged)), 'unknownState');
      const signedIn = await open.services.finishSignIn(await open.pick(url, open.megan.id));
      assert.equal(signedIn.kind, 'connected', grant);
    }
    const url = await begin();
    const state = new URL(url).searchParams.get('state') ?? '';
    assert.equal(reasonOf(await open.services.finishSignIn({ state, code: 'x' })), 'unknownState');
    assert.equal((await open.services.finishSignIn(await open.pick(url, open.megan.id))).kind, 'connected');
  });

  it('makes nobody the owner: the first one signs in', async () => {
    const landing = await open.pick(await begin(), open.megan.id);
    assert.equal((await open.services.finishSignIn(landing)).kind, 'consented');
    assert.equal(await open.services.hasOwner(open.tenantId), false);
    assert.deepEqual((await consent())?.granted, [...PERMISSIONS].sort());
    assert.equal((await open.connect(open.megan, 'everything')).kind, 'connected');
  });
});
