/** The viewer's page in Chromium with software graphics, built and served as users get it, and what tests do with it. */
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest';
import { serveViewer, type ViewerServer } from '../../scripts/viewer-server.js';
import type { Viewer } from '../../viz/index.js';
import { findChromium } from '../browser/browser.js';
import { type Area, pixelOf } from './disks.js';

export type Pixel = readonly [number, number, number];

/** What the page offers to programs. */
declare const stillpointViewer: Viewer;

export interface ViewerPage {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly server: ViewerServer;
  /** Folder of the built page. */
  readonly built: string;
  /** Everything that the page has printed or thrown. */
  readonly messages: string[];
  /** The colours of a PNG at some pixels. */
  pixels(png: Buffer, places: readonly (readonly [number, number])[]): Promise<Pixel[]>;
  file(name: string): string;
  close(): Promise<void>;
}

export interface OpenOptions {
  /** Larger files are read frame by frame. */
  readonly memoryBytes?: number;
  readonly touch?: boolean;
}

export async function openViewer(
  executablePath: string,
  files: Readonly<Record<string, string>>,
  { memoryBytes, touch = false }: OpenOptions = {},
): Promise<ViewerPage> {
  const folder = mkdtempSync(join(tmpdir(), 'stillpoint-viewer-'));
  const built = await builtPage(join(folder, 'built'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const server = await serveViewer(
    Object.keys(files).map((name) => join(folder, name)),
    { page: built, ...(memoryBytes === undefined ? {} : { memoryBytes }) },
  );
  const context: BrowserContext = await chromium.launchPersistentContext(join(folder, 'profile'), {
    executablePath,
    headless: true,
    viewport: { width: 1000, height: 760 },
    colorScheme: 'light',
    hasTouch: touch,
    acceptDownloads: true,
    args: ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
  });
  const close = async (): Promise<void> => {
    await context.close();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const messages: string[] = [];
    const page = await context.newPage();
    page.on('console', (message) => messages.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => messages.push(`error: ${error.message}`));
    const reader = await context.newPage();
    await page.bringToFront();
    await page.goto(server.address);
    await page.waitForSelector('html[data-state]');
    return {
      page,
      context,
      server,
      built,
      messages,
      pixels: (png, places) => pixelsOf(reader, png, places),
      file: (name) => join(folder, name),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What the check run has built, where nothing has changed since; else built for this test. */
async function builtPage(outDir: string): Promise<string> {
  const ready = 'dist/page/index.html';
  const sources = ['viz', 'src', 'systems', 'potentials', 'vite.config.ts', 'package-lock.json'];
  if (existsSync(ready) && Math.max(...sources.map(newest)) < statSync(ready).mtimeMs) return 'dist/page';
  await build({ configFile: 'vite.config.ts', logLevel: 'error', build: { outDir } });
  return outDir;
}

function newest(path: string): number {
  const found = statSync(path);
  if (!found.isDirectory()) return found.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function pixelsOf(
  reader: Page,
  png: Buffer,
  places: readonly (readonly [number, number])[],
): Promise<Pixel[]> {
  return reader.evaluate(
    async ({ data, places }) => {
      const blob = await (await fetch(`data:image/png;base64,${data}`)).blob();
      const image = await createImageBitmap(blob);
      const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
      if (context === null) throw new Error('no canvas');
      context.drawImage(image, 0, 0);
      return places.map(([x, y]): [number, number, number] => {
        const [r, g, b] = context.getImageData(x, y, 1, 1).data;
        return [r, g, b];
      });
    },
    { data: png.toString('base64'), places },
  );
}

/**
 * Tests of the page with these files, each of which begins with the page opened anew. What the page prints or throws,
 * violations of its security policy among it, fails the test.
 */
export function describeViewer(
  title: string,
  files: Readonly<Record<string, string>>,
  tests: (viewer: Hands) => void,
  options: OpenOptions = {},
): void {
  const executable = findChromium();
  // Without a browser there is nothing to see here; where all tools are promised, that is a failure.
  const skipped = executable === null && !process.env.CI;
  // Graphics in software starve on a busy machine: a second try, on a page opened anew.
  describe.skipIf(skipped)(`${title} (needs chromium)`, { retry: 1 }, () => {
    let open: ViewerPage | null = null;
    const viewer = (): ViewerPage => {
      if (open === null) throw new Error('the page is not open');
      return open;
    };
    beforeAll(async () => {
      if (executable === null)
        throw new Error('there is no chromium: install it, or name its program in CHROMIUM');
      open = await openViewer(executable, files, options);
    }, 120_000);
    beforeEach(async () => {
      const { page, server, messages } = viewer();
      await page.goto(server.address);
      await page.waitForSelector('html[data-state="ready"]');
      messages.length = 0;
    });
    afterEach(() => {
      expect(viewer().messages.splice(0)).toEqual([]);
    });
    afterAll(() => open?.close());
    tests(handsOn(viewer));
  });
}

/** What tests do with the page. */
export interface Hands {
  viewer(): ViewerPage;
  page(): Page;
  /** Of the picture, on the page. */
  area(): Promise<Area>;
  /** Two frames of the screen later, what was asked for is drawn. */
  settled(): Promise<void>;
  /** Colours on the screen at points of the disks' world, as it is seen at first. */
  seen(...points: (readonly [number, number])[]): Promise<Pixel[]>;
  /** What stands beside the frame slider. */
  position(): Promise<string | null>;
  drop(files: Readonly<Record<string, string>>): Promise<void>;
  /** Chooses a file of the list, by its place in it; comes when it is shown. */
  show(index: number): Promise<void>;
  /** What the page reads out as an error. */
  alertText(): Promise<string>;
  /** Opens a section of the side panel. */
  unfold(title: string): Promise<void>;
  session(): Promise<NonNullable<Viewer['session']>>;
}

function handsOn(viewer: () => ViewerPage): Hands {
  const page = (): Page => viewer().page;
  const hands: Hands = {
    viewer,
    page,
    async area() {
      const box = await page().locator('.stage canvas').boundingBox();
      if (box === null) throw new Error('the canvas is not there');
      return box;
    },
    async settled() {
      await page().evaluate(
        () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
      );
    },
    async seen(...points) {
      await hands.settled();
      const place = await hands.area();
      return viewer().pixels(
        await page().screenshot(),
        points.map((point) => pixelOf(point, place)),
      );
    },
    async position() {
      await hands.settled();
      return page().locator('.position').textContent();
    },
    async drop(files) {
      const data = await page().evaluateHandle((files) => {
        const transfer = new DataTransfer();
        for (const [name, text] of Object.entries(files)) transfer.items.add(new File([text], name));
        return transfer;
      }, files);
      await page().dispatchEvent('.viewer', 'drop', { dataTransfer: data });
    },
    async show(index) {
      const list = page().getByLabel('File', { exact: true });
      const names = await list.locator('option').allTextContents();
      await list.selectOption({ index });
      const shown = () => page().evaluate(() => stillpointViewer.run?.name ?? '');
      await eventually(shown).toContain(names[index]);
      await hands.settled();
    },
    async alertText() {
      const alert = page().locator('.alert span');
      await alert.waitFor();
      return (await alert.textContent()) ?? '';
    },
    async unfold(title) {
      const section = page().locator('details.section', {
        has: page().locator('summary', { hasText: new RegExp(`^${title}$`) }),
      });
      if ((await section.getAttribute('open')) === null) await section.locator('summary').click();
    },
    async session() {
      return page().evaluate(() => {
        if (stillpointViewer.session === null) throw new Error('no file is open');
        return stillpointViewer.session;
      });
    },
  };
  return hands;
}

export function expectNear(actual: Pixel, expected: readonly number[], within = 8): void {
  const off = Math.max(...actual.map((value, k) => Math.abs(value - expected[k])));
  expect(off, `${actual} where ${expected} was expected`).toBeLessThanOrEqual(within);
}

/** Expects of a value what it comes to in time, also on a machine that is busy. */
export const eventually: typeof expect.poll = (value, options) =>
  expect.poll(value, { timeout: 20_000, ...options });
