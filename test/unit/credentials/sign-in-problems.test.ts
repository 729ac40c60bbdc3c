// Which answers to a sign-in anybody could have made up.
import assert from 'node:assert/strict';
import { provesNobody } from '../../../services/credentials/sign-in-problems.ts';
import { AppError } from '../../../services/errors.ts';

describe('credentials: codes that are worth nothing', () => {
  for (const aadsts of [70000, 70008, 54005, 501481, 700005, 9002313])
    it(`prove nobody: AADSTS${aadsts}`, () =>
      assert.equal(provesNobody(new AppError('sign-in-failed', { aadsts })), true));

  it('are told from what Microsoft says of a good one', () => {
    for (const aadsts of [53003, 50057, 65001])
      assert.equal(provesNobody(new AppError('sign-in-failed', { aadsts })), false);
  });
});
