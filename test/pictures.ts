// `npm run pictures`: draws every card as Teams shows it, wide and narrow, so that a person can look at them.
// Usage: node --import tsx test/pictures.ts [FOLDER] [PART OF A SCENE'S NAME]
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { renderCard } from '../cards/render-card.ts';
import { SCENES } from './support/card-scenes.ts';
import { CHROMIUM_FLAGS, provideChromium } from './support/chromium.ts';
import { drawCard, prepareCardPage } from './support/draw-card.ts';

const WIDTHS = [720, 320];
const [folder = 'docs/pictures/cards', part = ''] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });

const browser = await chromium.launch({
  executablePath: provideChromium((line) => console.log(line)),
  args: CHROMIUM_FLAGS,
});
try {
  for (const width of WIDTHS) {
    const page = await browser.newPage({ viewport: { width, height: 400 } });
    await prepareCardPage(page);
    for (const [name, view] of Object.entries(SCENES)) {
      if (!name.includes(part)) continue;
      await drawCard(page, renderCard(view.card, view.data));
      await page.screenshot({ path: join(folder, `${name}.${width}.png`), fullPage: true });
    }
    await page.close();
  }
} finally {
  await browser.close();
}
