// Starts a small Microsoft 365: Graph and Entra over HTTPS, control API and admin page over HTTP, all on loopback.
// What it reproduces and what it does not: docs/local-tenant.md.
import type { Certificates } from '../certificates.ts';
import { createTenantClock } from './clock.ts';
import { createControlServer } from './control/control-server.ts';
import { openDirectory } from './directory.ts';
import { createApps } from './entra/apps.ts';
import type { AppRegistration } from './entra/apps.ts';
import { createEntraServer } from './entra/entra-server.ts';
import { createGrants } from './entra/grants.ts';
import { serveInteractive } from './entra/interactive.ts';
import { createSeenSecrets } from './entra/seen-secrets.ts';
import { createSigningKey } from './entra/signing-key.ts';
import { createFaults } from './faults.ts';
import { createAuthenticate } from './graph/authenticate.ts';
import { createFragments } from './graph/fragments.ts';
import { createGraphServer } from './graph/graph-server.ts';
import { createThrottle } from './graph/resource-units.ts';
import { createSeal } from './graph/seal.ts';
import { resumeHistory } from './history.ts';
import { close, listen } from './http.ts';
import { openJournal } from './journal.ts';
import type { Person } from './model.ts';
import { seedTenant } from './seed/seed-tenant.ts';
import { defaultSettings } from './settings.ts';
import { createStats } from './stats.ts';

export type { Person } from './model.ts';

export interface TenantOptions {
  /** Same seed and sizes, same tenant, ids included. */
  readonly seed: string;
  readonly users: number;
  readonly groups: number;
  /** Direct memberships; 1.5 per user when not given. */
  readonly memberships?: number;
  /** 0 takes a free port. */
  readonly ports: { readonly graph: number; readonly entra: number; readonly control: number };
  readonly certificates: Certificates;
  /** Registered applications with the Graph permissions that an administrator has consented to. */
  readonly apps: readonly AppRegistration[];
  /** File in which changes are kept across restarts; without it they are forgotten. */
  readonly statePath?: string;
}

export interface Tenant {
  readonly tenantId: string;
  /** Origins: `https://localhost:PORT`, and `http://127.0.0.1:PORT` for the control API. */
  readonly graphUrl: string;
  readonly entraUrl: string;
  readonly controlUrl: string;
  readonly people: readonly Person[];
  stop(): Promise<void>;
}

/** The name of Graph as a resource, whatever host it runs on. */
const graphResource = 'https://graph.microsoft.com';
const graphAppId = '00000003-0000-0000-c000-000000000000';

/** Starts all three servers; throws an error naming the port when one is taken. */
export async function startTenant(options: TenantOptions): Promise<Tenant> {
  const key = createSigningKey();
  const clock = createTenantClock();
  const journal = openJournal(options.statePath, {
    version: 1,
    seed: options.seed,
    users: options.users,
    groups: options.groups,
    memberships: options.memberships ?? null,
    madeAtMs: clock.nowMs(),
  });
  const directory = openDirectory(seedTenant(options, journal.madeAtMs));
  const apps = createApps(options.apps);
  const perform = resumeHistory(directory, apps, clock, journal);
  const [settings, faults, stats] = [defaultSettings(), createFaults(), createStats()];
  const seenSecrets = createSeenSecrets();
  const origins = { graph: '', entra: '', control: '' };

  const world = {
    directory,
    clock,
    settings,
    fragments: createFragments(directory),
    seal: createSeal(`${options.seed}:pages`, 'RFNwd'),
    root: () => `${origins.graph}/v1.0`,
  };
  const audiences = (): readonly string[] => [graphResource, graphAppId, origins.graph];
  const authenticate = createAuthenticate({ directory, apps, key, clock, settings, audiences });
  const throttle = createThrottle(directory.tenantId, settings, () => directory.users.length);
  const graph = createGraphServer({ world, faults, stats, throttle, authenticate }, options.certificates);
  const grants = createGrants(directory, clock, createSeal(`${options.seed}:grants`, '0.AX'));
  const entraParts = {
    directory,
    key,
    clock,
    settings,
    apps,
    grants,
    seenSecrets,
    faults,
    stats,
    perform,
    origin: () => origins.entra,
    pagesOrigin: () => origins.control,
    graphNames: audiences,
  };
  const entra = createEntraServer(entraParts, options.certificates);
  const control = createControlServer(
    { directory, apps, clock, settings, faults, stats, seenSecrets, perform },
    (path, url, request, response) => serveInteractive(entraParts, path, url, request, response),
  );

  const servers = [graph, entra, control];
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map(close));
  };
  try {
    origins.graph = `https://localhost:${await listen(graph, options.ports.graph)}`;
    origins.entra = `https://localhost:${await listen(entra, options.ports.entra)}`;
    origins.control = `http://127.0.0.1:${await listen(control, options.ports.control)}`;
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    tenantId: directory.tenantId,
    graphUrl: origins.graph,
    entraUrl: origins.entra,
    controlUrl: origins.control,
    people: directory.people,
    stop,
  };
}
