// Which calls to the chat are repeated, and that none of them can post a message twice.
import assert from 'node:assert/strict';
import { decideRetry, type Fault } from '../../../bot/connector-http.ts';

const status = (code: number, retryAfterMs: number | null = null): Fault => ({
  kind: 'status',
  status: code,
  retryAfterMs,
});
const repeats = (method: string, fault: Fault) => decideRetry(method, fault, 1, 0.5) !== null;

describe('decideRetry', () => {
  const CASES: readonly (readonly [string, Fault, { post: boolean; put: boolean }])[] = [
    ['412', status(412), { post: true, put: true }],
    ['429', status(429), { post: true, put: true }],
    ['500', status(500), { post: false, put: false }],
    ['502', status(502), { post: false, put: true }],
    ['503', status(503), { post: false, put: true }],
    ['504', status(504), { post: false, put: true }],
    ['400', status(400), { post: false, put: false }],
    ['401', status(401), { post: false, put: false }],
    ['403', status(403), { post: false, put: false }],
    ['404', status(404), { post: false, put: false }],
    ['413', status(413), { post: false, put: false }],
    ['no connection', { kind: 'notSent' }, { post: true, put: true }],
    ['a lost answer', { kind: 'lost' }, { post: false, put: true }],
  ];
  for (const [name, fault, { post, put }] of CASES)
    it(`after ${name}: ${post ? 'repeats' : 'does not repeat'} a post, ${put ? 'repeats' : 'does not repeat'} an edit`, () => {
      assert.equal(repeats('POST', fault), post);
      assert.equal(repeats('PUT', fault), put);
    });

  it('waits as long as it is told, but not for ever', () => {
    assert.equal(decideRetry('POST', status(429, 3_000), 1, 0.5), 3_000);
    assert.equal(decideRetry('POST', status(429, 0), 1, 0.5), 0);
    assert.equal(decideRetry('POST', status(429, 600_000), 1, 0.5), null);
  });

  it('waits longer each time, and gives up', () => {
    const waits = [1, 2, 3].map((attempt) => decideRetry('PUT', status(429), attempt, 0.5) ?? 0);
    assert.deepEqual(waits, [500, 1_000, 2_000]);
    assert.equal(decideRetry('PUT', status(429), 4, 0.5), null);
  });
});
