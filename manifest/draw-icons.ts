// Draws the icons of the Teams app, a list being ticked off, with Chromium; run it after a change and keep the PNGs.
// Teams docs: color icon 192 × 192, outline icon 32 × 32 white on transparent.
// Usage: node --import tsx manifest/draw-icons.ts [PATH OF CHROMIUM]
import { join } from 'node:path';
import { chromium } from 'playwright-core';

/** Three people called, the third with emphasis; on a field of 24 × 24. */
const LIST = `
  <path d="M4 6.2l1.6 1.6L8.4 5" /><path d="M11.5 6.5H20" />
  <path d="M4 12.2l1.6 1.6L8.4 11" /><path d="M11.5 12.5H20" />
  <path d="M4 18.2l1.6 1.6L8.4 17" /><path d="M11.5 18.5H16" />`;

const strokes = (width: number) =>
  `fill="none" stroke="#fff" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"`;

const ICONS = [
  {
    file: 'color.png',
    size: 192,
    svg: `<svg xmlns="http://www.w3.org/2000/svg" width="192" height="192" viewBox="0 0 192 192">
      <defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="1">
        <stop offset="0" stop-color="#7F85F5" /><stop offset="1" stop-color="#4F52B2" /></linearGradient></defs>
      <rect width="192" height="192" fill="url(#g)" />
      <g transform="translate(36 36) scale(5)" ${strokes(2)}>${LIST}</g></svg>`,
  },
  {
    file: 'outline.png',
    size: 32,
    svg: `<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32" viewBox="0 0 32 32">
      <g transform="translate(1 0.5) scale(1.25)" ${strokes(1.7)}>${LIST}</g></svg>`,
  },
];

const [executablePath = '/usr/bin/chromium'] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
for (const { file, size, svg } of ICONS) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<style>body { margin: 0 } svg { display: block }</style>${svg}`);
  await page.screenshot({ path: join(import.meta.dirname, file), omitBackground: true });
  await page.close();
}
await browser.close();
