import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { CLOUD_ADDRESSES } from '../../../services/clouds.ts';
import { createAppTokenSource } from '../../../services/credentials/app-token.ts';
import { parseTenantId } from '../../../services/directory/ids.ts';
import { AppError } from '../../../services/errors.ts';
import { createSecret } from '../../../services/secret.ts';
import type { WebOutcome, WebRequest } from '../../../services/web.ts';
import { answerWith, createScriptedWeb, createSteppingClock, quietLog } from '../../support/scripted-web.ts';

const tenantId = parseTenantId('7f3d0000-0000-4000-8000-000000000000');
const OWN_ENTRA = 'https://localhost:3981';
const signal = () => new AbortController().signal;

const token = (value: string) =>
  answerWith(200, { token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599, access_token: value });
const refusal = (status: number, error: string, code: number, headers: Record<string, string> = {}) =>
  answerWith(
    status,
    {
      error,
      error_description: `AADSTS${code}: text that nobody may rely on.`,
      error_codes: [code],
      correlation_id: 'c-1',
    },
    headers,
  );

/** Answers discovery as Entra does, and token requests by `answer`. */
const entra = (url: string, answer: (request: WebRequest) => WebOutcome) => (request: WebRequest) =>
  request.method === 'POST'
    ? answer(request)
    : answerWith(200, {
        issuer: `${url}/${tenantId}/v2.0`,
        token_endpoint: `${url}/${tenantId}/oauth2/v2.0/token`,
        authorization_endpoint: `${url}/${tenantId}/oauth2/v2.0/authorize`,
        jwks_uri: `${url}/${tenantId}/discovery/v2.0/keys`,
      });

function openTokens(
  answer: (request: WebRequest) => WebOutcome,
  entraUrl: string = CLOUD_ADDRESSES.public.entraUrl,
  federatedTokenPath?: string,
) {
  const web = createScriptedWeb(answer);
  const clock = createSteppingClock();
  const tokens = createAppTokenSource({
    entraUrl,
    graphResource: 'https://graph.microsoft.com',
    clientId: '11111111-2222-4333-8444-555555555555',
    clientSecret: createSecret('hush'),
    federatedTokenPath,
    web,
    clock,
    log: quietLog(),
  });
  return { tokens, web, clock, posts: () => web.requests.filter((request) => request.method === 'POST') };
}

const failsWith = (code: string, details: object) => (error: unknown) => {
  assert.ok(error instanceof AppError);
  assert.equal(error.code, code);
  for (const [name, value] of Object.entries(details)) assert.equal(error.details[name], value, name);
  return true;
};

