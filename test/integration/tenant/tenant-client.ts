// A started tenant with plain ways to call it: fetch for Graph and the control API, MSAL for tokens. No retries, no
// interpretation: the tests see what a reader sees.
import { ConfidentialClientApplication } from '@azure/msal-node';
import type { INetworkModule, NetworkRequestOptions, NetworkResponse } from '@azure/msal-node';
import { Agent, fetch } from 'undici';
import type { RequestInit, Response } from 'undici';
import { z } from 'zod';
import { createCertificates } from '../../../local/certificates.ts';
import { startTenant } from '../../../local/tenant/start-tenant.ts';
import type { Tenant, TenantOptions } from '../../../local/tenant/start-tenant.ts';

export const clientId = '6a2b1c3d-0000-4000-8000-00000000000a';
export const clientSecret = 'a-secret-of-the-test';
export const allPermissions = [
  'User.Read.All',
  'GroupMember.Read.All',
  'Domain.Read.All',
  'Member.Read.Hidden',
];

const object = z.looseObject({
  id: z.string().optional(),
  displayName: z.string().nullish(),
  mail: z.string().nullish(),
  userPrincipalName: z.string().nullish(),
  accountEnabled: z.boolean().nullish(),
  '@odata.type': z.string().optional(),
  '@removed': z.object({ reason: z.string() }).optional(),
  'members@delta': z
    .array(
      z.object({
        id: z.string(),
        '@odata.type': z.string(),
        '@removed': z.object({ reason: z.string() }).optional(),
      }),
    )
    .optional(),
});
export type Shown = z.infer<typeof object>;

/** Anything Graph answers in JSON. */
export const graphBody = z.looseObject({
  value: z.array(object).default([]),
  '@odata.nextLink': z.string().optional(),
  '@odata.deltaLink': z.string().optional(),
  '@odata.count': z.number().optional(),
  '@odata.context': z.string().optional(),
  error: z
    .object({ code: z.string(), message: z.string(), innerError: z.record(z.string(), z.string()) })
    .optional(),
  responses: z
    .array(
      z.object({
        id: z.string(),
        status: z.number(),
        headers: z.record(z.string(), z.string()),
        body: z.unknown(),
      }),
    )
    .default([]),
});
export type GraphBody = z.infer<typeof graphBody>;

export interface Answer {
  readonly status: number;
  readonly headers: Headers | Response['headers'];
  readonly text: string;
  readonly body: GraphBody;
}

export interface TenantClient extends Tenant {
  readonly token: string;
  /** GET of a path after `/v1.0`, or of a whole link. */
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Follows nextLinks; returns all objects, the first count and the deltaLink. */
  readAll(
    path: string,
    headers?: Record<string, string>,
  ): Promise<{ value: Shown[]; pages: number; count: number | undefined; deltaLink: string }>;
  control(method: string, path: string, body?: unknown): Promise<unknown>;
  /** An app-only token by a plain call of the token endpoint. */
  appToken(scope?: string): Promise<string>;
  entra(path: string, init?: RequestInit): Promise<Response>;
  msal(): ConfidentialClientApplication;
}

export const eventual = { ConsistencyLevel: 'eventual' };

export async function startTenantClient(given: Partial<TenantOptions> = {}): Promise<TenantClient> {
  const certificates = await createCertificates();
  const tenant = await startTenant({
    seed: 'test',
    users: 250,
    groups: 40,
    memberships: 800,
    ports: { graph: 0, entra: 0, control: 0 },
    certificates,
    apps: [{ clientId, clientSecret, name: 'Rollcall', graphPermissions: allPermissions }],
    ...given,
  });
  const dispatcher = new Agent({ connect: { ca: certificates.caPem } });
  const entra = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${tenant.entraUrl}${path}`, { redirect: 'manual', ...init, dispatcher });

  async function appToken(scope = 'https://graph.microsoft.com/.default'): Promise<string> {
    const response = await entra(`/${tenant.tenantId}/oauth2/v2.0/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
        scope,
      }),
    });
    return z.object({ access_token: z.string() }).parse(await response.json()).access_token;
  }
  const token = await appToken();

  async function call(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: unknown,
  ): Promise<Answer> {
    const url = path.startsWith('https://') ? path : `${tenant.graphUrl}/v1.0${path}`;
    const response = await fetch(url, {
      method,
      dispatcher,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const parsed = text.startsWith('{') && text.endsWith('}') ? JSON.parse(text) : {};
    return { status: response.status, headers: response.headers, text, body: graphBody.parse(parsed) };
  }

  return {
    ...tenant,
    token,
    entra,
    appToken,
    get: (path, headers = {}) => call('GET', path, headers),
    post: (path, body, headers = {}) => call('POST', path, headers, body),
    async readAll(path, headers = {}) {
      const value: Shown[] = [];
      let count: number | undefined;
      let next: string | undefined = path;
      let deltaLink = '';
      let pages = 0;
      for (; next !== undefined && pages < 500; pages += 1) {
        const { status, body, text }: Answer = await call('GET', next, headers);
        if (status !== 200) throw new Error(`Expected 200, got ${status}: ${text}`);
        value.push(...body.value);
        count ??= body['@odata.count'];
        deltaLink = body['@odata.deltaLink'] ?? '';
        next = body['@odata.nextLink'];
      }
      return { value, pages, count, deltaLink };
    },
    async control(method, path, body) {
      const response = await fetch(`${tenant.controlUrl}${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const answer = await response.json();
      if (!response.ok) throw new Error(`${response.status} ${JSON.stringify(answer)}`);
      return answer;
    },
    msal: () =>
      new ConfidentialClientApplication({
        auth: {
          clientId,
          clientSecret,
          authority: `${tenant.entraUrl}/${tenant.tenantId}`,
          knownAuthorities: [new URL(tenant.entraUrl).host],
        },
        system: { networkClient: networkOver(dispatcher) },
      }),
    async stop() {
      await dispatcher.destroy();
      await tenant.stop();
    },
  };
}

/** MSAL over a connection that trusts the tenant's authority. */
function networkOver(dispatcher: Agent): INetworkModule {
  async function send<T>(
    method: string,
    url: string,
    options?: NetworkRequestOptions,
  ): Promise<NetworkResponse<T>> {
    const response = await fetch(url, {
      method,
      dispatcher,
      ...(options?.headers ? { headers: options.headers } : {}),
      ...(options?.body === undefined ? {} : { body: options.body }),
    });
    // MSAL says what it expects in T and checks it itself.
    const body = (await response.json()) as T;
    return { headers: Object.fromEntries(response.headers), body, status: response.status };
  }
  return {
    sendGetRequestAsync: (url, options) => send('GET', url, options),
    sendPostRequestAsync: (url, options) => send('POST', url, options),
  };
}
