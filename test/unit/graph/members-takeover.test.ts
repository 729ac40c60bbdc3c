// Members of groups that hide them, while accounts take over from each other: who answered counts, not who was asked
// before or after.
import assert from 'node:assert/strict';
import { openRunCredentials } from '../../../services/credentials/failover.ts';
import { proveCoverage } from '../../../services/directory/evidence.ts';
import { parseObjectId } from '../../../services/directory/ids.ts';
import type { MembersRead } from '../../../services/directory/source.ts';
import { AppError } from '../../../services/errors.ts';
import { createGraphHttp } from '../../../services/graph/graph-http.ts';
import { createGraphSource } from '../../../services/graph/source.ts';
import { aCredential } from '../../support/a-credential.ts';
import {
  answerWith,
  createScriptedWeb,
  createSteppingAmbient,
  quietLog,
} from '../../support/scripted-web.ts';
import { GRAPH, range, signal } from './scripted-graph.ts';

const GLOBAL_ADMINISTRATOR = '62e90394-69f5-4237-9190-012177145e10';
const tokenOf = (name: string, sees: boolean): string =>
  [{ alg: 'none' }, { name, scp: 'Member.Read.Hidden', wids: sees ? [GLOBAL_ADMINISTRATOR] : [] }, 'x']
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');

/** `anna` and `carla` see hidden members; `bob`, between them, does not: to him such groups look empty. */
const TOKENS = {
  anna: tokenOf('anna', true),
  bob: tokenOf('bob', false),
  carla: tokenOf('carla', true),
} as const;
const NAMES = ['anna', 'bob', 'carla'] as const;
type Name = (typeof NAMES)[number];

/** Anna is refused at Graph; Bob is disabled as soon as he has answered. */
function open() {
  const out = new Set<Name>();
  const credentials = NAMES.map((name, position) => aCredential(name, 'groups', { position }));
  const ambient = createSteppingAmbient();
  const asked: Name[] = [];
  const nameOf = (id: string) => NAMES.find((name) => name === id) ?? 'anna';
  const run = openRunCredentials({
    ...{ tenantId: credentials[0]!.tenantId, clock: ambient.clock, log: quietLog() },
    credentials: { list: () => Promise.resolve(credentials), recordUse: () => Promise.resolve() },
    tokens: {
      accessToken: ({ id }) =>
        out.has(nameOf(id))
          ? Promise.reject(new AppError('sign-in-failed', { aadsts: 50057 }))
          : Promise.resolve(TOKENS[nameOf(id)]),
      roleTemplateIds: () => Promise.resolve(null),
      invalidate: () => undefined,
    },
    health: { recordFailure: () => Promise.resolve() },
  });
  const web = createScriptedWeb(({ headers, body }) => {
    const name = NAMES.find((one) => headers.authorization === `Bearer ${TOKENS[one]}`) ?? 'anna';
    asked.push(name);
    if (name === 'anna') return answerWith(403, { error: { code: 'Authorization_RequestDenied' } });
    if (name === 'bob') out.add('bob');
    const { requests } = JSON.parse(body ?? '{}') as { requests: { id: string }[] };
    const value = name === 'bob' ? [] : [{ '@odata.type': '#microsoft.graph.user', id: 'u-1' }];
    return answerWith(200, {
      responses: requests.map(({ id }) => ({
        ...{ id, status: 200 },
        body: { '@odata.count': value.length, value },
      })),
    });
  });
  const http = createGraphHttp({
    ...{ graphUrl: GRAPH, tenantId: credentials[0]!.tenantId, tokens: run.tokens.groups, web, ambient },
    log: quietLog(),
  });
  const source = createGraphSource({
    ...{ http: { users: http, groups: http, domains: http }, clock: ambient.clock },
  });
  return { source, asked };
}

describe('graph: hidden members while accounts take over', () => {
  for (const count of [1, 50])
    it(`believes no answer of one who may not see them, though those before and after may (${count})`, async () => {
      const { source, asked } = open();
      const reads: MembersRead[] = [];
      const ids = range(1, count).map((n) => parseObjectId(`g-${n}`));
      await source.readMembers(ids, (read) => reads.push(read), signal());
      assert.ok(asked.includes('bob') && asked.at(-1) === 'carla', asked.join());
      assert.equal(reads.length, count);
      for (const { members, observation } of reads)
        assert.deepEqual([members.length, proveCoverage(observation).kind], [1, 'complete']);
    });
});
