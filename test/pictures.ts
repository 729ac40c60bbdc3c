// `npm run pictures`: takes the pictures of the README from the real chat page, with everything running.
// `npm run pictures -- --cards [--folder DIR] [--only PART]`: draws card samples instead, wide and narrow.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openSpareDatabase } from './support/database.ts';
import { provideChromium } from './support/chromium.ts';
import { takeCardPictures } from './support/card-pictures.ts';
import { takeChatPictures } from './support/chat-pictures.ts';

const { values } = parseArgs({
  options: {
    cards: { type: 'boolean', default: false },
    folder: { type: 'string' },
    only: { type: 'string', default: '' },
  },
});
const say = (line: string) => {
  console.log(line);
};
provideChromium(say);
const folder = values.folder ?? join('docs', 'pictures', ...(values.cards ? ['cards'] : []));
mkdirSync(folder, { recursive: true });
if (values.cards) await takeCardPictures(folder, values.only);
else {
  const database = await openSpareDatabase(say);
  process.env.MONGODB_TEST_URI = database.uri;
  try {
    await takeChatPictures(folder);
  } finally {
    await database.stop();
  }
}
say(`The pictures are in ${folder}.`);
