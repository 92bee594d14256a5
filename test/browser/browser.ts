/** A page of the project in a real browser: built by vite, served from this machine, opened in Chromium. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { build, preview } from 'vite';

/** The browser's program, from CHROMIUM or the search path; null where there is none. */
export function findChromium(): string | null {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const folders = (process.env.PATH ?? '').split(delimiter);
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const paths = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  return paths.find((path) => existsSync(path)) ?? null;
}

export interface OpenPage {
  readonly page: Page;
  /** What the page has printed or thrown so far. */
  readonly messages: readonly string[];
  close(): Promise<void>;
}

/** Builds the page in `root`, serves it with `headers` and opens it. */
export async function openPage(
  root: string,
  executablePath: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<OpenPage> {
  const folder = mkdtempSync(join(tmpdir(), 'stillpoint-browser-'));
  const undo: (() => Promise<unknown>)[] = [async () => rmSync(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const outDir = join(folder, 'page');
    await build({
      root,
      configFile: false,
      logLevel: 'error',
      base: './',
      build: { outDir, emptyOutDir: true },
      worker: { format: 'es' },
    });
    const server = await preview({
      root,
      configFile: false,
      logLevel: 'error',
      build: { outDir },
      preview: { port: 0, host: '127.0.0.1', headers },
    });
    undo.push(() => server.close());
    const context = await launch(join(folder, 'profile'), executablePath);
    undo.push(() => context.close());
    const page = await context.newPage();
    const messages: string[] = [];
    page.on('console', (message) => messages.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => messages.push(`error: ${error.message}`));
    await page.goto(server.resolvedUrls?.local[0] ?? '', { waitUntil: 'load' });
    return { page, messages, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function launch(profile: string, executablePath: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
