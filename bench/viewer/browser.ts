/** One browser for all measurements, with software graphics, and in it a fresh page for each viewer and size. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, type CDPSession, chromium, type Page } from 'playwright-core';
import type { Batch, ViewerBench } from './page/main.js';

declare const viewerBench: ViewerBench;

/** The program, from CHROMIUM or the search path; null where there is none. */
export function findChromium(): string | null {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(existsSync) ?? null;
}

export function openBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      '--no-sandbox',
      '--use-gl=angle',
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
      // Two pages take turns: the one that waits is not to be slowed down.
      '--disable-background-timer-throttling',
      '--disable-renderer-backgrounding',
      '--disable-backgrounding-occluded-windows',
      '--js-flags=--max-old-space-size=8192',
    ],
  });
}

export class ViewerPage {
  readonly #page: Page;
  readonly #tools: CDPSession;
  /** What the page has printed as errors. */
  readonly errors: string[];
  /** Milliseconds that this page's calls may still take. */
  #left: number;

  private constructor(page: Page, tools: CDPSession, errors: string[], left: number) {
    this.#page = page;
    this.#tools = tools;
    this.errors = errors;
    this.#left = left;
  }

  /** @param seconds which all calls together may take */
  static async open(browser: Browser, url: string, seconds: number): Promise<ViewerPage> {
    const context = await browser.newContext({ viewport: { width: 800, height: 600 }, colorScheme: 'light' });
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('crash', () => errors.push('the page crashed: out of memory'));
    await page.goto(url);
    await page.waitForFunction(() => 'viewerBench' in globalThis, null, { polling: 50 });
    return new ViewerPage(page, await context.newCDPSession(page), errors, 1000 * seconds);
  }

  openAtoms(count: number): ReturnType<ViewerBench['open']> {
    return this.#timed(
      this.#page.bringToFront().then(() => this.#page.evaluate((n) => viewerBench.open(n), count)),
    );
  }

  turn(milliseconds: number): Promise<Batch> {
    return this.#timed(this.#page.evaluate((time) => viewerBench.turn(time), milliseconds));
  }

  prepare(): Promise<void> {
    return this.#timed(this.#page.evaluate(() => viewerBench.prepare()));
  }

  play(milliseconds: number): Promise<Batch> {
    return this.#timed(this.#page.evaluate((time) => viewerBench.play(time), milliseconds));
  }

  /** Bytes after a collection of garbage: of the program (heap and array buffers) and of the graphics. */
  async memory(): Promise<{ program: number; graphics: number }> {
    return this.#timed(
      (async () => {
        await this.#tools.send('HeapProfiler.collectGarbage');
        const use: object = await this.#tools.send('Runtime.getHeapUsage');
        const { usedSize, backingStorageSize = 0 } = use as { usedSize: number; backingStorageSize?: number };
        const graphics = await this.#page.evaluate(() => viewerBench.held());
        return { program: usedSize + backingStorageSize, graphics };
      })(),
    );
  }

  screenshot(path: string): Promise<unknown> {
    return this.#page.screenshot({ path });
  }

  async close(): Promise<void> {
    // A page that is busy answers only when its work has ended; it is not waited for.
    await Promise.race([this.#page.context().close(), new Promise((done) => setTimeout(done, 5000))]);
  }

  async #timed<T>(work: Promise<T>): Promise<T> {
    const start = Date.now();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, fail) => {
      timer = setTimeout(() => fail(new Error('out of time')), Math.max(1, this.#left));
    });
    work.catch(() => {});
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
      this.#left -= Date.now() - start;
    }
  }
}
