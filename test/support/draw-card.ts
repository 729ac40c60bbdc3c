// Draws cards with the official renderer in a Chromium page that looks like Teams. For pictures and browser tests.
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import type { AdaptiveCard } from '../../cards/render-card.ts';
import { TEAMS_HOST_CONFIG, TEAMS_STYLE } from './teams-look.ts';

/** Loads the renderer into a page; call once for each page. */
export async function prepareCardPage(page: Page): Promise<void> {
  await page.setContent(
    `<meta charset="utf-8"><style>${TEAMS_STYLE}</style><div class="card" id="card"></div>`,
  );
  await page.addScriptTag({
    path: createRequire(import.meta.url).resolve('adaptivecards/dist/adaptivecards.min.js'),
  });
}

/** What Teams' Markdown does, roughly: enough to see when a text from outside is read as Markdown. */
const MARKDOWN = `(text, result) => {
  result.outputHtml = text.replace(/&/g, '&amp;').replace(/</g, '&lt;')
    .replace(/\\[([^\\]]*)\\]\\(([^)]*)\\)/g, '<a href="$2">$1</a>')
    .replace(/\\*\\*([^*]+)\\*\\*/g, '<strong>$1</strong>').replace(/_([^_]+)_/g, '<em>$1</em>');
  result.didProcess = true;
}`;

/** Replaces what the page shows by this card; resolves to the text that a person sees. */
export async function drawCard(page: Page, card: AdaptiveCard): Promise<string> {
  const json = JSON.stringify({ card, hostConfig: TEAMS_HOST_CONFIG });
  await page.evaluate(`(() => {
    const { card, hostConfig } = ${json.replace(/</g, '\\u003c')};
    AdaptiveCards.AdaptiveCard.onProcessMarkdown = ${MARKDOWN};
    const drawn = new AdaptiveCards.AdaptiveCard();
    drawn.hostConfig = new AdaptiveCards.HostConfig(hostConfig);
    drawn.parse(card);
    document.getElementById('card').replaceChildren(drawn.render());
  })()`);
  return page.locator('#card').innerText();
}
