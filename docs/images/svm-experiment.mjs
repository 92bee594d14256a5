/**
 * Makes svm-experiment.png of docs/hyperparameter.md: the two plots of a report of `stillpoint tune --experiment svm`. After
 * `npm run build`: `node docs/images/svm-experiment.mjs REPORT.html [OUT]`. Needs Chromium.
 */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { findChromium } from '../../dist/scripts/chromium.js';

const [, , report, out = fileURLToPath(new URL('svm-experiment.png', import.meta.url))] = process.argv;
const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
const page = await browser.newPage({ viewport: { width: 960, height: 800 }, colorScheme: 'light' });
await page.goto(pathToFileURL(resolve(report)).href);
await page.waitForFunction(() => document.querySelectorAll('.plot canvas').length === 2);
const [first, second] = await Promise.all([0, 1].map((k) => page.locator('section').nth(k).boundingBox()));
const margin = 12;
const clip = {
  x: first.x - margin,
  y: first.y - margin,
  width: first.width + 2 * margin,
  height: second.y + second.height - first.y + 2 * margin,
};
writeFileSync(out, await page.screenshot({ clip, fullPage: true }));
await browser.close();
