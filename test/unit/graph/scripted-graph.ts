// A source over a scripted network, for the tests of the readers.
import { createGraphHttp } from '../../../services/graph/graph-http.ts';
import { createGraphSource } from '../../../services/graph/source.ts';
import { parseTenantId } from '../../../services/directory/ids.ts';
import type { Source } from '../../../services/directory/source.ts';
import type { WebOutcome, WebRequest } from '../../../services/web.ts';
import {
  createScriptedWeb,
  createSteppingAmbient,
  quietLog,
  type ScriptedWeb,
  type SteppingClock,
} from '../../support/scripted-web.ts';

export const GRAPH = 'https://graph.example';
export const TENANT = parseTenantId('7f3d0000-0000-4000-8000-000000000000');

export interface ScriptedGraph {
  readonly source: Source;
  readonly web: ScriptedWeb;
  readonly clock: SteppingClock;
  /** How often the token was thrown away. */
  readonly renewals: () => number;
}

/** A token as Entra makes them, unsigned: nothing here checks signatures. */
export const tokenWith = (roles: readonly string[]): string =>
  ['{"alg":"none"}', JSON.stringify({ roles }), '']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');

export function createScriptedGraph(
  answer: (request: WebRequest, index: number) => WebOutcome,
  roles: readonly string[] = ['User.Read.All'],
): ScriptedGraph {
  const web = createScriptedWeb(answer);
  const ambient = createSteppingAmbient();
  let renewals = 0;
  const tokens = {
    accessToken: () => Promise.resolve(`${tokenWith(roles)}${renewals}`),
    invalidate: () => {
      renewals++;
    },
  };
  const http = createGraphHttp({ graphUrl: GRAPH, tenantId: TENANT, tokens, web, ambient, log: quietLog() });
  return {
    source: createGraphSource({ http: { users: http, groups: http, domains: http }, clock: ambient.clock }),
    web,
    clock: ambient.clock,
    renewals: () => renewals,
  };
}

export const signal = (): AbortSignal => new AbortController().signal;

/** Ids in the order of their numbers: u-1, u-2 … */
export const userOf = (n: number) => ({
  id: `u-${n}`,
  userPrincipalName: `u${n}@fabrikam.example`,
  displayName: `User ${n}`,
  givenName: null,
  surname: null,
  mail: null,
  accountEnabled: true,
  userType: 'Member',
});

export const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
