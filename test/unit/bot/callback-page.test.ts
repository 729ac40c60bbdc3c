// The page after Microsoft's sign-in: in people's words, and nothing from outside is read as markup.
import assert from 'node:assert/strict';
import {
  describeResult,
  drawPage,
  NOTHING_TO_DO,
  RESTARTING,
  SOMETHING_WRONG,
  STILL_CHECKING,
} from '../../../bot/callback-page.ts';
import { PAGE_HEADERS } from '../../../bot/page.ts';
import { REFUSAL_TITLE } from '../../../bot/views/sign-in.ts';
import type { SignInRefusal } from '../../../services/index.ts';
import { aCredential, DISABLED } from '../../support/connect-scenes.ts';

const hostile = {
  ...DISABLED,
  happened: '<script>alert(1)</script> & "quotes"',
  remedy: `<img src=x onerror='x'>`,
};

describe('the page after a sign-in', () => {
  it('sends everybody back to Teams', () => {
    const credential = aCredential('Megan Bowen');
    const pages = [
      describeResult({ kind: 'connected', credential, becameOwner: true }),
      describeResult({ kind: 'failed', problem: DISABLED }),
      NOTHING_TO_DO,
      RESTARTING,
      SOMETHING_WRONG,
      STILL_CHECKING,
    ];
    for (const page of pages) assert.match(drawPage(page), /Teams/);
  });

  for (const reason of Object.keys(REFUSAL_TITLE) as SignInRefusal[])
    it(`says what is the matter when it was refused: ${reason}`, () => {
      const html = drawPage(describeResult({ kind: 'refused', reason, problem: DISABLED }));
      for (const words of [REFUSAL_TITLE[reason], DISABLED.happened, DISABLED.remedy])
        assert.ok(html.includes(words), html);
    });

  it('says what Microsoft’s log is searched by when the refusal is Microsoft’s', () => {
    const problem = {
      ...DISABLED,
      code: 'AADSTS53003',
      correlationId: 'c-17',
      at: new Date('2026-05-04T08:00:09Z'),
    };
    const html = drawPage(describeResult({ kind: 'refused', reason: 'signInError', problem }));
    assert.match(html, /AADSTS53003 · correlation id c-17 · 2026-05-04 08:00:09 UTC/);
    const own = { ...DISABLED, code: 'declined', correlationId: null };
    assert.doesNotMatch(
      drawPage(describeResult({ kind: 'refused', reason: 'declined', problem: own })),
      /UTC/,
    );
  });

  it('shows markup from outside as text', () => {
    const html = drawPage(describeResult({ kind: 'failed', problem: hostile }));
    assert.doesNotMatch(html, /<script|<img/);
    assert.match(html, /&lt;script&gt;alert\(1\)&lt;\/script&gt; &amp; &quot;quotes&quot;/);
    assert.match(html, /onerror=&#39;x&#39;/);
  });

  it('allows no script, no frame, no copy and no trace', () => {
    assert.match(PAGE_HEADERS['Content-Security-Policy'] ?? '', /default-src 'none'.*frame-ancestors 'none'/);
    assert.equal(PAGE_HEADERS['Cache-Control'], 'no-store');
    assert.equal(PAGE_HEADERS['Referrer-Policy'], 'no-referrer');
    assert.doesNotMatch(drawPage(NOTHING_TO_DO), /<script|<a |<form/);
  });
});
