// Puts the services together behind the facade of index.ts. Composition only: reading is in store/, syncing in sync/.
import { createAuditExport } from './audit-export.ts';
import { createAuditTrail } from './audit-trail.ts';
import { createHealthCheck } from './check-health.ts';
import { createKeyCheck } from './credentials/check-keys.ts';
import { createConnecting, type ConnectingService, type ProbeTokens } from './credentials/connecting.ts';
import { createKeyring } from './credentials/keyring.ts';
import type { Probe } from './credentials/validate.ts';
import { createVault } from './credentials/vault.ts';
import type { Capability } from './directory/credential.ts';
import { parseObjectId, type EntryId, type ObjectId, type TenantId } from './directory/ids.ts';
import type { KnownPerson } from './directory/person.ts';
import type { Source } from './directory/source.ts';
import { AppError } from './errors.ts';
import { createPersonFinder } from './find-person.ts';
import { createGraphBudget, createGraphHttp } from './graph/graph-http.ts';
import { probe, readRoleTemplates } from './graph/probe.ts';
import { readPerson } from './graph/read-person.ts';
import { createGraphSource } from './graph/source.ts';
import { readTokenRoles } from './graph/token-roles.ts';
import type { Services, ServicesOptions, TenantStatus, UserDetail } from './index.ts';
import type { Log } from './log.ts';
import { createPeople } from './people.ts';
import { createStore, type Store, type StoreOptions } from './store/create-store.ts';
import { findUser } from './store/find-user.ts';
import {
  readGroupDetail,
  readNames,
  readRunChanges,
  readUserDetail,
  summariseGroup,
} from './store/read-details.ts';
import { createSyncRunner } from './sync/create-sync-runner.ts';
import { createWeb, type Web } from './web.ts';

const NEWEST_RUNS = 10;

/** What tests put in the place of Microsoft 365, and where they look on. */
export interface Substitutes {
  readonly openSource?: (tenantId: TenantId, log: Log) => Source;
  /** The way to Microsoft; closed with the services. */
  readonly web?: Web;
  /** Sees each database command as it is sent. */
  readonly onCommand?: StoreOptions['onCommand'];
}

/**
 * The services of this process. Connects to nothing before it is needed: while the database is away, calls fail with
 * `database-unreachable` and work again once it is back.
 */
export function openServices(options: ServicesOptions, substitutes: Substitutes = {}): Promise<Services> {
  const { config, ambient, log } = options;
  const { clock, ids } = ambient;
  const web = substitutes.web ?? createWeb({ clock });
  const { onCommand } = substitutes;
  const store = createStore({ uri: config.mongodbUri, log, clock, ids, ...(onCommand && { onCommand }) });
  const { credentials, signIns, notices, claims, chats } = store;
  const finder = createPersonFinder({
    users: store.users,
    ask: (tenantId, objectId, signal) => askForPerson(options, web, connecting, tenantId, objectId, signal),
    ...{ clock, log },
  });
  const trail = createAuditTrail({ audit: store.audit, clock, ids, log });
  const people = createPeople({ people: store.people, trail, chats, finder, clock });
  const keyring = createKeyring(config.tokenKeys);
  const connecting = createConnecting({
    ...{ config, ambient, log, web, credentials, signIns, notices, claims, keyring, people },
    vault: createVault({ credentials, keyring, ids }),
    openProbe: createProbeOpener(options, web),
  });
  const openSource = substitutes.openSource ?? createSourceOpener(options, web, connecting);
  const runner = createSyncRunner({ store: store.directory, ambient, log, openSource });
  const checkHealth = createHealthCheck({
    ...{ config, clock, web, pingDatabase: () => store.ping() },
    checkKeys: createKeyCheck(credentials, keyring, log),
  });

  const getUser = async (tenantId: TenantId, id: EntryId): Promise<UserDetail | null> => {
    const user = await store.users.get(tenantId, id);
    return user === null ? null : readUserDetail(store, tenantId, user);
  };

  const services: Services = {
    startSync: async (request) => {
      if (!config.allowedTenants.has(request.tenantId)) throw new AppError('tenant-not-allowed');
      return runner.start(request);
    },
    getStatus: (tenantId) => readStatus(store, tenantId, clock.now()),
    getRun: (tenantId, runId) => store.runs.getRun(tenantId, runId),
    listRunChanges: (tenantId, runId, query) => readRunChanges(store, tenantId, runId, query),
    listUsers: (tenantId, query) => store.users.list(tenantId, query),
    listGroups: async (tenantId, query) => {
      const page = await store.groups.list(tenantId, query);
      const items = await Promise.all(page.items.map((group) => summariseGroup(store, tenantId, group)));
      return { ...page, items };
    },
    findUser: async (tenantId, text) => {
      const found = await findUser(store.users, tenantId, text);
      if (found.kind !== 'one') return found;
      return { kind: 'one', detail: await readUserDetail(store, tenantId, found.user) };
    },
    getUser,
    getGroup: async (tenantId, id) => {
      const group = await store.groups.get(tenantId, id);
      return group === null ? null : readGroupDetail(store, tenantId, group);
    },
    namesOf: (tenantId, objectIds) => readNames(store, tenantId, objectIds),
    attachCard: (tenantId, runId, card) => store.runs.attachCard(tenantId, runId, card),
    ...connecting,
    ...people,
    ...createAuditExport({
      ...{ exports: store.exports, audit: store.audit, people, clock, publicUrl: config.publicUrl },
    }),
    ...finder,
    rememberChat: async (tenantId, person, chat) => {
      await chats.remember(tenantId, person, chat, clock.now());
      await notices.wake(tenantId, person.objectId);
    },
    findChat: (tenantId, objectId) => chats.find(tenantId, objectId),
    takeNotices: async () => {
      const due = [];
      for (let next = await notices.take(clock.now()); next; next = await notices.take(clock.now()))
        due.push(next);
      return due;
    },
    placeNotice: (key, person, card) => notices.place(key, person, card),
    awaitChat: (key, person) => notices.awaitChat(key, person),
    claimTurn: (key) => store.turns.claim(key, clock.now()),
    listInterruptedRuns: async () => {
      for (const tenantId of await store.runs.listTenantsWithOpenRuns()) await runner.repair(tenantId);
      return store.runs.listUntold();
    },
    markTold: (runId) => store.runs.markTold(runId),
    checkHealth: async () => {
      const checks = await checkHealth();
      return { ok: checks.every(({ ok }) => ok), checks };
    },
    close: async (timeoutMs) => {
      connecting.stopWatching();
      await runner.stop(timeoutMs);
      await Promise.all([store.close(), web.close()]);
    },
  };
  return Promise.resolve(services);
}

