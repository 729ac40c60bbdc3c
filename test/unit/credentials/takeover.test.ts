// The credentials of a run and the requests that use them, together: who is asked again, who takes over, and when.
import assert from 'node:assert/strict';
import { openRunCredentials } from '../../../services/credentials/failover.ts';
import type { Credential } from '../../../services/directory/credential.ts';
import { AppError } from '../../../services/errors.ts';
import { sendBatch } from '../../../services/graph/batch.ts';
import { createGraphHttp } from '../../../services/graph/graph-http.ts';
import { aCredential } from '../../support/a-credential.ts';
import {
  answerWith,
  createScriptedWeb,
  createSteppingAmbient,
  quietLog,
} from '../../support/scripted-web.ts';

const never = new AbortController().signal;
const primary = aCredential('primary');
const backup = aCredential('backup', 'users', { position: 1 });

/** Graph accepts the tokens in `accepted`; a refresh makes `primary-2` of `primary-1`, unless it is refused. */
function open(accepted: readonly string[], refused: readonly string[] = []) {
  const given: string[] = [];
  const uses: string[] = [];
  const cached = new Map<string, string>([
    ['primary', 'primary-1'],
    ['backup', 'backup-1'],
  ]);
  const tokens = {
    accessToken: ({ id }: Credential) => {
      const known = cached.get(id);
      if (known !== undefined) return Promise.resolve(known);
      if (refused.includes(id)) return Promise.reject(new AppError('sign-in-failed', { aadsts: 50173 }));
      cached.set(id, `${id}-2`);
      return Promise.resolve(`${id}-2`);
    },
    roleTemplateIds: () => Promise.resolve(null),
    invalidate: ({ id }: Credential) => void cached.delete(id),
  };
  const ambient = createSteppingAmbient();
  const { tenantId } = primary;
  const run = openRunCredentials({
    ...{ tenantId, tokens, clock: ambient.clock, log: quietLog() },
    credentials: {
      list: () => Promise.resolve([primary, backup]),
      recordUse: (_, id) => {
        uses.push(id);
        return Promise.resolve();
      },
    },
    health: {
      recordFailure: ({ id }) => {
        given.push(id);
        return Promise.resolve();
      },
    },
  });
  const web = createScriptedWeb(({ url, headers, body }) => {
    const good = accepted.includes((headers.authorization ?? '').replace('Bearer ', ''));
    if (!url.endsWith('$batch')) return good ? answerWith(200, { value: [] }) : answerWith(401, {});
    const { requests } = JSON.parse(body ?? '{}') as { requests: { id: string }[] };
    return answerWith(200, {
      responses: requests.map(({ id }) => ({ id, status: good ? 200 : 401, body: {} })),
    });
  });
  const http = createGraphHttp({
    ...{ graphUrl: 'https://graph.example', tenantId, tokens: run.tokens.users, web, ambient },
    log: quietLog(),
  });
  const ways = {
    get: async () => (await http.get('/users', {}, never)).kind,
    batch: async () => {
      const replies = await sendBatch(http, [{ id: '1', url: '/users/x' }], () => ambient.clock.now(), never);
      return replies.get('1')?.kind;
    },
  };
  return { ...ways, given, uses, takeovers: run.takeovers };
}

describe('credentials: taking over a request', () => {
  for (const way of ['get', 'batch'] as const) {
    it(`renews the token of the backup before giving it up, too (${way})`, async () => {
      const world = open(['backup-2'], ['primary']);
      assert.equal(await world[way](), 'ok');
      assert.deepEqual(world.given, ['primary']);
    });

    it(`gives up each that is refused with a fresh token, and ends when nobody is left (${way})`, async () => {
      const world = open([]);
      await assert.rejects(world[way](), { code: 'sign-in-failed' });
      assert.deepEqual(world.given, ['primary', 'backup']);
    });

    it(`renews once and goes on with the same credential (${way})`, async () => {
      const world = open(['primary-2']);
      assert.equal(await world[way](), 'ok');
      assert.deepEqual(world.given, []);
    });
  }

  it('tells the run who failed, why, and who carried on', async () => {
    const world = open(['backup-1'], ['primary']);
    assert.deepEqual(await world.takeovers(), []);
    await world.get();
    const [takeover, ...more] = await world.takeovers();
    assert.deepEqual(more, []);
    assert.equal(takeover?.capability, 'users');
    assert.deepEqual(takeover.failed, primary.account);
    assert.deepEqual(takeover.carriesOn, { account: backup.account });
    assert.ok(takeover.problem.remedy !== '');
    const lost = open([]);
    await assert.rejects(lost.get());
    assert.deepEqual(
      (await lost.takeovers()).map(({ carriesOn }) => carriesOn),
      [null, null],
    );
  });

  it('calls a credential used when Microsoft answered it, not when it was tried', async () => {
    const world = open(['backup-1'], ['primary']);
    await world.get();
    assert.deepEqual(world.uses, ['backup']);
  });
});
