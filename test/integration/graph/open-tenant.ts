// A local tenant for tests of reading, with a source on it as the real process makes one.
import { randomUUID } from 'node:crypto';
import { createCertificates } from '../../../local/certificates.ts';
import { startTenant, type Tenant } from '../../../local/tenant/start-tenant.ts';
import { createAmbient } from '../../../services/ambient.ts';
import { CLOUD_ADDRESSES } from '../../../services/clouds.ts';
import { createAppTokenSource, type AppTokenSource } from '../../../services/credentials/app-token.ts';
import { parseTenantId } from '../../../services/directory/ids.ts';
import type { Source } from '../../../services/directory/source.ts';
import { createGraphHttp } from '../../../services/graph/graph-http.ts';
import { createGraphSource } from '../../../services/graph/source.ts';
import { createSecret } from '../../../services/secret.ts';
import { createWeb, type Web } from '../../../services/web.ts';
import { quietLog } from '../../support/scripted-web.ts';

export const PERMISSIONS = ['User.Read.All', 'GroupMember.Read.All', 'Domain.Read.All', 'Member.Read.Hidden'];

export interface OpenTenant {
  readonly tenant: Tenant;
  readonly web: Web;
  /** A source with these permissions and time limit of one call. */
  readonly source: (permissions?: readonly string[], timeoutMs?: number) => Source;
  readonly tokens: (permissions?: readonly string[], secret?: string) => AppTokenSource;
  /** Switches a fault on (control API of the local tenant). */
  readonly fault: (fault: object) => Promise<void>;
  /** Switches all faults off and returns how often each was served. */
  readonly clearFaults: () => Promise<readonly number[]>;
  readonly control: (method: string, path: string, body?: object) => Promise<unknown>;
  readonly close: () => Promise<void>;
}

const SETS: readonly (readonly string[])[] = [
  PERMISSIONS,
  PERMISSIONS.filter((permission) => permission !== 'Member.Read.Hidden'),
  PERMISSIONS.filter((permission) => permission !== 'Domain.Read.All'),
  [],
];

export async function openTenant(size: {
  users: number;
  groups: number;
  memberships?: number;
}): Promise<OpenTenant> {
  const certificates = await createCertificates();
  const clientSecret = 'a secret of the tests';
  const apps = SETS.map((graphPermissions) => ({
    clientId: randomUUID(),
    clientSecret,
    name: `Rollcall with ${graphPermissions.length} permissions`,
    graphPermissions,
  }));
  const tenant = await startTenant({
    seed: 'reading',
    ...size,
    ports: { graph: 0, entra: 0, control: 0 },
    certificates,
    apps,
  });
  const ambient = { ...createAmbient(), random: { next: () => 0 } };
  const web = createWeb({ clock: ambient.clock, ca: certificates.caPem });
  const clientIdFor = (permissions: readonly string[]) =>
    apps.find((app) => app.graphPermissions.join() === permissions.join())?.clientId ?? 'no such app';
  const tokens = (permissions: readonly string[] = PERMISSIONS, secret = clientSecret) =>
    createAppTokenSource({
      entraUrl: tenant.entraUrl,
      graphResource: CLOUD_ADDRESSES.public.graphUrl,
      clientId: clientIdFor(permissions),
      clientSecret: createSecret(secret),
      web,
      clock: ambient.clock,
      log: quietLog(),
    });
  async function control(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${tenant.controlUrl}${path}`, {
      method,
      ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  }
  return {
    tenant,
    web,
    tokens,
    source: (permissions, timeoutMs = 30_000) => {
      const http = createGraphHttp({
        graphUrl: tenant.graphUrl,
        tenantId: parseTenantId(tenant.tenantId),
        tokens: tokens(permissions),
        web,
        ambient,
        log: quietLog(),
        timeoutMs,
      });
      return createGraphSource({ http: { users: http, groups: http, domains: http }, clock: ambient.clock });
    },
    control,
    fault: async (fault) => {
      await control('POST', '/faults', fault);
    },
    clearFaults: async () => {
      const faults = await control('GET', '/faults');
      await control('DELETE', '/faults');
      return Array.isArray(faults) ? faults.map((fault: { served: number }) => fault.served) : [];
    },
    close: async () => {
      await web.close();
      await tenant.stop();
    },
  };
}
