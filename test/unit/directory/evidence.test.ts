// When a read may be believed to be whole, and what follows for those it does not mention.
import assert from 'node:assert/strict';
import {
  evidenceOfUnmentioned,
  proveCoverage,
  type ListObservation,
} from '../../../services/directory/evidence.ts';

const seen: ListObservation = { rows: 3, counted: 3, hidden: 0, failure: null };
const kindOf = (change: Partial<ListObservation>) => {
  const coverage = proveCoverage({ ...seen, ...change });
  return coverage.kind === 'complete' ? 'complete' : coverage.gap.kind;
};

describe('proveCoverage', () => {
  it('believes a closed chain of as many rows as counted, also of none', () => {
    assert.equal(kindOf({}), 'complete');
    assert.equal(kindOf({ rows: 0, counted: 0 }), 'complete');
  });

  it('believes nothing less, and says what is missing', () => {
    assert.equal(kindOf({ rows: 2 }), 'countDisagrees');
    assert.equal(kindOf({ rows: 4 }), 'countDisagrees');
    assert.equal(kindOf({ counted: null }), 'notCounted');
    assert.equal(kindOf({ hidden: 1 }), 'propertiesHidden');
    const failure = { kind: 'notRead', code: 'graph-forbidden' } as const;
    assert.equal(kindOf({ failure }), 'notRead');
  });

  it('names the broken page first, whatever else is wrong', () => {
    const failure = { kind: 'pageFailed', page: 2, code: 'graph-unavailable', requestId: 'r1' } as const;
    assert.deepEqual(proveCoverage({ rows: 1, counted: null, hidden: 5, failure }), {
      kind: 'partial',
      rows: 1,
      gap: failure,
    });
  });
});

describe('evidenceOfUnmentioned', () => {
  it('is absence only with a proof in hand', () => {
    const whole = proveCoverage(seen);
    assert.deepEqual(evidenceOfUnmentioned(whole), { kind: 'absent', proof: whole });
    assert.deepEqual(evidenceOfUnmentioned(proveCoverage({ ...seen, rows: 2 })), { kind: 'notTold' });
    assert.deepEqual(evidenceOfUnmentioned({ kind: 'delta' }), { kind: 'notTold' });
  });
});
