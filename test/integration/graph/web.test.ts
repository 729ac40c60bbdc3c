// The connections to Microsoft, against a real server.
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCertificates, type Certificates } from '../../../local/certificates.ts';
import { createAmbient } from '../../../services/ambient.ts';
import { createWeb, type Web, type WebOutcome } from '../../../services/web.ts';

describe('connections to Microsoft', () => {
  const { clock } = createAmbient();
  let certificates: Certificates;
  let server: Server;
  let web: Web;
  let open = 0;
  let mostOpen = 0;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;

  before(async () => {
    certificates = await createCertificates();
    server = createServer({ key: certificates.keyPem, cert: certificates.certPem }, (request, response) =>
      answer(request, response),
    );
    server.on('secureConnection', (socket) => {
      mostOpen = Math.max(mostOpen, ++open);
      socket.on('close', () => open--);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    web = createWeb({ clock, ca: certificates.caPem, connections: 3 });
  });
  after(async () => {
    await web.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const urlOf = () => `https://localhost:${(server.address() as AddressInfo).port}/`;
  const get = (
    through: Web = web,
    timeoutMs = 5000,
    signal = new AbortController().signal,
  ): Promise<WebOutcome> => through.send({ url: urlOf(), method: 'GET', headers: {}, timeoutMs, signal });

  it('gets an answer', async () => {
    answer = (_, response) => {
      response.writeHead(201, { 'Request-Id': 'r-1' });
      response.end('hello');
    };
    const outcome = await get();
    assert.ok(outcome.kind === 'answer');
    assert.deepEqual([outcome.status, outcome.body, outcome.header('REQUEST-ID')], [201, 'hello', 'r-1']);
  });

  it('opens no more connections than it may, and uses them again', async () => {
    answer = (_, response) => response.end('x');
    mostOpen = open;
    await Promise.all(Array.from({ length: 20 }, () => get()));
    assert.ok(mostOpen <= 3, String(mostOpen));
  });

  it('does not wait for ever, neither for the first byte nor for the last', async () => {
    answer = () => undefined;
    assert.deepEqual(await get(web, 100), { kind: 'timeout' });
    answer = (_, response) => response.write('a little');
    assert.deepEqual(await get(web, 100), { kind: 'timeout' });
  });

  it('tells a broken connection from an answer', async () => {
    answer = (_, response) => response.destroy();
    assert.equal((await get()).kind, 'broken');
    answer = (_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => response.destroy());
    };
    assert.equal((await get()).kind, 'broken');
  });

  it('does not talk to a server that it cannot trust', async () => {
    answer = (_, response) => response.end('x');
    const trusting = createWeb({ clock });
    const outcome = await get(trusting);
    await trusting.close();
    assert.match(outcome.kind === 'broken' ? outcome.reason : '', /CERT|SIGN|ISSUER/);
  });

  it('says when nobody listens', async () => {
    const unused = createServer();
    await new Promise<void>((resolve) => unused.listen(0, '127.0.0.1', resolve));
    const { port } = unused.address() as AddressInfo;
    await new Promise((resolve) => unused.close(resolve));
    const outcome = await web.send({
      url: `https://127.0.0.1:${port}/`,
      method: 'GET',
      headers: {},
      timeoutMs: 5000,
      signal: new AbortController().signal,
    });
    assert.deepEqual(outcome, { kind: 'broken', reason: 'ECONNREFUSED' });
  });

  it('follows no redirect', async () => {
    let calls = 0;
    answer = (_, response) => {
      calls++;
      response.writeHead(302, { location: urlOf() });
      response.end();
    };
    const outcome = await get();
    assert.equal(outcome.kind === 'answer' && outcome.status, 302);
    assert.equal(calls, 1);
  });

  it('stops at once when it is cancelled, with the reason that was given', async () => {
    const reason = new Error('stopped');
    const controller = new AbortController();
    answer = () => controller.abort(reason);
    await assert.rejects(get(web, 5000, controller.signal), (error) => error === reason);
    await assert.rejects(get(web, 5000, controller.signal), (error) => error === reason);
  });
});
