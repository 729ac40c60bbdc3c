import assert from 'node:assert/strict';
import fc from 'fast-check';
import { proveCoverage, type ListObservation } from '../../../services/directory/evidence.ts';
import type { Source } from '../../../services/directory/source.ts';
import { AppError } from '../../../services/errors.ts';
import type { WebOutcome, WebRequest } from '../../../services/web.ts';
import { answerWith, refuseWith } from '../../support/scripted-web.ts';
import { createScriptedGraph, GRAPH, range, signal, userOf } from './scripted-graph.ts';

const link = (page: number) => `${GRAPH}/v1.0/users?$select=id&b=2&$top=2&a=%23&$skiptoken=p${page}`;
const pageOf = (request: WebRequest) => Number(/skiptoken=p(\d+)/.exec(request.url)?.[1] ?? '1');

/** Five users on three pages. */
function honest(request: WebRequest): WebOutcome {
  const page = pageOf(request);
  return answerWith(200, {
    ...(request.url.includes('$count=true') ? { '@odata.count': 5 } : {}),
    ...(page < 3 ? { '@odata.nextLink': link(page + 1) } : {}),
    value: range(page * 2 - 1, Math.min(5, page * 2)).map(userOf),
  });
}

async function readUsers(source: Source): Promise<{ ids: string[]; observation: ListObservation }> {
  const ids: string[] = [];
  const observation = await source.readUsers((page) => {
    ids.push(...page.sightings.map((sighting) => sighting.objectId));
  }, signal());
  return { ids, observation };
}

/** Answers the n-th request (from 0) differently and all others honestly. */
const spoilt =
  (n: number, outcome: WebOutcome, times = 1) =>
  (request: WebRequest, index: number) =>
    index >= n && index < n + times ? outcome : honest(request);

