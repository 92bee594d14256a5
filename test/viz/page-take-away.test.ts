/** What is taken away from the page: pictures, films, frames, views. */
import { readFileSync } from 'node:fs';
import type { Download } from 'playwright-core';
import { expect, test } from 'vitest';
import { drawFilm, drawPicture } from '../../scripts/picture.js';
import { parseExtendedXyz } from '../../systems/index.js';
import {
  createRun,
  frameOfSystem,
  type MemoryRun,
  type SavedView,
  speciesColors,
  type Viewer,
} from '../../viz/index.js';
import { describeViewer, eventually, expectNear, type Pixel } from './browser.js';
import { disks, FRAMES, pixelOf, trajectory } from './disks.js';

declare const stillpointViewer: Viewer;

const blue = speciesColors(createRun('disks', [frameOfSystem(disks(0))])).get('A') as Pixel;

describeViewer('what is taken away', { 'disks.extxyz': trajectory() }, (hands) => {
  const { page, viewer, area, unfold, session, alertText, position, settled, drop } = hands;

  async function saved(ask: () => Promise<unknown>): Promise<{ download: Download; bytes: Buffer }> {
    const coming = page().waitForEvent('download');
    await settled();
    await ask();
    const download = await coming;
    return { download, bytes: readFileSync(await download.path()) };
  }
  const sizeOf = (png: Buffer) => [png.readUInt32BE(16), png.readUInt32BE(20)];

  test('is the picture as it is seen, by a key', async () => {
    const { download, bytes } = await saved(() => page().keyboard.press('s'));
    expect(download.suggestedFilename()).toBe('disks.png');
    const { width, height } = await area();
    expect(sizeOf(bytes)).toEqual([Math.round(width), Math.round(height)]);
    const [disk] = await viewer().pixels(bytes, [pixelOf([2, 1.5], { x: 0, y: 0, width, height })]);
    expectNear(disk, blue);
  });

  test('has what is measured in it, where the page has it', async () => {
    await page().evaluate(() => stillpointViewer.change({ picked: [0, 1] }));
    await settled();
    const { x, y } = await area();
    const labels = await page()
      .locator('.measure-labels span')
      .evaluateAll((spans) =>
        spans.map((span) => {
          const { left, top, width, height } = span.getBoundingClientRect();
          return { text: span.textContent, left, top, width, height };
        }),
      );
    expect(labels.map(({ text }) => text)).toEqual(['0', '1', '4.472']);
    const { bytes } = await saved(() => page().keyboard.press('s'));
    // Just within the left end of each: the names are dark, the length is bright over the line that it is of.
    const within = labels.map(({ left, top, height }) => [left - x + 2, top - y + height / 2] as const);
    const [first, second, length] = await viewer().pixels(bytes, within);
    for (const pixel of [first, second]) expect(Math.max(...pixel)).toBeLessThan(90);
    expect(Math.min(...length)).toBeGreaterThan(200);
  });

  test('is the picture in another size without its background, and the camera stays', async () => {
    await unfold('Take away');
    await page().mouse.move(300, 200);
    await page().mouse.wheel(0, -200);
    await settled();
    const { camera } = await session();
    await page().getByLabel('Width').fill('300');
    await page().getByLabel('Height').fill('200');
    await page().getByLabel('Transparent').check();
    const { bytes } = await saved(() => page().getByTitle('Save the picture as PNG').click());
    expect(sizeOf(bytes)).toEqual([300, 200]);
    expect((await session()).camera).toEqual(camera);
    const alphas = await page().evaluate(async (data) => {
      const image = await createImageBitmap(
        new Blob([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], { type: 'image/png' }),
      );
      const context = new OffscreenCanvas(300, 200).getContext('2d');
      context?.drawImage(image, 0, 0);
      const pixels = context?.getImageData(0, 0, 300, 200).data ?? new Uint8ClampedArray();
      const found = { clear: 0, solid: 0 };
      for (let k = 3; k < pixels.length; k += 4) {
        if (pixels[k] === 0) found.clear++;
        if (pixels[k] === 255) found.solid++;
      }
      return found;
    }, bytes.toString('base64'));
    expect(alphas.clear).toBeGreaterThan(20_000);
    expect(alphas.solid).toBeGreaterThan(1000);
  });

  test('is not a picture of a size that cannot be', async () => {
    await unfold('Take away');
    await page().getByLabel('Width').fill('9000');
    await page().keyboard.press('Tab');
    await page().getByTitle('Save the picture as PNG').click();
    expect(await alertText()).toBe('A picture has from 16 to 8192 pixels on a side; found "9000"');
  });

  test('is the frame as extended XYZ, as the file has it', async () => {
    await page().keyboard.press('ArrowRight');
    const { download, bytes } = await saved(() => page().keyboard.press('x'));
    expect(download.suggestedFilename()).toBe('disks-1.extxyz');
    const [read] = parseExtendedXyz(bytes.toString());
    const [original] = [disks(1)];
    expect([...read.positions.data]).toEqual([...original.positions.data]);
    expect(read.info.get('energy')).toBe(1);
    expect(read.columns.get('charge')).toEqual(original.columns.get('charge'));
  });

  test('is a film of all frames', async () => {
    await unfold('Take away');
    await page().getByLabel('Width').fill('97');
    await page().getByLabel('Height').fill('64');
    await page().keyboard.press('Tab');
    const { download, bytes } = await saved(() => page().getByTitle('Save a film').click());
    expect(download.suggestedFilename()).toBe('disks.mp4');
    expect(samplesOf(bytes)).toBe(FRAMES);
  });

  test('is no film where the browser makes none, which is told', async () => {
    await page().evaluate('delete globalThis.VideoEncoder');
    await page().keyboard.press('v');
    expect(await alertText()).toMatch(/^This browser makes no videos/);
  });

  test('is the view as an address that opens the same picture again', async () => {
    await page().keyboard.press('ArrowRight');
    await page().getByLabel('Colour by', { exact: true }).selectOption('charge');
    await page().mouse.move(300, 200);
    await page().mouse.wheel(0, -300);
    await settled();
    // Of the viewer's own making: on the screen a slow picture is plainer while it moves.
    const picture = () =>
      page().evaluate(async () => {
        const blob = await stillpointViewer.picture(300, 200);
        return [...new Uint8Array(await blob.arrayBuffer())].join();
      });
    const before = await picture();
    await page().keyboard.press('l');
    await eventually(() => page().url()).toContain('#view=');
    const address = page().url();
    const kept = await session();
    await page().goto('about:blank');
    await page().goto(address);
    await page().waitForSelector('html[data-state="ready"]');
    await settled();
    const opened = await session();
    expect([opened.time, opened.colorBy]).toEqual([1, 'charge']);
    expect(opened.camera.height).toBeCloseTo(kept.camera.height, 6);
    expect((await picture()) === before).toBe(true);
  });

  test('is the view as JSON, which is dropped to open it again', async () => {
    await page().keyboard.press('End');
    await page().keyboard.press('t');
    const { download, bytes } = await saved(() => page().keyboard.press('j'));
    expect(download.suggestedFilename()).toBe('disks.view.json');
    await page().keyboard.press('t');
    await page().keyboard.press('Home');
    await drop({ 'disks.view.json': bytes.toString() });
    await eventually(position).toBe('4 / 4');
    await eventually(() => page().locator('.viewer').getAttribute('data-theme')).toBe('dark');
    const view = JSON.parse(bytes.toString());
    view.session.colorBy = 'flavour';
    await drop({ 'other.json': JSON.stringify(view) });
    expect(await alertText()).toMatch(/^other\.json: the view shows the column "flavour"/);
    view.session.colorBy = null;
    view.session.radiusScale = 'large';
    await drop({ 'other.json': JSON.stringify(view) });
    await eventually(alertText).toMatch(/session\.radiusScale: found "large", expected a number/);
    expect(await position()).toBe('4 / 4');
  });

  test('is drawn without a window, with a view that was saved', async () => {
    await page().keyboard.press('ArrowRight');
    await page().mouse.move(300, 200);
    await page().mouse.wheel(0, 400);
    await settled();
    const view = await page().evaluate(() => JSON.stringify(stillpointViewer.view));
    const shot = await page().evaluate(async () => {
      const blob = await stillpointViewer.picture(160, 120);
      const bytes = new Uint8Array(await blob.arrayBuffer());
      return btoa(String.fromCharCode(...bytes));
    });
    const png = await drawPicture(viewer().file('disks.extxyz'), {
      size: [160, 120],
      view,
      page: viewer().built,
    });
    const places = Array.from({ length: 40 }, (_, k): [number, number] => [4 * k, 60 + (k % 7)]);
    const [theirs, ours] = [
      await viewer().pixels(png, places),
      await viewer().pixels(Buffer.from(shot, 'base64'), places),
    ];
    expect(theirs).toEqual(ours);
  });

  /** Shows the same run as one of a large file, of which a frame more is found on the way. */
  const showLarge = () =>
    page().evaluate(async () => {
      const run = stillpointViewer.run as MemoryRun;
      const name = 'large.extxyz';
      const large = Object.create(run, {
        name: { value: name },
        settled: { value: async () => run.append({ ...run.frame(0), index: run.length }) },
      });
      await stillpointViewer.show({ name, open: async () => large });
    });

  test('is filmed with the frames that are found on the way through its file', async () => {
    await showLarge();
    const film = await page().evaluate(async () => {
      const bytes = new Uint8Array(await (await stillpointViewer.film(64, 48)).arrayBuffer());
      return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
    });
    expect(samplesOf(Buffer.from(film, 'base64'))).toBe(FRAMES + 1);
  });

  test('is a view of a frame that is found on the way through its file', async () => {
    await showLarge();
    await page().evaluate(async (time) => {
      const view = stillpointViewer.view as SavedView;
      await stillpointViewer.openView(JSON.stringify({ ...view, session: { ...view.session, time } }));
    }, FRAMES);
    expect(await position()).toBe(`${FRAMES} / ${FRAMES}`);
  });

  test('is filmed without a window', async () => {
    const film = await drawFilm(viewer().file('disks.extxyz'), {
      size: [64, 48],
      page: viewer().built,
      speed: 5,
    });
    expect(samplesOf(film)).toBe(FRAMES);
  });
});

/** The number of pictures in the only track of an MP4 file: `stsz`, its sample sizes (ISO 14496-12, 8.7.3). */
function samplesOf(mp4: Buffer): number {
  expect(mp4.toString('latin1', 4, 8)).toBe('ftyp');
  const at = mp4.indexOf('stsz');
  expect(at).toBeGreaterThan(0);
  return mp4.readUInt32BE(at + 12);
}
