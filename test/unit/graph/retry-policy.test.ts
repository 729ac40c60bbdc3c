import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  decideRetry,
  parseRetryAfter,
  RETRY_LIMITS,
  slowDownMs,
  type RetryQuestion,
} from '../../../services/graph/retry-policy.ts';

const question: RetryQuestion = { attempt: 1, status: 429, retryAfter: null, elapsedMs: 0, random: 0.5 };

describe('graph: retry policy', () => {
  it('repeats what may pass and nothing else', () => {
    const decided = (status: RetryQuestion['status']) => decideRetry({ ...question, status }) !== 'stop';
    for (const status of [408, 424, 429, 500, 502, 503, 504, 'reset', 'timeout', 'badAnswer'] as const)
      assert.equal(decided(status), true, String(status));
    for (const status of [301, 400, 401, 403, 404, 409, 410, 501])
      assert.equal(decided(status), false, String(status));
  });

  it('is patient with throttling and brief with faults', () => {
    const tries = (status: RetryQuestion['status']) => {
      let attempt = 1;
      while (decideRetry({ ...question, status, attempt }) !== 'stop') attempt++;
      return attempt;
    };
    assert.equal(tries(429), RETRY_LIMITS.patientAttempts);
    assert.equal(tries(500), RETRY_LIMITS.briefAttempts);
    assert.equal(tries('timeout'), RETRY_LIMITS.timeoutAttempts);
    assert.ok(tries(429) > tries(500));
  });

  it('never comes back before the time that the service named, and adds little to it', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 500_000, noNaN: true }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (retryAfter, random) => {
          const decision = decideRetry({ ...question, retryAfter, random });
          if (decision === 'stop') {
            assert.ok(retryAfter * 1.1 + 100 > RETRY_LIMITS.budgetMs);
            return;
          }
          assert.ok(decision.waitMs >= retryAfter);
          assert.ok(decision.waitMs <= retryAfter * 1.1 + 101);
        },
      ),
    );
  });

  it('never waits beyond what the run may lose', () => {
    fc.assert(
      fc.property(
        fc.nat(900_000),
        fc.nat(900_000),
        fc.integer({ min: 1, max: 20 }),
        (elapsedMs, retryAfter, attempt) => {
          const decision = decideRetry({ ...question, elapsedMs, retryAfter, attempt });
          if (decision !== 'stop') assert.ok(elapsedMs + decision.waitMs <= RETRY_LIMITS.budgetMs + 1);
        },
      ),
    );
  });

  it('backs off with full jitter below a cap when no time is named', () => {
    const wait = (attempt: number, random: number) => {
      const decision = decideRetry({ ...question, attempt, random });
      assert.notEqual(decision, 'stop');
      return decision === 'stop' ? 0 : decision.waitMs;
    };
    assert.equal(wait(1, 0), RETRY_LIMITS.leastMs);
    assert.equal(wait(1, 0.5), 1000);
    assert.equal(wait(3, 0.5), 4000);
    assert.equal(wait(11, 0.5), RETRY_LIMITS.capMs / 2);
  });
});

describe('graph: Retry-After', () => {
  const now = new Date('2026-05-04T08:00:00Z');
  const cases: readonly (readonly [string | null, number | null])[] = [
    ['7', 7000],
    ['2.128', 2128],
    ['0', 0],
    [' 3 ', 3000],
    ['Mon, 04 May 2026 08:00:30 GMT', 30_000],
    ['Mon, 04 May 2026 07:00:00 GMT', 0],
    [null, null],
    ['', null],
    ['-5', null],
    ['soon', null],
    ['1e3', null],
  ];
  for (const [value, expected] of cases)
    it(`reads ${JSON.stringify(value)}`, () => assert.equal(parseRetryAfter(value, now), expected));
});

describe('graph: slowing down', () => {
  it('holds back only when most of the allowance is used, and more the more is used', () => {
    assert.equal(slowDownMs(null), 0);
    assert.equal(slowDownMs('0.79'), 0);
    assert.equal(slowDownMs('nonsense'), 0);
    assert.ok(slowDownMs('0.8') > 0);
    assert.ok(slowDownMs('1.2') > slowDownMs('0.9'));
    assert.equal(slowDownMs('99'), slowDownMs('1.8'));
  });
});
