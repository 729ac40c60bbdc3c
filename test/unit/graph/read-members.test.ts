import assert from 'node:assert/strict';
import { proveCoverage } from '../../../services/directory/evidence.ts';
import { parseObjectId, type ObjectId } from '../../../services/directory/ids.ts';
import type { MembersRead, Source } from '../../../services/directory/source.ts';
import type { WebOutcome, WebRequest } from '../../../services/web.ts';
import { answerWith, refuseWith } from '../../support/scripted-web.ts';
import { createScriptedGraph, GRAPH, range, signal } from './scripted-graph.ts';

interface Part {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly headers?: Record<string, string>;
}
interface PartAnswer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

const partsOf = (request: WebRequest): readonly Part[] => {
  const sent: { requests?: Part[] } = JSON.parse(request.body ?? '{}');
  return sent.requests ?? [];
};

/** Answers a batch part by part, in reverse order: Graph promises none. */
const batch = (request: WebRequest, answer: (part: Part) => PartAnswer | null): WebOutcome =>
  answerWith(200, {
    responses: partsOf(request)
      .flatMap((part) => {
        const reply = answer(part);
        return reply === null ? [] : [{ id: part.id.toUpperCase(), headers: {}, ...reply }];
      })
      .reverse(),
  });

const user = (id: string) => ({ '@odata.type': '#microsoft.graph.user', id, displayName: null });
const membersBody = (ids: readonly string[], more: object = {}) => ({
  '@odata.count': ids.length,
  ...more,
  value: ids.map(user),
});
const good = (part: Part): PartAnswer => ({
  status: 200,
  headers: { 'x-ms-resource-unit': '2' },
  body: part.url.includes('/members?') ? membersBody(['u-1', 'u-2']) : { id: part.id, visibility: null },
});
const refusal = (status: number, code: string, headers: Record<string, string> = {}): PartAnswer => ({
  status,
  headers,
  body: { error: { code, message: 'text' } },
});

const groupIds = (count: number): ObjectId[] => range(1, count).map((n) => parseObjectId(`g-${n}`));
const withPermission = ['Member.Read.Hidden'];

async function readMembers(source: Source, ids: readonly ObjectId[]): Promise<Map<ObjectId, MembersRead>> {
  const reads = new Map<ObjectId, MembersRead>();
  await source.readMembers(
    ids,
    (read) => {
      assert.ok(!reads.has(read.groupId), 'each group is told once');
      reads.set(read.groupId, read);
    },
    signal(),
  );
  return reads;
}
const coverage = (reads: Map<ObjectId, MembersRead>, id: string) => {
  const read = reads.get(parseObjectId(id));
  assert.ok(read, id);
  return proveCoverage(read.observation);
};

