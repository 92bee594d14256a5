/** The viewer as a library: mounted in a page of somebody else, and closed with nothing left behind. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { build, type PreviewServer, preview } from 'vite';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { mountViewer, recipeFile, Viewer } from '../../viz/index.js';
import { findChromium } from '../browser/browser.js';
import { axeFaults } from './axe.js';

interface Library {
  readonly here: HTMLElement;
  readonly mountViewer: typeof mountViewer;
  readonly recipeFile: typeof recipeFile;
  viewer?: Viewer;
  pair?: readonly Viewer[];
}

declare const stillpoint: Library;

const executable = findChromium();

describe.skipIf(executable === null && !process.env.CI)(
  'the viewer in a foreign page (needs chromium)',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'stillpoint-library-'));
    const messages: string[] = [];
    let server: PreviewServer;
    let context: BrowserContext;
    let page: Page;

    beforeAll(async () => {
      if (executable === null)
        throw new Error('there is no chromium: install it, or name its program in CHROMIUM');
      const shared = { root: 'test/viz/foreign', configFile: false, logLevel: 'error', base: './' } as const;
      const outDir = join(folder, 'page');
      await build({ ...shared, build: { outDir, emptyOutDir: true, chunkSizeWarningLimit: 5000 } });
      server = await preview({
        ...shared,
        build: { outDir },
        preview: { port: 0, host: '127.0.0.1' },
      });
      context = await chromium.launchPersistentContext(join(folder, 'profile'), {
        executablePath: executable,
        headless: true,
        viewport: { width: 1000, height: 760 },
        args: ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
      });
      page = await context.newPage();
      page.on('console', (message) => messages.push(`${message.type()}: ${message.text()}`));
      page.on('pageerror', (error) => messages.push(`error: ${error.message}`));
      await page.goto(server.resolvedUrls?.local[0] ?? '');
      await page.waitForSelector('html[data-state="ready"]');
    }, 120_000);
    afterEach(() => {
      expect(messages.splice(0)).toEqual([]);
    });
    afterAll(async () => {
      await context?.close();
      await server?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    /** What listens on the objects that outlive a viewer. */
    async function listeners(): Promise<readonly string[]> {
      const session = await context.newCDPSession(page);
      const found: string[] = [];
      for (const expression of [
        'window',
        'document',
        'document.documentElement',
        'document.body',
        'stillpoint.here',
      ]) {
        const { result } = await session.send('Runtime.evaluate', { expression });
        if (result.objectId === undefined) continue;
        const { listeners } = await session.send('DOMDebugger.getEventListeners', {
          objectId: result.objectId,
        });
        found.push(...listeners.map(({ type }) => `${expression} ${type}`));
      }
      await session.detach();
      return found.sort();
    }

    const elements = () => page.evaluate(() => document.querySelectorAll('*').length);

    test('relaxes, shows two runs, and leaves neither elements nor listeners nor workers when it is closed', async () => {
      const before = { elements: await elements(), listeners: await listeners() };
      await page.evaluate(async () => {
        stillpoint.viewer = stillpoint.mountViewer(stillpoint.here);
        await stillpoint.viewer.show(stillpoint.recipeFile('disks', { count: 24, seed: 1 }));
      });
      await page.getByTitle('Relax the shown structure').click();
      await expect
        .poll(() => page.evaluate(() => stillpoint.viewer?.session?.arrows ?? null), { timeout: 30_000 })
        .toBe('sensitivity');
      await page.locator('summary', { hasText: 'Side by side' }).click();
      await page.getByLabel('Second picture').selectOption({ index: 1 });
      await page.locator('.stage.second').waitFor();
      expect(page.workers()).toHaveLength(1);
      expect((await listeners()).length).toBeGreaterThan(before.listeners.length);
      await page.evaluate(() => stillpoint.viewer?.close());
      expect(await elements()).toBe(before.elements);
      expect(await listeners()).toEqual(before.listeners);
      await expect.poll(() => page.workers().length).toBe(0);
      expect(await page.evaluate(() => stillpoint.viewer?.resources)).toMatchObject({
        geometries: 0,
        textures: 0,
      });
    });

    test('stands beside another one: each has its own controls and keys', async () => {
      await page.evaluate(async () => {
        const names = ['first', 'second'];
        stillpoint.pair = await Promise.all(
          names.map(async (name, seed) => {
            const place = document.createElement('div');
            place.className = name;
            place.style.height = '600px';
            stillpoint.here.after(place);
            const viewer = stillpoint.mountViewer(place);
            await viewer.show(stillpoint.recipeFile('disks', { count: 12, seed }));
            return viewer;
          }),
        );
      });
      const [first, second] = ['.first', '.second'].map((name) => page.locator(name));
      const sessions = () =>
        page.evaluate(() =>
          (stillpoint.pair ?? []).map(({ session }) => ({ ...session, camera: session?.camera.height })),
        );
      for (const section of await page.locator('summary').all())
        await section.evaluate((at) => at.parentElement?.setAttribute('open', ''));

      // No id is there twice, and every name leads to a control of its own viewer.
      const faults = await page.evaluate(() => {
        const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
        const twice = ids.filter((id, k) => ids.indexOf(id) !== k);
        const astray = [
          ...document.querySelectorAll<HTMLLabelElement | HTMLOutputElement>('label, output[for]'),
        ].filter((one) => {
          const id = 'control' in one ? one.htmlFor : String(one.htmlFor);
          const control = document.getElementById(id);
          return control === null || one.closest('.viewer') !== control.closest('.viewer');
        });
        return {
          labels: document.querySelectorAll('label').length,
          twice,
          astray: astray.map(({ outerHTML }) => outerHTML),
        };
      });
      expect(faults).toEqual({ labels: expect.any(Number), twice: [], astray: [] });
      expect(faults.labels).toBeGreaterThan(60);

      const heights = async () => (await sessions()).map(({ camera }) => camera ?? 0);
      const unused = await heights();
      await page.keyboard.press('+');
      expect(await heights()).toEqual(unused);
      await second.getByText('Cell', { exact: true }).click();
      expect((await sessions()).map(({ cell }) => cell)).toEqual([true, false]);
      await first.getByLabel('Colour by').selectOption('diameter');
      expect((await sessions()).map(({ colorBy }) => colorBy)).toEqual(['diameter', null]);

      // Keys go to the one that has the focus, and where none has, to the one used last until something else is.
      const [a, b] = await heights();
      await second.locator('.stage canvas').focus();
      await page.keyboard.press('+');
      expect((await heights())[0]).toBe(a);
      expect((await heights())[1]).toBeLessThan(b);
      await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
      await page.keyboard.press('+');
      expect((await heights())[0]).toBe(a);
      await first.locator('.stage').click({ position: { x: 5, y: 5 } });
      const [, still] = await heights();
      await page.keyboard.press('+');
      expect((await heights())[0]).toBeLessThan(a);
      expect((await heights())[1]).toBe(still);
      const before = await heights();
      await page.locator('#after').click();
      await page.keyboard.press('+');
      expect(await heights()).toEqual(before);

      expect(await axeFaults(page, '.first', '.second')).toEqual([]);

      await page.evaluate(() => {
        for (const viewer of stillpoint.pair ?? []) viewer.close();
        for (const place of document.querySelectorAll('.first, .second')) place.remove();
      });
    });

    test('is closed while it relaxes, and nothing goes on', async () => {
      await page.evaluate(async () => {
        stillpoint.viewer = stillpoint.mountViewer(stillpoint.here);
        await stillpoint.viewer.show(stillpoint.recipeFile('disks', { count: 64, seed: 1 }));
      });
      await page.getByLabel('Max force').fill('1e-300');
      await page.getByLabel('Max steps').fill('1000000000');
      await page.getByTitle('Relax the shown structure').click();
      await expect
        .poll(() => page.evaluate(() => stillpoint.viewer?.run?.length ?? 0), { timeout: 30_000 })
        .toBeGreaterThan(20);
      await page.evaluate(() => stillpoint.viewer?.close());
      await expect.poll(() => page.workers().length).toBe(0);
    });

    test('gives its graphics back: more viewers one after the other than a browser has contexts', async () => {
      await page.evaluate(async () => {
        for (let k = 0; k < 20; k++) {
          const viewer = stillpoint.mountViewer(stillpoint.here);
          await viewer.show(stillpoint.recipeFile('disks', { count: 8, seed: k }));
          viewer.close();
        }
      });
      expect(await page.evaluate(() => stillpoint.here.childElementCount)).toBe(0);
    });

    test("leaves the page's own look alone", async () => {
      const look = () =>
        page.evaluate(() => {
          const text = document.querySelector('#after') ?? document.body;
          const { font, color, margin } = getComputedStyle(text);
          return [font, color, margin, getComputedStyle(document.body).margin];
        });
      const styled = await look();
      await page.evaluate(() => {
        for (const sheet of document.querySelectorAll('link[rel=stylesheet]')) sheet.remove();
      });
      expect(await look()).toEqual(styled);
    });
  },
);
