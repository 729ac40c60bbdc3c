// Draws every card sample as Teams shows it, wide and narrow, so that a person can look at them.
import { join } from 'node:path';
import { renderCard } from '../../cards/render-card.ts';
import { SCENES } from './card-scenes.ts';
import { openBrowser } from './chat-page.ts';
import { drawCard, prepareCardPage } from './draw-card.ts';

const WIDTHS = [720, 320];

/** Writes `scene.width.png` for each sample whose name contains `part`. */
export async function takeCardPictures(folder: string, part: string): Promise<void> {
  const browser = await openBrowser();
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
}