/** Sources that read each part with its own credentials, at the expense of one budget for each run. */
function createSourceOpener({ config, ambient }: ServicesOptions, web: Web, connecting: ConnectingService) {
  return (tenantId: TenantId, log: Log): Source => {
    const run = connecting.openRun(tenantId, log);
    const budget = createGraphBudget(ambient.clock);
    const open = (capability: Capability) =>
      createGraphHttp({
        ...{ graphUrl: config.graph.url, tenantId, web, ambient, log, budget },
        tokens: run.tokens[capability],
      });
    const http = { users: open('users'), groups: open('groups'), domains: open('domains') };
    return createGraphSource({ http, ...run, clock: ambient.clock });
  };
}

/** By whoever may read users; somebody in a chat waits. */
async function askForPerson(
  { config, ambient, log }: ServicesOptions,
  web: Web,
  connecting: ConnectingService,
  tenantId: TenantId,
  objectId: ObjectId,
  signal: AbortSignal,
): Promise<KnownPerson | null> {
  const { tokens } = connecting.openRun(tenantId, log);
  const http = createGraphHttp({
    ...{ graphUrl: config.graph.url, tenantId, tokens: tokens.users, web, ambient, log },
  });
  return readPerson(http, objectId, signal);
}

function createProbeOpener({ config, ambient, log }: ServicesOptions, web: Web) {
  return (tenantId: TenantId, tokens: ProbeTokens): Probe => {
    const http = createGraphHttp({ graphUrl: config.graph.url, tenantId, tokens, web, ambient, log });
    return {
      probe: (capability, signal) => probe(http, capability, signal),
      readRoleTemplates: (signal) => readRoleTemplates(http, signal),
      readPerson: (objectId, signal) => readPerson(http, parseObjectId(objectId), signal),
      readPermissions: async (signal) => readTokenRoles(await http.accessToken(signal)),
    };
  };
}

async function readStatus(store: Store, tenantId: TenantId, now: Date): Promise<TenantStatus> {
  const [runs, users, groups, memberships, { policy }] = await Promise.all([
    store.runs.listNewestRuns(tenantId, NEWEST_RUNS),
    store.users.count(tenantId),
    store.groups.count(tenantId),
    store.memberships.count(tenantId),
    store.directory.getPolicy(tenantId, now),
  ]);
  return {
    runs,
    running: runs.find(({ status }) => status === 'running') ?? null,
    lastComplete:
      runs.find(({ report }) => report?.outcome === 'changed' || report?.outcome === 'unchanged') ?? null,
    totals: { users, groups, memberships },
    policy,
  };
}
