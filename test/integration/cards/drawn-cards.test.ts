// Every card as the official renderer draws it in a browser: nothing forged, nothing cut, nothing out of the card.
import assert from 'node:assert/strict';
import { chromium, type Browser, type Page } from 'playwright-core';
import { renderCard } from '../../../cards/render-card.ts';
import { HOSTILE } from '../../support/card-facts.ts';
import { SCENES } from '../../support/card-scenes.ts';
import { CHROMIUM_FLAGS, provideChromium } from '../../support/chromium.ts';
import { drawCard, prepareCardPage } from '../../support/draw-card.ts';

describe('cards, drawn', function () {
  this.timeout(60_000);
  let browser: Browser;
  let page: Page;

  before(async () => {
    browser = await chromium.launch({
      executablePath: provideChromium((line) => console.log(line)),
      args: CHROMIUM_FLAGS,
    });
    page = await browser.newPage({ viewport: { width: 320, height: 600 } });
    await prepareCardPage(page);
  });
  after(() => browser.close());

  for (const [name, view] of Object.entries(SCENES)) {
    it(`${name} fits a phone and forges nothing`, async () => {
      const text = await drawCard(page, renderCard(view.card, view.data));
      assert.ok(text.length > 10);
      // No element but those of the renderer: no link, no markup from a name.
      assert.equal(
        await page.locator('#card a[href*="evil"], #card script, #card b, #card strong, #card em').count(),
        0,
      );
      const overflowing = await page.evaluate<string[]>(`(() => {
        const edge = document.getElementById('card').getBoundingClientRect().right;
        const spans = [...document.querySelectorAll('#card p, #card span, #card .ac-textBlock')];
        return spans.filter((one) => one.getBoundingClientRect().right > edge || one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0)
          .map((one) => one.textContent);
      })()`);
      assert.deepEqual(overflowing, []);
      // A single word on two lines was cut in the middle.
      const broken = await page.evaluate<string[]>(`[...document.querySelectorAll('#card .ac-textBlock')]
        .filter((one) => !/\\s/.test(one.innerText.trim()))
        .filter((one) => one.getBoundingClientRect().height > 1.6 * parseFloat(getComputedStyle(one).lineHeight))
        .map((one) => one.innerText)`);
      assert.deepEqual(broken, []);
    });
  }

  it('shows awkward names as they are', async () => {
    const view = SCENES['users.worst']!;
    const text = await drawCard(page, renderCard(view.card, view.data));
    const seen = text.replace(/[\u2060\u200b\u2068\u2069]/g, '');
    for (const name of [HOSTILE.link, HOSTILE.html, HOSTILE.template]) assert.ok(seen.includes(name), name);
  });
});
