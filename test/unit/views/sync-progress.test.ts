// What the card of a running sync says of its steps: only what has happened.
import assert from 'node:assert/strict';
import { stagesOf } from '../../../bot/views/sync-progress.ts';
import { createFormat } from '../../../bot/views/format.ts';
import { STAGES, type Stage } from '../../../services/index.ts';
import { aProgress, READER } from '../../support/card-facts.ts';

const marks = (stage: Stage) =>
  stagesOf(aProgress({ stage }), createFormat(READER))
    .map(({ mark }) => mark)
    .join('');

describe('the steps of a running sync', () => {
  it('are ticked one after the other', () => {
    assert.deepEqual(
      STAGES.map((stage) => `${stage} ${marks(stage)}`),
      ['starting ○○○', 'reading ●○○', 'planning ✓●○', 'checking ✓●○', 'applying ✓✓●', 'done ●'],
    );
  });

  it('are not ticked because the run is over: it may have failed, or wait for approval', () => {
    const rows = stagesOf(aProgress({ stage: 'done' }), createFormat(READER));
    assert.deepEqual(
      rows.map(({ mark, text }) => [mark, text]),
      [['●', 'Writing down the result']],
    );
  });
});
