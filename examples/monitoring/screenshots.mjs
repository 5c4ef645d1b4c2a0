// Pictures of the page, light, dark and narrow, by headless Chromium. Needs: npm install playwright-core, and Chromium.
//   node screenshots.mjs http://localhost:9127/ DIRECTORY
// Fails if the page writes an error to the browser's console.
import { chromium } from 'playwright-core';

const [url, directory] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox'] });
const errors = [];
for (const [name, colorScheme, width, height] of [['light', 'light', 1280, 900], ['dark', 'dark', 1280, 900], ['narrow', 'light', 390, 1200]]) {
  const context = await browser.newContext({ colorScheme, viewport: { width, height } });
  const page = await context.newPage();
  page.on('console', message => message.type() === 'error' && errors.push(name + ': ' + message.text()));
  page.on('pageerror', error => errors.push(name + ': ' + error.message));
  await page.goto(url, { waitUntil: 'domcontentloaded' });
  await page.waitForTimeout(10_000); // some seconds of data
  await page.screenshot({ path: directory + '/page-' + name + '.png', fullPage: name !== 'narrow' });
  await context.close();
}
await browser.close();
errors.forEach(error => console.error(error));
process.exit(errors.length ? 1 : 0);
