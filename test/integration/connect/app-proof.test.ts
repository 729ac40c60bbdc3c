// What the app itself may sign in with instead of a secret: a certificate, or the token of another issuer, which changes
// under a running Rollcall.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { generate } from 'selfsigned';
import { openConnectedTenant, type ConnectedTenant } from '../../support/connected-tenant.ts';

describe('connect: the app without a secret', function () {
  this.timeout(60_000);
  let open: ConnectedTenant;
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'rollcall-'))));
  afterEach(async () => {
    await open.close();
    rmSync(folder, { recursive: true });
  });

  it('signs in with a certificate, and knows when it ends', async () => {
    const pems = await generate([{ name: 'commonName', value: 'rollcall' }], { keySize: 2048 });
    const path = join(folder, 'app.pem');
    writeFileSync(path, `${pems.private}\n${pems.cert}`);
    const env = { ROLLCALL_ENTRA_CLIENT_CERTIFICATE: path };
    open = await openConnectedTenant({ env, certificateKeys: [pems.public] });
    const first = await open.connect(open.megan, 'everything');
    assert.equal(
      first.kind === 'connected' && first.credential.expiryOf,
      'certificate',
      JSON.stringify(first),
    );
    assert.equal((await open.sync()).report?.outcome, 'changed');
  });

  it('signs in with the token of another issuer, the one that is there at the time', async () => {
    const { publicKey, privateKey } = await generateKeyPair('RS256');
    const [issuer, subject] = ['https://cluster.example/issuer', 'system:serviceaccount:rollcall:bot'];
    const path = join(folder, 'token');
    const put = async (lifetime: string, by = subject) =>
      writeFileSync(
        path,
        await new SignJWT()
          .setProtectedHeader({ alg: 'RS256' })
          .setIssuer(issuer)
          .setSubject(by)
          .setAudience('api://AzureADTokenExchange')
          .setExpirationTime(lifetime)
          .sign(privateKey),
      );
    await put('1h');
    open = await openConnectedTenant({
      env: { AZURE_FEDERATED_TOKEN_FILE: path },
      federatedCredentials: [{ issuer, subject, key: await exportSPKI(publicKey) }],
    });
    const first = await open.connect(open.megan, 'everything');
    assert.ok(first.kind === 'connected', JSON.stringify(first));
    assert.equal(first.credential.expiresAt, null);
    assert.equal((await open.sync()).report?.outcome, 'changed');

    const actor = { objectId: open.megan.id, displayName: open.megan.displayName };
    const test = async () => {
      const tested = await open.services.testCredential(open.tenantId, first.credential.id, actor);
      const health = tested?.health;
      return health && 'problem' in health ? `${health.state} ${health.problem.code}` : health?.state;
    };
    // The proof of the app is the operator's trouble, and no account's fault.
    await put('1h', 'somebody else');
    assert.equal(await test(), 'warning AADSTS700213');
    await put('2h');
    assert.equal(await test(), 'good');
    rmSync(path);
    assert.equal(await test(), 'good', 'a file that is just being written says nothing');
    await put('1h');
    assert.equal(await test(), 'good');
    // The same file serves those who sign in with a browser.
    assert.equal((await open.connect(open.megan, 'users')).kind, 'connected');
  });

  it('fails nobody when one process has another secret than the rest', async () => {
    open = await openConnectedTenant();
    const actor = { objectId: open.megan.id, displayName: open.megan.displayName };
    for (const grant of ['users', 'groups', 'domains'] as const) await open.connect(open.megan, grant);
    await open.services.connectApp({ tenantId: open.tenantId, actor, conversationId: 'a:chat' });
    const old = await open.openAnother({ MicrosoftAppPassword: 'the secret before' });
    const start = await old.startSync({ tenantId: open.tenantId, actor });
    assert.ok(start.kind === 'started');
    const { report } = await start.finished;
    assert.deepEqual(
      [report?.outcome, report?.error?.code, report?.error?.details.aadsts],
      ['failed', 'sign-in-failed', 7000215],
    );
    const { grants } = await open.services.getConnections(open.tenantId);
    for (const { grant, health } of grants.flatMap(({ credentials }) => credentials))
      assert.notEqual(health.state, 'failed', grant);
    assert.deepEqual(await open.notices(), [], 'nobody is told of an account that is as good as ever');
    assert.equal(open.logged.filter((line) => line.includes('"app-proof.refused"')).length, 1);
    assert.equal((await open.sync()).report?.outcome, 'changed', 'the other process reads with all of them');
  });
});
