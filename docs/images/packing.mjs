/**
 * Makes packing.png, the picture of the README: the packing of `stillpoint demo` on its way to rest and at rest with its
 * sensitivity, in the viewer. After `npm run build`: `node docs/images/packing.mjs [OUT]`. Needs Chromium.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { findChromium } from '../../dist/scripts/chromium.js';
import { main } from '../../dist/scripts/index.js';
import { serveViewer } from '../../dist/scripts/viewer-server.js';

const out = resolve(process.argv[2] ?? fileURLToPath(new URL('packing.png', import.meta.url)));
const folder = mkdtempSync(join(tmpdir(), 'stillpoint-picture-'));
try {
  const silent = { out() {}, err() {}, colour: false, progressWidth: null };
  await main(['demo', '--output', folder], silent, '');
  // Named without its folder: the name is in the picture.
  process.chdir(folder);
  const read = (part) => readFileSync(`${part}.extxyz`, 'utf8');
  writeFileSync('packing.extxyz', read('trajectory') + read('sensitivity'));
  const server = await serveViewer(['packing.extxyz']);
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
  });
  const page = await browser.newPage({ viewport: { width: 1180, height: 800 }, colorScheme: 'light' });
  await page.goto(server.address);
  await page.waitForSelector('html[data-state="ready"]');
  await page.evaluate(() => {
    globalThis.stillpointViewer.change({ follow: false });
    globalThis.stillpointViewer.goTo(-1);
    globalThis.stillpointViewer.resetView();
  });
  await page.waitForFunction(() => document.querySelectorAll('.plot canvas').length >= 2);
  await page.waitForTimeout(1000);
  writeFileSync(out, await page.screenshot());
  await browser.close();
  await server.close();
} finally {
  process.chdir(tmpdir());
  rmSync(folder, { recursive: true });
}
