import assert from 'node:assert/strict';
import { proveCoverage } from '../../../services/directory/evidence.ts';
import { AppError } from '../../../services/errors.ts';
import type { WebOutcome } from '../../../services/web.ts';
import { answerWith, refuseWith } from '../../support/scripted-web.ts';
import { createScriptedGraph, GRAPH, signal } from './scripted-graph.ts';

const domain = (id: string, isDefault = false) => ({
  id,
  isDefault,
  isInitial: false,
  isRoot: true,
  isVerified: true,
});
const read = async (answer: (url: string) => WebOutcome) => {
  const { domains, observation } = await createScriptedGraph((request) =>
    answer(request.url),
  ).source.readDomains(signal());
  return { names: domains.map(({ name }) => name), coverage: proveCoverage(observation) };
};

describe('graph: read domains', () => {
  it('reads all domains', async () => {
    const { names, coverage } = await read(() =>
      answerWith(200, { value: [domain('Fabrikam.example', true), domain('sales.fabrikam.example')] }),
    );
    assert.deepEqual(names, ['fabrikam.example', 'sales.fabrikam.example']);
    assert.equal(coverage.kind, 'complete');
  });

  it('falls back to the organization when domains may not be read', async () => {
    const verifiedDomains = [{ name: 'fabrikam.example', isDefault: true, isInitial: false }];
    const { names, coverage } = await read((url) =>
      url.includes('/domains')
        ? refuseWith(403, 'Authorization_RequestDenied')
        : answerWith(200, { value: [{ id: 't', verifiedDomains }] }),
    );
    assert.deepEqual(names, ['fabrikam.example']);
    assert.equal(coverage.kind, 'complete');
  });

  const doubtful: readonly (readonly [string, WebOutcome])[] = [
    ['an empty list', answerWith(200, { value: [] })],
    ['a list without a default', answerWith(200, { value: [domain('fabrikam.example')] })],
    ['nulls', answerWith(200, { value: [{ id: 'fabrikam.example', isDefault: null }] })],
    ['a refusal everywhere', refuseWith(403, 'Authorization_RequestDenied')],
    ['a lasting fault', refuseWith(500, '')],
  ];
  for (const [name, outcome] of doubtful)
    it(`does not believe ${name}`, async () => {
      assert.equal((await read(() => outcome)).coverage.kind, 'partial');
    });
});

describe('graph: take delta tokens', () => {
  it('takes the whole links', async () => {
    const { source, web } = createScriptedGraph((request) =>
      answerWith(200, { value: [], '@odata.deltaLink': `${new URL(request.url).pathname}?$deltatoken=t` }),
    );
    const tokens = await source.takeDeltaTokens(signal());
    assert.deepEqual(tokens, {
      users: '/v1.0/users/delta?$deltatoken=t',
      groups: '/v1.0/groups/delta?$deltatoken=t',
    });
    for (const { url } of web.requests) assert.match(url, /\?\$deltatoken=latest&\$select=id,/);
    assert.match(web.requests[1]!.url, /,members$/);
  });

  it('throws when there is none, and does not look for it for ever', async () => {
    const answers = [
      answerWith(200, { value: [] }),
      answerWith(200, { value: [], '@odata.nextLink': `${GRAPH}/v1.0/users/delta?$skiptoken=x` }),
      refuseWith(403, 'Authorization_RequestDenied'),
    ];
    for (const answer of answers) {
      const { source, web } = createScriptedGraph(() => answer);
      await assert.rejects(source.takeDeltaTokens(signal()), (error) => error instanceof AppError);
      assert.ok(web.requests.length <= 20);
    }
  });
});
