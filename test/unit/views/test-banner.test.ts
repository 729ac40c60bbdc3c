// What is said of a test of accounts: passed only when it was finished.
import assert from 'node:assert/strict';
import { testBanner } from '../../../bot/views/test-banner.ts';
import { unmarked } from '../../../cards/plain-text.ts';
import type { Credential } from '../../../services/index.ts';
import { NOW } from '../../support/card-facts.ts';
import { aCredential, failed } from '../../support/connect-scenes.ts';

const tested = (name: string, more: Partial<Credential> = {}) => {
  const before = aCredential(name);
  return { before, after: { ...before, lastTestedAt: NOW, ...more } };
};
const unfinished = { before: aCredential('Lee'), after: aCredential('Lee') };
const says = (...all: Parameters<typeof testBanner>[0]) => {
  const banner = testBanner(all);
  return banner && unmarked([banner.title, ...banner.lines].join('\n'));
};

describe('the result of a test', () => {
  it('is that of the one account, or of all', () => {
    assert.match(says(tested('Ann')) ?? '', /^✓ Account passes sync validation\nAnn$/);
    assert.match(says(tested('Ann'), tested('Meg')) ?? '', /^✓ All accounts pass sync validation\nAnn\nMeg$/);
    assert.equal(says(), null);
  });

  it('is that of the account that does not work, whatever the others do', () => {
    const words = says(tested('Ann'), unfinished, tested('Meg', { health: failed })) ?? '';
    assert.match(words, /^✗ Does not work any more\nMeg\n/);
  });

  it('is not called passed when Microsoft could not be asked', () => {
    const words = says(tested('Ann'), unfinished) ?? '';
    assert.match(words, /^The test could not be finished\nLee\n/);
    assert.doesNotMatch(words, /passe?s?/);
  });
});
