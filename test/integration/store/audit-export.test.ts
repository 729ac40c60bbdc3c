// The audit trail as a file: a link for five minutes and one use, kept as a hash, and lines that no spreadsheet runs.
import assert from 'node:assert/strict';
import { createAmbient } from '../../../services/ambient.ts';
import { createAuditExport } from '../../../services/audit-export.ts';
import { createAuditTrail } from '../../../services/audit-trail.ts';
import { AppError } from '../../../services/errors.ts';
import { createLog } from '../../../services/log.ts';
import { createPeople } from '../../../services/people.ts';
import type { Store } from '../../../services/store/create-store.ts';
import { ANNA, BEN, CONTOSO, FABRIKAM, openStore } from '../../support/credentials.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { withDatabase } from '../../support/test-services.ts';

const MINUTE_MS = 60_000;

describe('the export of the audit trail', function () {
  this.timeout(30_000);
  let database: TestDatabase;
  let store: Store;
  let laterMs: number;
  const open = () => {
    const { ids } = createAmbient();
    const clock = { ...createAmbient().clock, now: () => new Date(Date.now() + laterMs) };
    const trail = createAuditTrail({ audit: store.audit, clock, ids, log: createLog('error') });
    const { people: kept, chats } = store;
    const unknown = () => Promise.resolve({ kind: 'unknown' } as const);
    const askPerson = () => Promise.reject(new AppError('graph-unreachable'));
    const finder = { verifyPerson: unknown, findPerson: unknown, askPerson };
    const people = createPeople({ people: kept, trail, chats, finder, clock });
    const { exports, audit } = store;
    const publicUrl = 'https://bot.example.com';
    return { people, ...createAuditExport({ exports, audit, people, clock, publicUrl }) };
  };
  beforeEach(async () => {
    laterMs = 0;
    database = await openTestDatabase();
    store = openStore(database.uri);
    await open().people.claimFirstOwner(CONTOSO, ANNA, '19:chat');
  });
  afterEach(async () => {
    await store.close();
    await database.drop();
  });
  const offer = async () => {
    const { url } = await open().offerAuditExport({
      tenantId: CONTOSO,
      actor: ANNA,
      conversationId: '19:chat',
    });
    const [, token] = /^https:\/\/bot\.example\.com\/export\/([A-Za-z0-9_-]{43})$/.exec(url) ?? [];
    assert.ok(token);
    return token;
  };
  const read = async (token: string) => {
    const file = await open().redeemAuditExport(token);
    if (file === null) return null;
    let text = '';
    for await (const line of file.lines) text += line;
    return { name: file.fileName, text };
  };

  it('gives the file of the own tenant once, whoever asks at once, and says so in the trail', async () => {
    const { people } = open();
    const nasty = { actor: { ...BEN, displayName: '=1+1, "Ben"\nOkafor' }, conversationId: null };
    const line = { action: 'role.set', target: '@x', before: null, after: 'viewer', result: 'done' } as const;
    await people.recordAudit({ tenantId: CONTOSO, ...nasty, ...line });
    await people.recordAudit({ tenantId: FABRIKAM, ...nasty, ...line, action: 'of.another.tenant' });
    const token = await offer();
    assert.equal(await open().isAuditExportOpen(token), true);
    const got = (await Promise.all([read(token), read(token), read(token)])).filter((one) => one !== null);
    assert.equal(got.length, 1);
    const [file] = got;
    assert.match(file?.name ?? '', /^rollcall-audit-\d{4}-\d\d-\d\d\.csv$/);
    const lines = (file?.text ?? '').split('\r\n');
    assert.equal(lines[0], '\uFEFFtime,actor,actorId,action,target,before,after,result,conversation,times');
    assert.match(
      lines[1] ?? '',
      /Z,Anna Berg,[0-9a-f-]{36},owner\.first,[0-9a-f-]{36},,owner,done,19:chat,1$/,
    );
    assert.match(lines[2] ?? '', /Z,"'=1\+1, ""Ben""\nOkafor",[0-9a-f-]{36},role\.set,'@x,,viewer,done,,1$/);
    assert.match(lines[3] ?? '', /,audit\.exported,/);
    assert.equal(lines[4], '');
    assert.equal(await open().isAuditExportOpen(token), false);
  });

  it('is late after five minutes, and never open for a link that nobody gave', async () => {
    const token = await offer();
    laterMs = 5 * MINUTE_MS;
    assert.equal(await open().isAuditExportOpen(token), false);
    assert.equal(await read(token), null);
    assert.equal(await read('A'.repeat(43)), null);
  });

  it('is refused to who is no administrator any more, and recorded', async () => {
    const { people } = open();
    const token = await offer();
    const change = { tenantId: CONTOSO, actor: ANNA, conversationId: '19:chat' };
    await store.chats.remember(CONTOSO, BEN, 'a:chat', new Date());
    await people.setRole({ ...change, objectId: BEN.objectId, role: 'owner' });
    await people.setRole({ ...change, objectId: ANNA.objectId, role: 'viewer' });
    assert.equal(await read(token), null);
    const { items } = await people.listAudit(CONTOSO, { page: 0, pageSize: 1 });
    assert.deepEqual([items[0]?.action, items[0]?.result], ['audit.exported', 'refused']);
  });

  it('keeps nothing with which somebody who reads the database could fetch it', async () => {
    const token = await offer();
    await withDatabase(database.uri, async (client) => {
      const [kept] = await client.db().collection('exports').find().toArray();
      assert.ok(kept);
      assert.ok(!JSON.stringify(kept).includes(token));
    });
  });
});
