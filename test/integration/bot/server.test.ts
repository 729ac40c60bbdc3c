// What comes in over HTTP besides good activities, and that no answer says anything about the inside.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { request } from 'node:http';
import { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { gzipSync } from 'node:zlib';
import sinon from 'sinon';
import { startServer, type ServerParts } from '../../../bot/server.ts';
import { createLog, type Health } from '../../../services/index.ts';
import { message } from '../../unit/bot/activities.ts';
import { startFakeChannel, type FakeChannel } from './fake-channel.ts';
import { startBot, type Bot } from './start-bot.ts';
import { stubServices } from './stub-services.ts';

describe('server', () => {
  let channel: FakeChannel;
  let bot: Bot;
  let health: Health;
  const exports = new Map<string, () => AsyncIterable<string>>();

  before(async () => {
    channel = await startFakeChannel();
    bot = await startBot(
      channel,
      stubServices({
        checkHealth: () => Promise.resolve(health),
        isAuditExportOpen: (token) => Promise.resolve(exports.has(token)),
        redeemAuditExport: (token) => {
          const lines = exports.get(token);
          exports.delete(token);
          return Promise.resolve(lines === undefined ? null : { fileName: 'audit.csv', lines: lines() });
        },
      }),
    );
  });
  after(async () => {
    await bot.stop();
    await channel.stop();
  });
  beforeEach(() => {
    health = { ok: true, checks: [{ name: 'database', ok: true, problem: null }] };
  });

  const get = async (path: string, method = 'GET') => {
    const response = await fetch(`${bot.url}${path}`, { method });
    return { status: response.status, text: await response.text(), headers: response.headers };
  };

  it('is alive', async () => assert.equal((await get('/healthz')).status, 200));

  it('is ready, or names what fails without saying why', async () => {
    assert.equal((await get('/readyz')).status, 200);
    health = {
      ok: false,
      checks: [
        { name: 'database', ok: false, problem: 'connection refused by mongo.internal' },
        { name: 'signIn', ok: true, problem: null },
      ],
    };
    const { status, text } = await get('/readyz');
    assert.equal(status, 503);
    assert.deepEqual(JSON.parse(text), { status: 'not ready', failing: ['database'] });
    health = { ok: true, checks: [{ name: 'tokenKeys', ok: true, problem: 'lacks "k1"' }] };
    const partly = await get('/readyz');
    assert.deepEqual(
      [partly.status, JSON.parse(partly.text)],
      [200, { status: 'ready', findings: ['tokenKeys'] }],
    );
  });

  describe('of the audit trail', () => {
    const TOKEN = 'a'.repeat(43);
    /** As a database gives them, one after the other. */
    async function* linesOf(...lines: (string | Error)[]): AsyncIterable<string> {
      for (const line of lines) {
        await Promise.resolve();
        if (line instanceof Error) throw line;
        yield line;
      }
    }
    const csv = () => linesOf('time,actor\r\n', '2026,Zoë\r\n');

    it('shows a page that uses nothing up, then gives the file once', async () => {
      exports.set(TOKEN, csv);
      const page = await get(`/export/${TOKEN}`);
      assert.equal(page.status, 200);
      assert.match(page.text, /<form method="post"><button>/);
      assert.match(page.headers.get('content-security-policy') ?? '', /form-action 'self'/);
      assert.equal(page.headers.get('referrer-policy'), 'no-referrer');
      const file = await get(`/export/${TOKEN}`, 'POST');
      assert.equal(file.status, 200);
      assert.equal(file.text, 'time,actor\r\n2026,Zoë\r\n');
      assert.equal(file.headers.get('content-disposition'), 'attachment; filename="audit.csv"');
      assert.equal(file.headers.get('cache-control'), 'no-store');
      const again = await get(`/export/${TOKEN}`, 'POST');
      assert.equal(again.status, 404);
      assert.match(again.text, /no longer works/);
    });

    it('knows no link that nobody gave, and asks nobody about what is none', async () => {
      for (const token of ['b'.repeat(43), 'short', '%2e%2e%2fetc', 'x'.repeat(5000)])
        for (const method of ['GET', 'POST'])
          assert.equal((await get(`/export/${token}`, method)).status, 404, token);
    });

    it('cuts the connection when the rest cannot be read: half a file is not a file', async () => {
      exports.set(TOKEN, () => linesOf('time\r\n', new Error('the database is gone')));
      await assert.rejects(get(`/export/${TOKEN}`, 'POST'));
    });
  });

  it('shows a page to a browser that comes from no sign-in', async () => {
    const { status, text, headers } = await get('/auth/callback?code=secret-code&x=%3Cscript%3E');
    assert.equal(status, 200);
    assert.match(headers.get('content-type') ?? '', /text\/html/);
    assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'/);
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.match(text, /go back to Teams/);
    assert.doesNotMatch(text, /secret-code|script/);
  });

  for (const [path, says] of [
    ['/privacy', /names, e-mail addresses/],
    ['/terms', /operated by your own organisation/],
  ] as const)
    it(`shows ${path}, which the app package points to, under the same rules`, async () => {
      const { status, text, headers } = await get(path);
      assert.equal(status, 200);
      assert.match(text, says);
      assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'/);
    });

  it('listens on every interface without naming one, for machines that have IPv4 only', async () => {
    const listen = sinon.spy(Server.prototype, 'listen');
    try {
      const unused = { log: createLog('error') } as unknown as ServerParts;
      const server = await startServer(unused, 0, undefined);
      await server.close();
      assert.ok(!listen.firstCall.args.some((arg: unknown) => typeof arg === 'string'));
    } finally {
      listen.restore();
    }
  });

  for (const [method, path, status] of [
    ['GET', '/', 404],
    ['GET', '/api', 404],
    ['POST', '/admin', 404],
    ['GET', '/api/messages', 405],
    ['PUT', '/api/messages', 405],
  ] as const)
    it(`answers ${status} to ${method} ${path}`, async () => {
      const answer = await get(path, method);
      assert.equal(answer.status, status);
      assert.doesNotMatch(answer.text, /restify|stack|does not exist|node/i);
    });

  const token = async () => ({ authorization: `Bearer ${await channel.sign()}` });

  it('refuses a body above 256 KB', async () => {
    const answer = await bot.post(message('x'.repeat(300_000)), await token());
    assert.equal(answer.status, 413);
    assert.doesNotMatch(answer.text, /262144/);
  });

  it('refuses a body above the limit that does not say how long it is', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const sent = request(
        `${bot.url}/api/messages`,
        { method: 'POST', headers: { 'content-type': 'application/json' } },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      );
      sent.on('error', reject);
      for (let i = 0; i < 10; i++) sent.write(' '.repeat(40_000));
      sent.end('{}');
    });
    assert.equal(status, 413);
  });

  it('takes a body just below the limit', async () => {
    const answer = await bot.say(message('x'.repeat(200_000), { id: 'long' }));
    assert.equal(answer.status, 200, answer.text);
  });

  it('refuses multipart, and writes nothing to the disk', async () => {
    const uploads = () => readdirSync(tmpdir()).filter((name) => name.startsWith('upload_')).length;
    const before = uploads();
    const boundary = 'xyz';
    const body = `--${boundary}\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\n\r\nhello\r\n--${boundary}--\r\n`;
    const answer = await bot.post(body, { 'content-type': `multipart/form-data; boundary=${boundary}` });
    assert.equal(answer.status, 415);
    assert.equal(uploads(), before);
  });

  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/octet-stream'])
    it(`refuses ${type}`, async () => {
      assert.equal((await bot.post('a=b', { 'content-type': type })).status, 415);
    });

  it('refuses packed bodies, which could grow without limit', async () => {
    const response = await fetch(`${bot.url}/api/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip', ...(await token()) },
      body: gzipSync(JSON.stringify(message('help'))),
    });
    assert.equal(response.status, 415);
  });

  for (const body of ['{"type":', '[]', '"text"', '7', 'null', ''])
    it(`answers 400 to the body ${body === '' ? '(empty)' : body}, with no text of an exception`, async () => {
      const answer = await bot.post(body, await token());
      assert.equal(answer.status, 400);
      assert.doesNotMatch(answer.text, /JSON|token|position|Unexpected|stack/i);
    });

  it('stays up and keeps requests out of its log', async () => {
    assert.equal((await bot.say(message('help', { id: 'still' }))).status, 200);
    assert.doesNotMatch(bot.logged(), /Bearer|rawHeaders|authorization/i);
  });
});
