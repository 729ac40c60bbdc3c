// The HTTPS server of Entra: discovery, keys, token endpoint, sign-in and consent pages.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server } from 'node:https';
import type { Certificates } from '../../certificates.ts';
import type { Fault, Faults } from '../faults.ts';
import { readBody } from '../http.ts';
import type { StatsKeeper } from '../stats.ts';
import { SignInError } from './aadsts.ts';
import { serveInteractive } from './interactive.ts';
import { grantToken } from './token-endpoint.ts';
import type { EntraParts } from './token-endpoint.ts';
import { issuerOf } from './tokens.ts';

export interface EntraServerParts extends EntraParts {
  readonly faults: Faults;
  readonly stats: StatsKeeper;
}

export function createEntraServer(parts: EntraServerParts, certificates: Certificates): Server {
  const server = createServer(
    { key: certificates.keyPem, cert: certificates.certPem },
    (request, response) => {
      serve(parts, request, response).catch((error: unknown) => {
        console.error('The local Entra failed', error);
        sendJson(response, 500, { error: 'server_error', error_description: 'The request failed.' });
      });
    },
  );
  server.keepAliveTimeout = 60_000;
  return server;
}

async function serve(
  parts: EntraServerParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  parts.stats.countRequest();
  const url = new URL(request.url ?? '/', parts.origin());
  const [tenant = '', ...rest] = url.pathname.split('/').filter((part) => part !== '');
  const path = rest.join('/').toLowerCase();
  parts.stats.countPath(`${request.method ?? 'GET'} entra:/{tenant}/${path}`, 0);
  if (path === 'discovery/instance') {
    sendJson(response, 200, instanceMetadata(parts));
    return;
  }
  if (!isTenant(parts, tenant)) {
    sendError(response, new SignInError(90002));
    return;
  }
  switch (path) {
    case 'v2.0/.well-known/openid-configuration':
    case '.well-known/openid-configuration':
      sendJson(response, 200, discovery(parts, tenant));
      return;
    case 'discovery/v2.0/keys':
    case 'discovery/keys':
      sendJson(response, 200, await parts.key.jwks());
      return;
    case 'oauth2/v2.0/token':
      await serveToken(parts, tenant, url, request, response);
      return;
    default:
      if (!(await serveInteractive(parts, path, url, request, response)))
        sendJson(response, 404, { error: 'not_found' });
  }
}

function isTenant(parts: EntraServerParts, tenant: string): boolean {
  const name = tenant.toLowerCase();
  const { directory } = parts;
  return (
    ['common', 'organizations', directory.tenantId].includes(name) ||
    directory.domains.some((domain) => domain.isVerified && domain.id === name)
  );
}

/** The OpenID configuration; `common` gets the issuer with a placeholder, as at Microsoft. */
function discovery(parts: EntraServerParts, tenant: string): object {
  const shared = ['common', 'organizations'].includes(tenant.toLowerCase());
  const base = `${parts.origin()}/${shared ? tenant : parts.directory.tenantId}`;
  return {
    token_endpoint: `${base}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    jwks_uri: `${base}/discovery/v2.0/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    issuer: shared ? `${parts.origin()}/{tenantid}/v2.0` : issuerOf(parts),
    request_uri_parameter_supported: false,
    userinfo_endpoint: 'https://graph.microsoft.com/oidc/userinfo',
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
    http_logout_supported: true,
    end_session_endpoint: `${base}/oauth2/v2.0/logout`,
    claims_supported: [
      'sub',
      'iss',
      'aud',
      'exp',
      'iat',
      'nonce',
      'preferred_username',
      'name',
      'tid',
      'ver',
      'email',
    ],
    tenant_region_scope: 'NA',
    cloud_instance_name: 'microsoftonline.com',
    cloud_graph_host_name: 'graph.windows.net',
    msgraph_host: 'graph.microsoft.com',
    rbac_url: 'https://pas.windows.net',
  };
}

/** Instance discovery: this host is the only alias of this cloud. */
function instanceMetadata(parts: EntraServerParts): object {
  const { host } = new URL(parts.origin());
  return {
    tenant_discovery_endpoint: `${parts.origin()}/${parts.directory.tenantId}/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
  };
}

async function serveToken(
  parts: EntraServerParts,
  tenant: string,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const form = new URLSearchParams(await readBody(request));
  try {
    if (await serveFault(parts, url, form, response)) return;
    sendJson(response, 200, await grantToken(parts, tenant.toLowerCase(), form));
  } catch (error) {
    if (!(error instanceof SignInError)) throw error;
    sendError(response, error);
  }
}

/** Faults reach the token endpoint only when aimed at it, by a path or by being a sign-in error. */
async function serveFault(
  parts: EntraServerParts,
  url: URL,
  form: URLSearchParams,
  response: ServerResponse,
): Promise<boolean> {
  const aim = ['client_id', 'grant_type', 'scope'].map((name) => `${name}=${form.get(name) ?? ''}`).join('&');
  const target = { method: 'POST', url: `${url.pathname}?${aim}`, page: 1 };
  const signIn = parts.faults.find(['sign-in-error'], target);
  const isForGraph = !(form.get('scope') ?? '').includes('botframework');
  if (signIn && (signIn.match.path !== undefined || isForGraph)) {
    parts.faults.serve(signIn);
    throw new SignInError(signIn.options.code ?? 7000222);
  }
  const other = parts.faults.find(
    ['throttle', 'unavailable', 'reset', 'silent', 'slow', 'html-error'],
    target,
  );
  if (!other?.match.path?.includes('token')) return false;
  parts.faults.serve(other);
  return spoil(other, response);
}

/** True when the fault has answered. */
async function spoil(fault: Fault, response: ServerResponse): Promise<boolean> {
  switch (fault.kind) {
    case 'slow':
      await new Promise((resolve) => setTimeout(resolve, fault.options.ms ?? 2000));
      return false;
    case 'silent':
      return true;
    case 'reset':
      response.socket?.destroy();
      return true;
    case 'html-error':
      response.writeHead(502, { 'Content-Type': 'text/html' });
      response.end('<html><body><h1>502 Bad Gateway</h1></body></html>');
      return true;
    case 'throttle':
      response.setHeader('Retry-After', String(fault.options.retryAfter ?? 1));
      throw new SignInError(90055);
    default:
      throw new SignInError(90033);
  }
}

/** An error of the token endpoint (Entra docs: handling errors in tokens). */
function sendError(response: ServerResponse, problem: SignInError): void {
  const timestamp = `${new Date().toISOString().slice(0, 19).replace('T', ' ')}Z`;
  const [traceId, correlationId] = [randomUUID(), randomUUID()];
  sendJson(response, problem.failure.status ?? 400, {
    error: problem.failure.error,
    error_description: `${problem.message} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
    error_codes: [problem.code],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    error_uri: `https://login.microsoftonline.com/error?code=${problem.code}`,
    ...(problem.failure.suberror === undefined ? {} : { suberror: problem.failure.suberror }),
  });
}

function sendJson(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
  });
  response.end(JSON.stringify(value));
}
