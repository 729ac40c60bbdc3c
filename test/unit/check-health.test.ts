// Health is told soon, whatever cannot be reached, and asking often costs nobody anything.
import assert from 'node:assert/strict';
import { createHealthCheck, type KeyProblem } from '../../services/check-health.ts';
import { AppError } from '../../services/errors.ts';
import type { WebOutcome } from '../../services/web.ts';
import { answerWith, createScriptedWeb } from '../support/scripted-web.ts';
import { testConfig } from '../support/test-services.ts';

const never = <T>() => new Promise<T>(() => undefined);

/** Time passes only when told to; whoever sleeps wakes when it has. */
function createHandClock() {
  let nowMs = Date.parse('2026-05-04T08:00:00Z');
  const sleepers: { readonly atMs: number; readonly wake: () => void }[] = [];
  return {
    now: () => new Date(nowMs),
    sleep: (ms: number) => new Promise<void>((wake) => sleepers.push({ atMs: nowMs + ms, wake })),
    every: () => () => undefined,
    pass: (ms: number) => {
      nowMs += ms;
      for (const { atMs, wake } of sleepers) if (atMs <= nowMs) wake();
    },
  };
}

function open(
  answer: WebOutcome | 'never',
  pingDatabase: () => Promise<void> = () => Promise.resolve(),
  keys: KeyProblem | null = null,
) {
  const clock = createHandClock();
  const scripted = createScriptedWeb(() => (answer === 'never' ? answerWith(200, {}) : answer));
  let asked = 0;
  const web = {
    ...scripted,
    send: (request: Parameters<typeof scripted.send>[0]) => {
      asked++;
      return answer === 'never' ? never<WebOutcome>() : scripted.send(request);
    },
  };
  const check = createHealthCheck({
    config: testConfig('mongodb://localhost/x'),
    clock,
    web,
    pingDatabase,
    checkKeys: () => Promise.resolve(keys),
  });
  return { clock, check, asked: () => asked };
}
const problems = async (check: ReturnType<typeof open>['check']) =>
  (await check()).map(({ problem }) => problem);

describe('health', () => {
  it('is told within two seconds when nothing answers', async () => {
    const { clock, check } = open('never', never);
    const told = problems(check);
    clock.pass(1_999);
    // Of the keys nothing can be said while the database is away.
    assert.deepEqual(await told, [...Array<string>(3).fill('No answer in time.'), null]);
  });

  it('asks once for all probes that wait', async () => {
    let pings = 0;
    const { clock, check, asked } = open('never', () => {
      pings++;
      return never();
    });
    const probes = [check(), check(), check()];
    clock.pass(1_999);
    await Promise.all(probes);
    assert.equal(asked(), 2, 'keys and sign-in, once each');
    assert.equal(pings, 1);
  });

  it('remembers what is good for a while, and a problem for a moment', async () => {
    const good = open(answerWith(200, {}));
    assert.deepEqual(await problems(good.check), [null, null, null, null]);
    await good.check();
    assert.equal(good.asked(), 2);

    const bad = open({ kind: 'broken', reason: 'ECONNREFUSED' }, () =>
      Promise.reject(new AppError('database-unreachable')),
    );
    const [database, keys] = await problems(bad.check);
    assert.match(database ?? '', /database cannot be reached/);
    assert.match(keys ?? '', /ECONNREFUSED/);
    bad.clock.pass(1_000);
    await bad.check();
    assert.equal(bad.asked(), 4);
  });

  it('stays ready with a key missing, and names it, unless no key opens anything', async () => {
    const ring = async (total: boolean) => {
      const { check } = open(answerWith(200, {}), undefined, { text: 'lacks "k1"', total });
      return (await check()).find(({ name }) => name === 'tokenKeys');
    };
    assert.deepEqual(await ring(false), { name: 'tokenKeys', ok: true, problem: 'lacks "k1"' });
    assert.deepEqual(await ring(true), { name: 'tokenKeys', ok: false, problem: 'lacks "k1"' });
  });
});
