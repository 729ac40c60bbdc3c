// Draws cards with the official renderer in a Chromium page that looks like Teams: with the theme of the local chat,
// so that there is one. For pictures and browser tests.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import type { AdaptiveCard } from '../../cards/render-card.ts';
import { hostConfig } from '../../local/chat/public/host-config.js';

const THEME = ['theme.css', 'cards.css']
  .map((name) => readFileSync(new URL(`../../local/chat/public/${name}`, import.meta.url), 'utf8'))
  .join('\n');
const FRAME = 'body { padding: 16px; height: auto; background: var(--canvas); }';

/** Loads the renderer into a page; call once for each page. */
export async function prepareCardPage(page: Page): Promise<void> {
  await page.setContent(
    `<meta charset="utf-8"><style>${THEME}\n${FRAME}</style><div class="card" id="card"></div>`,
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
  const json = JSON.stringify({ card, hostConfig });
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