describe('credentials: app token', () => {
  it('asks the tenant for the permissions of Graph, and keeps the token', async () => {
    const { tokens, posts, web } = openTokens(() => token('t-1'));
    assert.equal(await tokens.accessToken(tenantId, signal()), 't-1');
    assert.equal(await tokens.accessToken(tenantId, signal()), 't-1');
    assert.equal(posts().length, 1);
    assert.equal(new URL(posts()[0]!.url).pathname, `/${tenantId}/oauth2/v2.0/token`);
    const form = new URLSearchParams(posts()[0]!.body);
    assert.equal(form.get('grant_type'), 'client_credentials');
    assert.match(form.get('scope') ?? '', /^https:\/\/graph\.microsoft\.com\/\.default/);
    // Microsoft's own addresses are known: nothing is discovered.
    assert.equal(web.requests.length, 1);
  });

  it('signs in to another server, found by discovery, with the audience of the cloud', async () => {
    const { tokens, posts } = openTokens(
      entra(OWN_ENTRA, () => token('t-1')),
      OWN_ENTRA,
    );
    assert.equal(await tokens.accessToken(tenantId, signal()), 't-1');
    assert.ok(posts()[0]!.url.startsWith(`${OWN_ENTRA}/${tenantId}/`));
    assert.match(posts()[0]!.body ?? '', /graph\.microsoft\.com/);
  });

  it('never sends the secret where a discovery document leads', async () => {
    const { tokens, posts } = openTokens((request) => {
      const answer = entra(OWN_ENTRA, () => token('t-1'))(request);
      return answer.kind === 'answer'
        ? {
            ...answer,
            body: answer.body.replace(/("token_endpoint":")https:\/\/[^/]+/, '$1https://evil.example'),
          }
        : answer;
    }, OWN_ENTRA);
    await assert.rejects(
      tokens.accessToken(tenantId, signal()),
      failsWith('sign-in-unreachable', { reason: 'foreignAddress' }),
    );
    assert.equal(posts().length, 0);
  });

  it('signs in once for many callers at the same time', async () => {
    const { tokens, posts } = openTokens(() => token('t-1'));
    await Promise.all(Array.from({ length: 8 }, () => tokens.accessToken(tenantId, signal())));
    assert.equal(posts().length, 1);
  });

  it('signs in anew when the token is thrown away', async () => {
    let n = 0;
    const { tokens } = openTokens(() => token(`t-${++n}`));
    await tokens.accessToken(tenantId, signal());
    tokens.invalidate(tenantId);
    assert.equal(await tokens.accessToken(tenantId, signal()), 't-2');
  });

  for (const [status, error, code] of [
    [401, 'invalid_client', 7000215],
    [401, 'invalid_client', 7000222],
    [400, 'unauthorized_client', 700016],
    [400, 'invalid_request', 90002],
    [400, 'invalid_grant', 53003],
    [400, 'invalid_grant', 9999999],
  ] as const)
    it(`says AADSTS${code} and does not try again`, async () => {
      const { tokens, posts } = openTokens(() => refusal(status, error, code));
      await assert.rejects(
        tokens.accessToken(tenantId, signal()),
        failsWith('sign-in-failed', { aadsts: code, reason: error }),
      );
      assert.equal(posts().length, 1);
    });

  it('knows the code when Microsoft refuses before it comes to a token', async () => {
    const { tokens } = openTokens(() => refusal(400, 'invalid_tenant', 90002), OWN_ENTRA);
    await assert.rejects(
      tokens.accessToken(tenantId, signal()),
      failsWith('sign-in-failed', { aadsts: 90002, correlationId: 'c-1' }),
    );
  });

  it('puts the words of the table into the error', async () => {
    const { tokens } = openTokens(() => refusal(401, 'invalid_client', 7000222));
    await assert.rejects(
      tokens.accessToken(tenantId, signal()),
      failsWith('sign-in-failed', {
        happened: 'The client secret of Rollcall has expired.',
        correlationId: 'c-1',
      }),
    );
  });

  it('cannot reach a server whose discovery fails', async () => {
    for (const outcome of [
      ...[answerWith(503, {}), answerWith(200, '<html>'), answerWith(200, {})],
      ...[answerWith(404, { error: 'x' }), answerWith(403, { message: 'no' }), { kind: 'timeout' } as const],
    ]) {
      const { tokens } = openTokens(() => outcome, OWN_ENTRA);
      await assert.rejects(tokens.accessToken(tenantId, signal()), failsWith('sign-in-unreachable', {}));
    }
  });

  const passing: readonly (readonly [string, WebOutcome])[] = [
    ['a fault', refusal(503, 'temporarily_unavailable', 90033)],
    ['a fault that Microsoft calls a refusal', refusal(400, 'invalid_request', 90033)],
    // MSAL would keep this one for as long as it says.
    ['a fault that says when to come back', refusal(400, 'server_error', 90033, { 'Retry-After': '60' })],
    ['throttling', answerWith(429, {})],
    ['an empty object', answerWith(500, {})],
    ['an answer without a token', answerWith(200, {})],
    ['an empty token', token('')],
    ['an HTML page', answerWith(200, '<html>')],
    ['a page of a proxy', answerWith(403, { message: 'Forbidden' })],
    ['a refusal of a proxy', answerWith(403, { error: 'forbidden', error_description: 'blocked' })],
    ['a proxy that knows no such page', answerWith(404, { error: 'not_found' })],
    ['a proxy that waited too long', answerWith(408, { error: 'request_timeout' })],
    ['a redirection', answerWith(302, {})],
    ['a refusal without a reason', answerWith(400, {})],
    ['a refusal with a word that is none of Microsoft’s', answerWith(400, { error: 'invalid_request' })],
    ['a number that nobody knows', refusal(400, 'invalid_request', 9999999)],
    ['too many sign-ins in a row', refusal(400, 'invalid_grant', 50196)],
    ['a reset', { kind: 'broken', reason: 'ECONNRESET' }],
    ['silence', { kind: 'timeout' }],
  ];
  for (const [name, outcome] of passing) {
    it(`tries again after ${name}`, async () => {
      let n = 0;
      const { tokens } = openTokens(() => (++n === 1 ? outcome : token('t-1')));
      assert.equal(await tokens.accessToken(tenantId, signal()), 't-1');
      assert.equal(n, 2);
    });
    it(`gives up after ${name} that lasts, and asks afresh the next time`, async () => {
      let broken = true;
      const { tokens, posts } = openTokens(() => (broken ? outcome : token('t-1')));
      await assert.rejects(tokens.accessToken(tenantId, signal()), failsWith('sign-in-unreachable', {}));
      assert.equal(posts().length, 3);
      broken = false;
      assert.equal(await tokens.accessToken(tenantId, signal()), 't-1');
    });
  }

  it('lets one caller give up without ending the sign-in of the others', async () => {
    const { tokens } = openTokens(() => token('t-1'));
    const controller = new AbortController();
    const cancelled = tokens.accessToken(tenantId, controller.signal);
    const other = tokens.accessToken(tenantId, signal());
    controller.abort(new Error('stopped'));
    await assert.rejects(cancelled, /stopped/);
    assert.equal(await other, 't-1');
  });

  for (const present of ['none', 'empty'] as const)
    it(`waits for the token of another issuer when there is ${present} for a moment`, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'rollcall-'));
      const path = join(folder, 'token');
      if (present === 'empty') writeFileSync(path, '');
      const { tokens, clock } = openTokens(() => token('t-1'), undefined, path);
      await assert.rejects(
        tokens.accessToken(tenantId, signal()),
        failsWith('sign-in-unreachable', { reason: 'federatedTokenFile' }),
      );
      assert.equal(clock.waits.length, 2);
      writeFileSync(path, 'an assertion');
      assert.equal(await tokens.accessToken(tenantId, signal()), 't-1');
      rmSync(folder, { recursive: true });
    });

  it('shows the secret in no error', async () => {
    const { tokens } = openTokens(() => refusal(401, 'invalid_client', 7000215));
    await assert.rejects(
      tokens.accessToken(tenantId, signal()),
      (error) => !inspect(error, { depth: 9 }).includes('hush'),
    );
  });
});
