// A channel in a few lines: keys and metadata that sign tokens to the bot, a connector that records what the bot
// sends, and an authority that gives the bot its own tokens. Faults are scripted per call of the connector.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';
import { generate } from 'selfsigned';
import { Agent, getGlobalDispatcher, setGlobalDispatcher } from 'undici';
import { APP_ID, TENANT_ID } from '../../unit/bot/activities.ts';

export const ISSUER = 'https://api.botframework.com';

export interface ConnectorCall {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Record<string, unknown>;
}

/** What the connector does with one call instead of taking it. */
export type ConnectorFault =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly code?: string }
  | { readonly hang: true };

export interface TokenOptions {
  readonly claims?: JWTPayload;
  readonly without?: readonly string[];
  readonly kid?: string;
  /** Signs with another key than the one that `kid` names. */
  readonly rogue?: boolean;
  readonly notBefore?: number;
  readonly expires?: number;
}

export async function startFakeChannel() {
  const signing = await generateKeyPair('RS256');
  const unendorsed = await generateKeyPair('RS256');
  const elsewhere = await generateKeyPair('RS256');
  const rogue = await generateKeyPair('RS256');
  const jwk = async (key: CryptoKey, kid: string, endorsements?: string[]) => ({
    ...(await exportJWK(key)),
    kid,
    alg: 'RS256',
    use: 'sig',
    ...(endorsements ? { endorsements } : {}),
  });
  const keys = [
    await jwk(signing.publicKey, 'teams', ['msteams', 'webchat']),
    await jwk(unendorsed.publicKey, 'unendorsed'),
    await jwk(elsewhere.publicKey, 'elsewhere', ['directline']),
  ];
  const privateKeys: Record<string, CryptoKey> = {
    teams: signing.privateKey,
    unendorsed: unendorsed.privateKey,
    elsewhere: elsewhere.privateKey,
    unknown: signing.privateKey,
  };

  const calls: ConnectorCall[] = [];
  const faults: ConnectorFault[] = [];
  let metadataRequests = 0;
  let metadataDown = false;
  let posted = 0;
  let rosterRequests = 0;
  let roster: Record<string, unknown> | null = null;

  const http = createServer((request, response) => void answer(request, response));
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? '';
    if (path === '/metadata' || path === '/keys') {
      metadataRequests++;
      if (metadataDown) send(response, 503, 'down');
      else
        send(
          response,
          200,
          path === '/keys' ? { keys } : { issuer: ISSUER, jwks_uri: `${origin(http)}/keys` },
        );
      return;
    }
    const body = await readJson(request);
    const { method = '', headers } = request;
    // The roster: read, and never written.
    if (method === 'GET' && path.includes('/members/')) {
      rosterRequests++;
      if (roster === null) send(response, 404, { error: { code: 'MemberNotFoundInConversation' } });
      else send(response, 200, { id: path.split('/').at(-1), ...roster });
      return;
    }
    calls.push({ method, path, authorization: headers.authorization, body });
    const fault = faults.shift();
    if (fault && 'hang' in fault) return;
    if (fault) {
      send(
        response,
        fault.status,
        { error: { code: fault.code ?? 'Fault', message: 'secret detail' } },
        fault.headers,
      );
      return;
    }
    send(response, 200, { id: method === 'POST' ? `posted-${++posted}` : path.split('/').at(-1) });
  };

  const authority = await startAuthority();
  await listen(http);
  const serviceUrl = `${origin(http)}/connector/`;

  const sign = (options: TokenOptions = {}) => {
    const kid = options.kid ?? 'teams';
    const now = Math.floor(Date.now() / 1000);
    const claims: JWTPayload = { iss: ISSUER, aud: APP_ID, serviceurl: serviceUrl, ...options.claims };
    const kept = Object.fromEntries(
      Object.entries(claims).filter(([name]) => !(options.without ?? []).includes(name)),
    );
    const token = new SignJWT(kept)
      .setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' })
      .setNotBefore(options.notBefore ?? now - 60);
    if (!(options.without ?? []).includes('exp')) token.setExpirationTime(options.expires ?? now + 3600);
    return token.sign(options.rogue === true ? rogue.privateKey : privateKeys[kid]!);
  };

  return {
    serviceUrl,
    metadataUrl: `${origin(http)}/metadata`,
    tokenUrl: authority.url,
    calls,
    /** Consumed in order, one for each call of the connector. */
    faults,
    sign,
    metadataRequests: () => metadataRequests,
    rosterRequests: () => rosterRequests,
    /** What the roster says of everybody; null when it knows nobody. */
    setRoster: (member: Record<string, unknown> | null) => {
      roster = member;
    },
    setMetadataDown: (down: boolean) => {
      metadataDown = down;
    },
    stop: async () => {
      authority.stop();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}
export type FakeChannel = Awaited<ReturnType<typeof startFakeChannel>>;

/** Gives the bot its tokens: discovery and client credentials over https, as MSAL insists. */
async function startAuthority() {
  const pem = await generate([{ name: 'commonName', value: 'localhost' }], {
    keySize: 2048,
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  });
  const https = createSecureServer({ key: pem.private, cert: pem.cert }, (request, response) => {
    const url = `https://localhost:${(https.address() as AddressInfo).port}/${TENANT_ID}`;
    if (request.url?.includes('openid-configuration') === true) {
      send(response, 200, {
        issuer: `${url}/v2.0`,
        authorization_endpoint: `${url}/oauth2/v2.0/authorize`,
        token_endpoint: `${url}/oauth2/v2.0/token`,
        jwks_uri: `${url}/discovery/v2.0/keys`,
      });
      return;
    }
    send(response, 200, { token_type: 'Bearer', expires_in: 3600, access_token: 'bot-token' });
  });
  await listen(https);
  const before = getGlobalDispatcher();
  const trusting = new Agent({ connect: { ca: pem.cert } });
  setGlobalDispatcher(trusting);
  return {
    url: `https://localhost:${(https.address() as AddressInfo).port}`,
    stop: () => {
      setGlobalDispatcher(before);
      void trusting.close();
      https.closeAllConnections();
      https.close();
    },
  };
}

const listen = (server: { listen(port: number, host: string, done: () => void): unknown }) =>
  new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));

const origin = (server: { address(): unknown }) =>
  `http://localhost:${(server.address() as AddressInfo).port}`;

function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) {
  // restify changes `writeHead` of every response in this process: it returns nothing any more.
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}
