/** The viewer's page in Chromium with software graphics, built and served as users get it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { serveViewer, type ViewerServer } from '../../scripts/viewer-server.js';

export type Pixel = readonly [number, number, number];

export interface ViewerPage {
  readonly page: Page;
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

export async function openViewer(
  executablePath: string,
  files: Readonly<Record<string, string>>,
): Promise<ViewerPage> {
  const folder = mkdtempSync(join(tmpdir(), 'stillpoint-viewer-'));
  const built = join(folder, 'built');
  await build({ configFile: 'vite.config.ts', logLevel: 'error', build: { outDir: built } });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const server = await serveViewer(
    Object.keys(files).map((name) => join(folder, name)),
    { page: built },
  );
  const context: BrowserContext = await chromium.launchPersistentContext(join(folder, 'profile'), {
    executablePath,
    headless: true,
    viewport: { width: 1000, height: 760 },
    colorScheme: 'light',
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