describe('graph: read a list', () => {
  it('follows links exactly as they are given and sends the header on every page', async () => {
    const { source, web } = createScriptedGraph(honest);
    const { ids, observation } = await readUsers(source);
    assert.deepEqual(ids, ['u-1', 'u-2', 'u-3', 'u-4', 'u-5']);
    assert.equal(proveCoverage(observation).kind, 'complete');
    assert.deepEqual(
      web.requests.slice(1).map((request) => request.url),
      [link(2), link(3)],
    );
    assert.match(
      web.requests[0]!.url,
      /^https:\/\/graph\.example\/v1\.0\/users\?\$select=[^&]+&\$top=999&\$count=true$/,
    );
    for (const { headers } of web.requests) {
      assert.equal(headers.consistencylevel, 'eventual');
      assert.equal(headers['x-ms-throttle-priority'], 'low');
      assert.match(headers['client-request-id'] ?? '', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      assert.match(headers.authorization ?? '', /^Bearer ey/);
    }
    assert.deepEqual(source.costs(), { requests: 3, resourceUnits: 0, throttled: 0, retried: 0 });
  });

  const passing: readonly (readonly [string, WebOutcome])[] = [
    ['throttling', refuseWith(429, 'TooManyRequests', { 'Retry-After': '2.128' })],
    ['a fault', refuseWith(503, 'ServiceUnavailable')],
    ['an HTML page', answerWith(502, '<html>Bad Gateway</html>')],
    ['a reset', { kind: 'broken', reason: 'ECONNRESET' }],
    ['silence', { kind: 'timeout' }],
    ['half an answer', answerWith(200, '{"value":[{"id":')],
  ];
  for (const [name, outcome] of passing)
    it(`recovers from ${name} on the second page`, async () => {
      const { source, web } = createScriptedGraph(spoilt(1, outcome));
      const { ids, observation } = await readUsers(source);
      assert.equal(proveCoverage(observation).kind, 'complete');
      assert.equal(ids.length, 5);
      assert.equal(web.requests.length, 4);
      assert.equal(source.costs().retried, 1);
    });

  it('waits as long as Microsoft asked, with fractions', async () => {
    const { source, clock } = createScriptedGraph(
      spoilt(1, refuseWith(429, 'TooManyRequests', { 'Retry-After': '2.128' })),
    );
    await readUsers(source);
    assert.ok(
      clock.waits.some((ms) => ms >= 2128 && ms < 2500),
      String(clock.waits),
    );
    assert.equal(source.costs().throttled, 1);
  });

  it('slows down before it is throttled', async () => {
    const nearly = honest;
    const { source, clock } = createScriptedGraph((request) => {
      const outcome = nearly(request);
      return outcome.kind === 'answer'
        ? {
            ...outcome,
            header: (name) => (name === 'x-ms-throttle-limit-percentage' ? '0.9' : outcome.header(name)),
          }
        : outcome;
    });
    await readUsers(source);
    assert.equal(clock.waits.length, 2);
  });

  const lasting: readonly (readonly [string, WebOutcome, string])[] = [
    ['a fault', refuseWith(500, 'InternalServerError'), 'graph-unavailable'],
    ['throttling', refuseWith(429, 'TooManyRequests'), 'graph-throttled'],
    ['a reset', { kind: 'broken', reason: 'ECONNRESET' }, 'graph-unreachable'],
    ['silence', { kind: 'timeout' }, 'graph-timeout'],
    ['half an answer', answerWith(200, '{"value":'), 'graph-bad-answer'],
    ['no list', answerWith(200, { something: 'else' }), 'graph-bad-answer'],
    ['an object without id', answerWith(200, { value: [{ ...userOf(3), id: null }] }), 'graph-bad-answer'],
    ['a redirect', answerWith(302, '', { location: 'https://elsewhere.example' }), 'graph-bad-answer'],
    ['a bug of ours', refuseWith(400, 'Request_BadRequest'), 'graph-bad-request'],
  ];
  for (const [name, outcome, code] of lasting)
    it(`keeps what it read and names the page when ${name} lasts`, async () => {
      const { source } = createScriptedGraph(spoilt(1, outcome, 100));
      const { ids, observation } = await readUsers(source);
      assert.deepEqual(ids, ['u-1', 'u-2']);
      const { failure } = observation;
      assert.deepEqual(failure?.kind === 'pageFailed' && [failure.page, failure.code], [2, code]);
      assert.equal(proveCoverage(observation).kind, 'partial');
    });

  it('has not read what it may not read', async () => {
    const { source } = createScriptedGraph(() => refuseWith(403, 'Authorization_RequestDenied'));
    const { observation } = await readUsers(source);
    assert.deepEqual(observation.failure, { kind: 'notRead', code: 'graph-forbidden' });
  });

  it('starts again when a page token has expired, and tells nobody twice', async () => {
    const { source, web } = createScriptedGraph(spoilt(2, refuseWith(400, 'Directory_ExpiredPageToken')));
    const { ids, observation } = await readUsers(source);
    assert.deepEqual(ids, ['u-1', 'u-2', 'u-3', 'u-4', 'u-5']);
    assert.equal(proveCoverage(observation).kind, 'complete');
    assert.equal(web.requests.length, 6);
  });

  it('does not let somebody from a dropped pass stand for somebody who was missed', async () => {
    const { source } = createScriptedGraph((request, index) => {
      const body = { '@odata.count': 5, '@odata.nextLink': link(2) };
      // The first pass still sees u-9, who is gone in the second; the second misses one page.
      if (index === 0) return answerWith(200, { ...body, value: [userOf(9), userOf(1)] });
      if (index === 1) return refuseWith(400, 'Directory_ExpiredPageToken');
      if (index === 3) return answerWith(200, { '@odata.nextLink': link(3), value: [userOf(3)] });
      return honest(request);
    });
    const { observation } = await readUsers(source);
    assert.deepEqual([observation.rows, observation.counted], [4, 5]);
  });

  it('gives up when page tokens expire for ever', async () => {
    const { source, web } = createScriptedGraph((request) =>
      pageOf(request) === 1 ? honest(request) : refuseWith(400, 'directorypagetokennotfoundexception'),
    );
    const { observation } = await readUsers(source);
    assert.equal(observation.failure?.code, 'graph-page-expired');
    assert.equal(web.requests.length, 12);
  });

  it('asks for smaller pages when Microsoft allows fewer', async () => {
    const refusal = refuseWith(400, 'Request_UnsupportedQuery', {}, "Invalid page size specified: '999'.");
    const { source, web } = createScriptedGraph(spoilt(0, refusal, 2));
    const { observation } = await readUsers(source);
    assert.equal(proveCoverage(observation).kind, 'complete');
    assert.match(web.requests[2]!.url, /\$top=100&/);
  });

  it('reads plainly and counts apart where lists cannot be counted', async () => {
    const { source, web } = createScriptedGraph((request) => {
      if (request.url.includes('$count=true')) return refuseWith(400, 'Request_UnsupportedQuery');
      return request.url.includes('/users/$count') ? answerWith(200, '\uFEFF5') : honest(request);
    });
    const { observation } = await readUsers(source);
    assert.equal(observation.counted, 5);
    assert.equal(web.requests.length, 5);
  });

  it('signs in anew once when the token is refused, and gives up the run when that does not help', async () => {
    const once = createScriptedGraph(spoilt(1, refuseWith(401, 'InvalidAuthenticationToken')));
    assert.equal(proveCoverage((await readUsers(once.source)).observation).kind, 'complete');
    assert.equal(once.renewals(), 1);
    assert.notEqual(once.web.requests[1]!.headers.authorization, once.web.requests[2]!.headers.authorization);
    const forEver = createScriptedGraph(spoilt(1, refuseWith(401, 'InvalidAuthenticationToken'), 100));
    await assert.rejects(
      readUsers(forEver.source),
      (error) => error instanceof AppError && error.code === 'graph-unauthorized',
    );
    assert.equal(forEver.web.requests.length, 3);
  });

  for (const foreign of [
    'https://graph.example.net/v1.0/users?p=2',
    'http://graph.example/v1.0/users',
    'https://graph.example:444/v1.0/users',
    'https://graph.example@evil.example/',
    'nonsense',
    '//evil.example/v1.0',
  ])
    it(`never sends the token to ${foreign}`, async () => {
      const { source, web } = createScriptedGraph(() =>
        answerWith(200, { '@odata.count': 3, '@odata.nextLink': foreign, value: [userOf(1)] }),
      );
      const { observation } = await readUsers(source);
      assert.equal(observation.failure?.code, 'graph-bad-answer');
      for (const request of web.requests) assert.equal(new URL(request.url).origin, GRAPH);
    });

  it('stops when pages repeat', async () => {
    const { source, web } = createScriptedGraph((request) =>
      answerWith(200, { '@odata.count': 5, '@odata.nextLink': link(2), value: [userOf(pageOf(request))] }),
    );
    const { observation } = await readUsers(source);
    assert.equal(observation.failure?.kind, 'pageFailed');
    assert.equal(web.requests.length, 2);
  });

  it('loses no patience list by list: the whole run has one budget', async () => {
    const throttled = createScriptedGraph(() => refuseWith(429, 'TooManyRequests', { 'Retry-After': '200' }));
    for (let read = 0; read < 5; read++) await readUsers(throttled.source);
    assert.ok(throttled.web.requests.length <= 10, String(throttled.web.requests.length));
    const silent = createScriptedGraph(() => {
      // What waiting for an answer in vain costs.
      void silent.clock.sleep(30_000);
      return { kind: 'timeout' };
    });
    for (let read = 0; read < 50; read++) await readUsers(silent.source);
    assert.ok(silent.web.requests.length <= 40, String(silent.web.requests.length));
  });

  it('ends at once when it is cancelled', async () => {
    const controller = new AbortController();
    const reason = new Error('stopped');
    const { source } = createScriptedGraph((request) => {
      if (pageOf(request) === 2) controller.abort(reason);
      return honest(request);
    });
    await assert.rejects(
      source.readUsers(() => undefined, controller.signal),
      (error) => error === reason,
    );
  });
});

describe('graph: a list is never falsely complete', () => {
  const fault = fc.constantFrom<(outcome: Extract<WebOutcome, { kind: 'answer' }>) => WebOutcome>(
    (outcome) => outcome,
    (outcome) => outcome,
    () => refuseWith(429, 'TooManyRequests', { 'Retry-After': '1' }),
    () => refuseWith(503, ''),
    () => refuseWith(400, 'Directory_ExpiredPageToken'),
    () => refuseWith(403, 'Authorization_RequestDenied'),
    () => ({ kind: 'broken', reason: 'ECONNRESET' }),
    () => ({ kind: 'timeout' }),
    (outcome) => answerWith(200, outcome.body.slice(0, outcome.body.length / 2)),
    (outcome) => answerWith(200, { ...JSON.parse(outcome.body), value: [] }),
    () => answerWith(200, { value: [] }),
    (outcome) => answerWith(200, { ...JSON.parse(outcome.body), '@odata.nextLink': undefined }),
    (outcome) => answerWith(200, { ...JSON.parse(outcome.body), '@odata.nextLink': link(1) }),
    (outcome) =>
      answerWith(200, { ...JSON.parse(outcome.body), '@odata.nextLink': 'https://graph.example.net/' }),
    (outcome) => answerWith(200, { ...JSON.parse(outcome.body), '@odata.count': undefined }),
    (outcome) => {
      const body: { value: { id: string }[] } = JSON.parse(outcome.body);
      return answerWith(200, { ...body, value: body.value.map(({ id }) => ({ id, displayName: null })) });
    },
  );

  it('whatever goes wrong in whatever order', async () => {
    let complete = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { maxLength: 12 }), async (faults) => {
        const { source } = createScriptedGraph((request, index) => {
          if (request.url.endsWith('/$count')) return answerWith(200, 5);
          const outcome = honest(request);
          return outcome.kind === 'answer' ? (faults[index] ?? ((same) => same))(outcome) : outcome;
        });
        const { ids, observation } = await readUsers(source);
        assert.equal(new Set(ids).size, ids.length, 'nobody is told twice');
        if (proveCoverage(observation).kind !== 'complete') return;
        complete++;
        assert.equal(ids.length, 5);
      }),
      { numRuns: 500 },
    );
    assert.ok(complete > 20, 'the test must also see complete reads');
  });
});
