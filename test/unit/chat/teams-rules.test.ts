// The limits of Teams as numbers: size, attachments, versions, rates, refresh.
// Pure functions only.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { botActivity } from '../../../local/chat/json.ts';
import {
  decideRefresh,
  decideRefusal,
  decideRetryAfter,
  fallbackTextOf,
  isSupportedVersion,
  unsupportedVersions,
} from '../../../local/chat/teams-rules.ts';

const message = (activity: object) => botActivity.parse({ type: 'message', ...activity });
const cardOf = (version: unknown) => ({
  contentType: 'application/vnd.microsoft.card.adaptive',
  content: { type: 'AdaptiveCard', version },
});

describe('chat: rules of Teams', () => {
  it('counts the whole message in UTF-16', () => {
    const room = 100 * 1024;
    const around = Buffer.byteLength(JSON.stringify(message({ text: '' })), 'utf16le');
    const longest = (room - around) / 2;
    assert.equal(decideRefusal(message({ text: 'x'.repeat(longest) })), undefined);
    assert.equal(decideRefusal(message({ text: 'x'.repeat(longest + 1) }))?.status, 413);
    assert.equal(decideRefusal(message({ text: 'ä'.repeat(longest) })), undefined);
  });

  it('takes ten attachments', () => {
    const cards = (count: number) =>
      message({ attachments: Array.from({ length: count }, () => cardOf('1.5')) });
    assert.equal(decideRefusal(cards(10)), undefined);
    assert.equal(decideRefusal(cards(11))?.code, 'BadArgument');
  });

  for (const [version, isSupported] of [
    ['1.0', true],
    ['1.4', true],
    ['1.5', true],
    ['1.6', false],
    ['1.10', false],
    ['2.0', false],
    ['0.5', true],
    [undefined, true],
    ['new', true],
  ] as const) {
    it(`${isSupported ? 'draws' : 'does not draw'} a card of version ${String(version)}`, () => {
      assert.equal(isSupportedVersion(version), isSupported);
    });
  }

  it('shows the fallback text of a card that is too new, or its own words', () => {
    assert.equal(fallbackTextOf({ version: '1.5', fallbackText: 'old' }), undefined);
    assert.equal(fallbackTextOf({ version: '1.6', fallbackText: 'old' }), 'old');
    assert.equal(fallbackTextOf({ version: '1.6' }), "This card can't be displayed.");
    assert.deepEqual(unsupportedVersions(message({ attachments: [cardOf('1.5'), cardOf('1.6')] })), ['1.6']);
  });

  it('lets seven calls go in a second, and eight in two', () => {
    assert.equal(decideRetryAfter([0, 0, 0, 0, 0, 0], 500), 0);
    assert.equal(decideRetryAfter([0, 0, 0, 0, 0, 0, 0], 500), 1);
    assert.equal(decideRetryAfter([0, 0, 0, 0, 0, 0, 0], 1000), 0);
    assert.equal(decideRetryAfter([0, 0, 0, 0, 0, 0, 0, 1000], 1500), 1);
  });

  it('lets a caller through that waits as long as it is told', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40_000), { maxLength: 100 }), (times) => {
        const calls = times.sort((a, b) => a - b);
        const waitSeconds = decideRetryAfter(calls, 40_000);
        assert.equal(decideRetryAfter(calls, 40_000 + waitSeconds * 1000), 0);
      }),
    );
  });

  describe('refresh', () => {
    const action = { type: 'Action.Execute', verb: 'refresh' };
    const facts = {
      card: { refresh: { action, userIds: ['29:me'] } },
      userMri: '29:me',
      memberCount: 3,
      lastRefreshMs: undefined,
      nowMs: 1_000_000,
    };
    it('is for those who are named', () => {
      assert.equal(decideRefresh(facts), true);
      assert.equal(decideRefresh({ ...facts, userMri: '29:other' }), false);
    });
    it('stops at sixty names', () => {
      const userIds = [...Array.from({ length: 60 }, (_, index) => `29:${index}`), '29:me'];
      assert.equal(decideRefresh({ ...facts, card: { refresh: { action, userIds } } }), false);
    });
    it('is for everybody where nobody is named and there are few', () => {
      const card = { refresh: { action } };
      assert.equal(decideRefresh({ ...facts, card, memberCount: 60 }), true);
      assert.equal(decideRefresh({ ...facts, card, memberCount: 61 }), false);
    });
    it('waits a minute', () => {
      assert.equal(decideRefresh({ ...facts, lastRefreshMs: facts.nowMs - 59_999 }), false);
      assert.equal(decideRefresh({ ...facts, lastRefreshMs: facts.nowMs - 60_000 }), true);
    });
    it('needs an action', () => assert.equal(decideRefresh({ ...facts, card: { refresh: {} } }), false));
  });
});