describe('graph: read members', () => {
  it('reads twenty groups with one request, each with a count of its own', async () => {
    const { source, web } = createScriptedGraph((request) => batch(request, good), withPermission);
    const reads = await readMembers(source, groupIds(45));
    assert.equal(reads.size, 45);
    for (const id of reads.keys()) assert.equal(coverage(reads, id).kind, 'complete');
    assert.deepEqual(
      web.requests.map((request) => partsOf(request).length).sort((a, b) => a - b),
      [5, 20, 20],
    );
    const [part] = partsOf(web.requests[0]!);
    assert.deepEqual(part?.headers, { ConsistencyLevel: 'eventual' });
    assert.match(part.url, /^\/groups\/g-1\/members\?\$select=id&\$top=999&\$count=true$/);
    assert.deepEqual(source.costs(), { requests: 45, resourceUnits: 90, throttled: 0, retried: 0 });
  });

  it('asks again only for the parts that were throttled, after the longest wait that was named', async () => {
    const { source, web, clock } = createScriptedGraph(
      (request, index) =>
        batch(request, (part) =>
          index === 0 && ['g-2', 'g-3'].includes(part.id)
            ? refusal(429, 'TooManyRequests', { 'retry-after': part.id === 'g-2' ? '7' : '3' })
            : good(part),
        ),
      withPermission,
    );
    const reads = await readMembers(source, groupIds(5));
    for (const id of reads.keys()) assert.equal(coverage(reads, id).kind, 'complete');
    assert.deepEqual(
      partsOf(web.requests[1]!).map((part) => part.id),
      ['g-2', 'g-3'],
    );
    assert.ok((clock.waits[0] ?? 0) >= 7000);
  });

  it('lets a group that cannot be read speak for itself alone', async () => {
    const { source } = createScriptedGraph(
      (request) =>
        batch(request, (part) => {
          if (part.id === 'g-1') return refusal(403, 'Authorization_RequestDenied');
          if (part.id === 'g-2') return refusal(404, 'Request_ResourceNotFound');
          if (part.id === 'g-3') return refusal(500, 'InternalServerError');
          if (part.id === 'g-4') return { status: 200, body: membersBody(['u-1'], { '@odata.count': 2 }) };
          if (part.id === 'g-5') return null;
          if (part.id === 'g-6')
            return { status: 200, body: { value: [{ id: 'u-1', '@odata.type': null }] } };
          if (part.id === 'g-7') return { status: 424 };
          return good(part);
        }),
      withPermission,
    );
    const reads = await readMembers(source, groupIds(8));
    const gaps = groupIds(7).map((id) => {
      const seen = coverage(reads, id);
      return seen.kind === 'partial' ? [seen.gap.kind, 'code' in seen.gap ? seen.gap.code : null] : [];
    });
    assert.deepEqual(gaps, [
      ['notRead', 'graph-forbidden'],
      ['notRead', 'graph-not-found'],
      ['pageFailed', 'graph-unavailable'],
      ['countDisagrees', null],
      ['pageFailed', 'graph-bad-answer'],
      ['pageFailed', 'graph-bad-answer'],
      ['pageFailed', 'graph-unavailable'],
    ]);
    assert.equal(coverage(reads, 'g-8').kind, 'complete');
  });

  it('follows the pages of a large group', async () => {
    const next = `${GRAPH}/v1.0/groups/g-1/members?$skiptoken=x`;
    const { source, web } = createScriptedGraph(
      (request) =>
        request.method === 'GET'
          ? answerWith(200, {
              value: [
                user('u-3'),
                { '@odata.type': '#microsoft.graph.group', id: 'g-9' },
                { '@odata.type': '#microsoft.graph.device', id: 'd-1' },
              ],
            })
          : batch(request, () => ({
              status: 200,
              body: membersBody(['u-1', 'u-2'], { '@odata.count': 5, '@odata.nextLink': next }),
            })),
      withPermission,
    );
    const reads = await readMembers(source, groupIds(1));
    const read = reads.get(parseObjectId('g-1'));
    assert.equal(coverage(reads, 'g-1').kind, 'complete');
    assert.deepEqual(
      read?.members.map((member) => `${member.kind} ${member.objectId}`),
      ['user u-1', 'user u-2', 'user u-3', 'group g-9'],
    );
    assert.deepEqual(read.others, ['d-1']);
    assert.equal(web.requests[1]!.url, next);
    assert.equal(web.requests[1]!.headers.consistencylevel, 'eventual');
  });

  it('counts apart when the list comes without a count', async () => {
    const answer = (count: number) =>
      createScriptedGraph(
        (request) =>
          request.method === 'GET'
            ? answerWith(200, String(count))
            : batch(request, () => ({ status: 200, body: { value: [user('u-1')] } })),
        withPermission,
      );
    assert.equal(coverage(await readMembers(answer(1).source, groupIds(1)), 'g-1').kind, 'complete');
    assert.equal(coverage(await readMembers(answer(2).source, groupIds(1)), 'g-1').kind, 'partial');
  });

  it('does not believe groups with hidden membership without the permission for them', async () => {
    const answer = (request: WebRequest): WebOutcome =>
      request.method === 'GET'
        ? answerWith(200, {
            '@odata.count': 1,
            value: [
              {
                id: 'g-1',
                displayName: 'Hidden',
                mailEnabled: true,
                securityEnabled: false,
                groupTypes: ['Unified'],
                visibility: 'HiddenMembership',
              },
            ],
          })
        : batch(request, (part) => {
            if (part.url.includes('/members?')) return { status: 200, body: membersBody([]) };
            return {
              status: 200,
              body: { id: part.id, visibility: part.id === 'g-2' ? 'Hiddenmembership' : null },
            };
          });
    const without = createScriptedGraph(answer, ['User.Read.All']);
    await without.source.readGroups(() => undefined, signal());
    // The first was seen in the list of groups; the others are asked for.
    const reads = await readMembers(without.source, groupIds(3));
    assert.deepEqual(coverage(reads, 'g-1'), {
      kind: 'partial',
      rows: 0,
      gap: { kind: 'notRead', code: 'graph-forbidden' },
    });
    assert.deepEqual(coverage(reads, 'g-2'), {
      kind: 'partial',
      rows: 0,
      gap: { kind: 'notRead', code: 'graph-forbidden' },
    });
    assert.equal(coverage(reads, 'g-3').kind, 'complete');
    const allowed = createScriptedGraph(answer, withPermission);
    assert.equal(coverage(await readMembers(allowed.source, groupIds(3)), 'g-1').kind, 'complete');
  });

  it('tells every group when a whole batch fails, and does not multiply the tries', async () => {
    const { source, web } = createScriptedGraph(() => refuseWith(500, 'InternalServerError'), withPermission);
    const reads = await readMembers(source, groupIds(3));
    assert.equal(reads.size, 3);
    for (const id of reads.keys()) assert.equal(coverage(reads, id).kind, 'partial');
    assert.equal(web.requests.length, 4);
  });

  it('asks one by one where batches are not let through', async () => {
    const { source } = createScriptedGraph(
      (request) =>
        request.method === 'POST'
          ? answerWith(405, '<html>Method not allowed</html>')
          : answerWith(200, membersBody(['u-1', 'u-2'])),
      withPermission,
    );
    const reads = await readMembers(source, groupIds(3));
    for (const id of reads.keys()) assert.equal(coverage(reads, id).kind, 'complete');
  });

  it('renews the sign-in when a part is refused for want of it', async () => {
    const { source, renewals } = createScriptedGraph(
      (request, index) =>
        batch(request, (part) => (index === 0 ? refusal(401, 'InvalidAuthenticationToken') : good(part))),
      withPermission,
    );
    assert.equal(coverage(await readMembers(source, groupIds(2)), 'g-2').kind, 'complete');
    assert.equal(renewals(), 1);
  });
});

