// The action table holds exactly the verbs that cards have, and parses what a button carries.
import assert from 'node:assert/strict';
import { ACTIONS } from '../../../bot/actions/index.ts';
import { VERBS } from '../../../cards/verbs.ts';
import type { Turn } from '../../../bot/turn.ts';

const neverUsed = {} as Turn;

describe('the action table', () => {
  it('has a row for every verb of the cards, once', () => {
    assert.deepEqual(ACTIONS.map(({ verb }) => verb).sort(), Object.keys(VERBS).sort());
  });

  for (const row of ACTIONS)
    it(`refuses ${row.verb} with data of another version, forged data, or none`, () => {
      for (const data of [
        undefined,
        null,
        'x',
        [],
        {},
        { v: 2, runId: 'r', page: 0, text: '', id: 'x', digest: 'd' },
      ])
        assert.equal(row.run(neverUsed, data), null);
    });
});
