// How a test of accounts went, for the top of a card. A test that could not be finished is not called passed.
import type { Credential } from '../../services/index.ts';
import type { Banner } from './connect.ts';
import { accountName, healthText, problemLines, problemOf } from './connection-text.ts';

/** An account before and after its test. */
export interface Tested {
  readonly before: Credential;
  readonly after: Credential;
}

/** Null when nothing was tested. The first that does not work is what matters; how each did stands on the card. */
export function testBanner(tested: readonly Tested[]): Banner | null {
  const [first] = tested;
  if (first === undefined) return null;
  const failed = tested.find(
    ({ after }) => after.health.state === 'failed' || after.health.state === 'warning',
  );
  const unfinished = tested.filter((one) => !isFinished(one));
  if (unfinished.length > 0 && (failed === undefined || unfinished.includes(failed)))
    return {
      tone: 'warning',
      title: 'The test could not be finished',
      lines: [
        ...unfinished.slice(0, 6).map(({ after }) => accountName(after)),
        'Microsoft could not be reached or did not answer in time. Nothing was changed: test again in a few minutes.',
      ],
    };
  const one = failed ?? (tested.length === 1 ? first : undefined);
  if (one !== undefined) return ofOne(one.after);
  return {
    tone: 'good',
    title: '✓ All accounts pass sync validation',
    lines: tested.slice(0, 6).map(({ after }) => accountName(after)),
  };
}

/** What fails for a while leaves no trace on the account. */
const isFinished = ({ before, after }: Tested): boolean =>
  after.lastTestedAt !== null && after.lastTestedAt.getTime() !== before.lastTestedAt?.getTime();

function ofOne(credential: Credential): Banner {
  const { text, color } = healthText(credential);
  const problem = problemOf(credential);
  return {
    tone: color,
    title: text,
    lines: [accountName(credential), ...(problem === null ? [] : problemLines(problem))],
  };
}
