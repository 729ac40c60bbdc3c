// The services on a real database and the local tenant, in one process, and people who sign in at its pages without a
// browser. For tests of authorizations; what the chat shows of them is tested elsewhere.
import { randomUUID } from 'node:crypto';
import { Agent, fetch } from 'undici';
import { createCertificates } from '../../local/certificates.ts';
import { startTenant, type Tenant, type TenantOptions } from '../../local/tenant/start-tenant.ts';
import { createAmbient, type Ambient, type Clock } from '../../services/ambient.ts';
import { readConfig } from '../../services/config.ts';
import type { Credential, Grant } from '../../services/directory/credential.ts';
import { parseTenantId, type TenantId } from '../../services/directory/ids.ts';
import type { Run } from '../../services/directory/run.ts';
import type { DueNotice, Services, SignInAnswer } from '../../services/index.ts';
import { createLog } from '../../services/log.ts';
import { openServices } from '../../services/open-services.ts';
import { createWeb } from '../../services/web.ts';
import { openTestDatabase } from './database.ts';

export type Person = Tenant['people'][number];
type Environment = Readonly<Record<string, string>>;

export interface ConnectedTenant {
  readonly tenant: Tenant;
  readonly tenantId: TenantId;
  readonly clientId: string;
  readonly databaseUri: string;
  readonly services: Services;
  /** Global Administrator; the two lesser roles together; none. */
  readonly megan: Person;
  readonly alex: Person;
  readonly diego: Person;
  /** Every line that was logged. */
  readonly logged: string[];
  /** The clock of the services runs this much ahead. */
  readonly advance: (ms: number) => void;
  /** Lets everything that comes round on a clock go one round. */
  readonly tick: () => void;
  /** Another process with the same settings; closed with the rest. */
  readonly openAnother: (env?: Environment) => Promise<Services>;
  readonly begin: (person: Person, grant: Grant, backup?: boolean) => Promise<string>;
  /** What Microsoft's pages send back when this account is picked and everything accepted. */
  readonly pick: (url: string, account: string, more?: Environment) => Promise<Record<string, string>>;
  readonly connect: (person: Person, grant: Grant, backup?: boolean) => Promise<SignInAnswer>;
  readonly sync: (person?: Person) => Promise<Run>;
  readonly notices: () => Promise<readonly DueNotice[]>;
  /** The control API of the local tenant. */
  readonly control: (method: string, path: string, body?: object) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface ConnectedTenantOptions {
  readonly users?: number;
  readonly groups?: number;
  readonly env?: Environment;
  /** The services wait a hundredth of what they mean to. */
  readonly isHasty?: boolean;
  readonly graphPermissions?: readonly string[];
  /** Public keys (PEM) of certificates that the app may sign in with. */
  readonly certificateKeys?: readonly string[];
  /** Issuers outside whose tokens stand for the app. */
  readonly federatedCredentials?: TenantOptions['apps'][number]['federatedCredentials'];
}

export const PERMISSIONS = ['User.Read.All', 'GroupMember.Read.All', 'Domain.Read.All', 'Member.Read.Hidden'];
export const TOKEN_KEY = `k1:${Buffer.alloc(32, 7).toString('base64')}`;

export async function openConnectedTenant(given: ConnectedTenantOptions = {}): Promise<ConnectedTenant> {
  const certificates = await createCertificates();
  const [clientId, clientSecret] = [randomUUID(), 'a secret of the tests'];
  const database = await openTestDatabase();
  const graphPermissions = given.graphPermissions ?? PERMISSIONS;
  const tenant = await startTenant({
    seed: 'connect',
    ...{ users: given.users ?? 60, groups: given.groups ?? 12, certificates },
    ports: { graph: 0, entra: 0, control: 0 },
    apps: [
      {
        ...{ clientId, clientSecret, name: 'Rollcall', graphPermissions },
        certificateKeys: given.certificateKeys ?? [],
        federatedCredentials: given.federatedCredentials ?? [],
      },
    ],
  });
  const logged: string[] = [];
  let aheadMs = 0;
  const { clock, ...ambient } = createAmbient();
  const rounds = new Set<() => void>();
  const shifted: Clock = {
    ...clock,
    now: () => new Date(clock.now().getTime() + aheadMs),
    sleep: (ms, signal) => clock.sleep(given.isHasty ? ms / 100 : ms, signal),
    every: (_, round) => {
      rounds.add(round);
      return () => rounds.delete(round);
    },
  };
  const opened: Services[] = [];
  const open = async (env: Environment = {}): Promise<Services> => {
    const config = readConfig({
      MONGODB_URI: database.uri,
      MicrosoftAppId: clientId,
      MicrosoftAppPassword: clientSecret,
      MicrosoftAppTenantId: tenant.tenantId,
      ROLLCALL_PUBLIC_URL: 'http://localhost:3978',
      ROLLCALL_ENTRA_URL: tenant.entraUrl,
      ROLLCALL_GRAPH_URL: tenant.graphUrl,
      ROLLCALL_TOKEN_KEYS: TOKEN_KEY,
      ...given.env,
      ...env,
    });
    const web = createWeb({ clock, ca: certificates.caPem });
    const whole: Ambient = { ...ambient, clock: shifted };
    const log = createLog('debug', { write: (line) => void logged.push(line) });
    const services = await openServices({ config, ambient: whole, log }, { web });
    opened.push(services);
    return services;
  };
  const services = await open();
  const tenantId = parseTenantId(tenant.tenantId);
  const dispatcher = new Agent({ connect: { ca: certificates.caPem } });
  const [megan, alex, diego] = tenant.people;
  if (!megan || !alex || !diego) throw new Error('The local tenant lacks people');
  const conversationId = 'a:chat';

  const begin = async (person: Person, grant: Grant, backup = false): Promise<string> => {
    const actor = { objectId: person.id, displayName: person.displayName };
    return (await services.beginSignIn({ tenantId, actor, grant, backup, conversationId })).url;
  };
  const pick: ConnectedTenant['pick'] = async (url, account, more = { consent: 'yes' }) => {
    const page = new URL(url);
    const body = new URLSearchParams({ ...Object.fromEntries(page.searchParams), as: account, ...more });
    const response = await fetch(`${page.origin}${page.pathname}`, {
      ...{ method: 'POST', body, redirect: 'manual', dispatcher },
    });
    const landing = response.headers.get('location');
    if (landing === null) throw new Error(`Microsoft sent nobody back: ${await response.text()}`);
    return Object.fromEntries(new URL(landing).searchParams);
  };
  return {
    ...{ tenant, tenantId, clientId, databaseUri: database.uri, services, megan, alex, diego, logged },
    advance: (ms) => {
      aheadMs += ms;
    },
    tick: () => rounds.forEach((round) => round()),
    openAnother: open,
    begin,
    pick,
    connect: async (person, grant, backup = false) =>
      services.finishSignIn(await pick(await begin(person, grant, backup), person.id)),
    sync: async (person = megan) => {
      const actor = { objectId: person.id, displayName: person.displayName };
      const start = await services.startSync({ tenantId, actor });
      if (start.kind !== 'started') throw new Error(`The sync did not start: ${start.kind}`);
      return start.finished;
    },
    notices: () => services.takeNotices(),
    control: async (method, path, body) => {
      const response = await fetch(`${tenant.controlUrl}${path}`, {
        method,
        ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
      });
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    },
    close: async () => {
      for (const one of opened) await one.close(1000);
      await tenant.stop();
      await database.drop();
    },
  };
}

/** `users Megan Bowen failed AADSTS50057`. */
export const CREDENTIAL_LABEL = ({ grant, account, health }: Credential): string =>
  [
    grant,
    account?.displayName ?? 'app',
    health.state,
    ...('problem' in health ? [health.problem.code] : []),
  ].join(' ');

export { eventually } from './chat-page.ts';