describe('graph: second witness', () => {
  it('calls gone only what Graph itself does not know', async () => {
    const { source } = createScriptedGraph((request) =>
      batch(request, (part) => {
        if (part.url.includes('/gone')) return refusal(404, 'Request_ResourceNotFound');
        if (part.url.includes('/gateway')) return { status: 404, body: '<html>' };
        if (part.url.includes('/segment')) return refusal(404, 'BadRequest');
        if (part.url.includes('/denied')) return refusal(403, 'Authorization_RequestDenied');
        if (part.url.includes('/other')) return { status: 200, body: { id: 'somebody-else' } };
        if (part.url.includes('/lost')) return null;
        return { status: 200, body: { id: part.id } };
      }),
    );
    const ids = ['gone', 'gateway', 'segment', 'denied', 'other', 'lost', 'here'].map(parseObjectId);
    const witnesses = await source.confirmGone('user', ids, signal());
    assert.deepEqual(Object.fromEntries(witnesses), {
      gone: 'gone',
      gateway: 'unknown',
      segment: 'unknown',
      denied: 'unknown',
      other: 'unknown',
      lost: 'unknown',
      here: 'exists',
    });
  });

  it('answers for every id, however many, and knows nothing when nothing answers', async () => {
    const { source } = createScriptedGraph(() => ({ kind: 'broken', reason: 'ECONNREFUSED' }));
    const witnesses = await source.confirmGone('group', groupIds(50), signal());
    assert.equal(witnesses.size, 50);
    assert.deepEqual(new Set(witnesses.values()), new Set(['unknown']));
  });

  it('encodes ids, which are text from outside', async () => {
    const { source, web } = createScriptedGraph((request) => batch(request, () => refusal(404, 'x')));
    await source.confirmGone('user', [parseObjectId('../me?a=b#c')], signal());
    assert.equal(partsOf(web.requests[0]!)[0]!.url, '/users/..%2Fme%3Fa%3Db%23c?$select=id');
  });
});
