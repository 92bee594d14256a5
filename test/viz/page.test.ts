/** The viewer as a person uses it, by mouse and by keyboard, in a real browser. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { drawPicture } from '../../scripts/picture.js';
import { createRun, frameOfSystem, scaleColor, speciesColors, type Viewer } from '../../viz/index.js';
import { findChromium } from '../browser/browser.js';
import { openViewer, type Pixel, type ViewerPage } from './browser.js';
import { type Area, balls, disks, FRAMES, pixelOf, SIDE, trajectory } from './disks.js';

const executable = findChromium();
const colors = speciesColors(createRun('disks', [frameOfSystem(disks(0))]));
const [blue, orange] = [colors.get('A') as Pixel, colors.get('B') as Pixel];
const white: Pixel = [255, 255, 255];
const NAME = '<img src=x onerror=alert(1)>.extxyz';

declare const stillpointViewer: Viewer;

// Without a browser there is nothing to see here; where all tools are promised, that is a failure.
describe.skipIf(executable === null && !process.env.CI)("the viewer's page (needs chromium)", () => {
  let open: ViewerPage;
  let page: Page;

  beforeAll(async () => {
    if (executable === null)
      throw new Error('there is no chromium: install it, or name its program in CHROMIUM');
    open = await openViewer(executable, { [NAME]: trajectory(), 'balls.extxyz': balls() });
    page = open.page;
  }, 120_000);
  beforeEach(async () => {
    await page.goto(open.server.address);
    await page.waitForSelector('html[data-state="ready"]');
  });
  afterEach(() => {
    // Neither warnings nor violations of the security policy.
    expect(open.messages.splice(0)).toEqual([]);
  });
  afterAll(() => open?.close());

  async function area(): Promise<Area> {
    const box = await page.locator('canvas').boundingBox();
    if (box === null) throw new Error('the canvas is not there');
    return box;
  }

  /** Colours on the screen at points of the disks' world. */
  async function seen(...points: (readonly [number, number])[]): Promise<Pixel[]> {
    await settled();
    const place = await area();
    return open.pixels(
      await page.screenshot(),
      points.map((point) => pixelOf(point, place)),
    );
  }

  /** Two frames of the screen later, what was asked for is drawn. */
  async function settled(): Promise<void> {
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
  }

  async function position(): Promise<string | null> {
    await settled();
    return page.locator('.position').textContent();
  }

  function expectNear(actual: Pixel, expected: readonly number[], within = 6): void {
    const off = Math.max(...actual.map((value, k) => Math.abs(value - expected[k])));
    expect(off, `${actual} where ${expected} was expected`).toBeLessThanOrEqual(within);
  }

  const isArrow = ([r, g, b]: Pixel): boolean => Math.max(r, g, b) < 60;

  test('shows disks at their places in the colours of their species, in their sizes', async () => {
    const [first, second, empty, inside, outside] = await seen(
      [2, 1.5],
      [4.3, 6],
      [6, 2],
      [2.65, 2],
      [2.9, 2],
    );
    expectNear(first, blue);
    expectNear(second, orange);
    expectNear(empty, white);
    expectNear(inside, blue);
    expectNear(outside, white);
  });

  test('draws arrows from the atoms in the direction of their vectors', async () => {
    const [up, down, left, right] = await seen([2, 2.5], [2, 1.5], [3.5, 6], [4.5, 6]);
    expect([up, down, left, right].map(isArrow)).toEqual([true, false, true, false]);
    await page.getByLabel('Arrows').selectOption('none');
    expect((await seen([2, 2.5], [3.5, 6])).map(isArrow)).toEqual([false, false]);
  });

  test('draws the cell, which can be put away', async () => {
    const edge = async (): Promise<boolean> => {
      await settled();
      const [x, y] = pixelOf([0, SIDE / 2], await area());
      const near = await open.pixels(
        await page.screenshot(),
        [-1, 0, 1].map((k): [number, number] => [x + k, y]),
      );
      return near.some(([r]) => r < 160);
    };
    expect(await edge()).toBe(true);
    await page.getByLabel('Cell', { exact: true }).uncheck();
    expect(await edge()).toBe(false);
  });

  test('steps by the keys, and shows the frame it stands at', async () => {
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await position()).toBe(`2 / ${FRAMES - 1}`);
    const [there, before] = await seen([4.4, 2], [2, 2]);
    expectNear(there, blue);
    expectNear(before, white);
    await page.keyboard.press('End');
    expect(await position()).toBe('4 / 4');
    await page.keyboard.press('Home');
    expect(await position()).toBe('0 / 4');
  });

  test('is moved along by the slider, the buttons and a click in a curve', async () => {
    await page.getByLabel('Frame', { exact: true }).focus();
    await page.keyboard.press('ArrowRight');
    expect(await position()).toBe('1 / 4');
    await page.getByLabel('Last frame').click();
    expect(await position()).toBe('4 / 4');
    const plot = page.getByLabel('energy against the frame');
    const { width } = (await plot.boundingBox()) ?? { width: 0 };
    await plot.click({ position: { x: width / 2, y: 40 } });
    expect(await position()).toBe('2 / 4');
    expect(await plot.textContent()).toContain('energy 0');
    expect(await page.getByLabel('max force against the frame').textContent()).toContain('0.01');
  });

  test('plays and pauses by the space bar', async () => {
    await page.getByLabel('At the end').selectOption('once');
    // Slow enough for the label of the running film to be seen.
    await page.getByLabel('Speed').selectOption({ index: 0 });
    await page.locator('canvas').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Space');
    await page.getByLabel('Pause (space)').waitFor();
    await page.getByLabel('Play (space)').waitFor();
    expect(await position()).toBe('4 / 4');
  });

  test('colours by a column, with a bar that says which values', async () => {
    await page.getByLabel('Colour by').selectOption('charge');
    const [first, second] = await seen([2, 1.6], [4.3, 6]);
    expectNear(first, scaleColor(0));
    expectNear(second, scaleColor(1));
    expect(await page.getByLabel('colour bar of charge from 0 to 4').isVisible()).toBe(true);
  });

  test('zooms at the pointer by the wheel, moves by a drag, and finds back', async () => {
    const place = await area();
    const [x, y] = pixelOf([4, 6], place);
    await page.mouse.move(x, y);
    await page.mouse.wheel(0, -400);
    const [under, wider] = await seen([4, 6.3], [4, 7]);
    expectNear(under, orange);
    expectNear(wider, orange);
    await page.keyboard.press('r');
    await page.mouse.down();
    await page.mouse.move(x + 50, y, { steps: 5 });
    await page.mouse.up();
    await settled();
    const [moved] = await open.pixels(await page.screenshot(), [[x + 60, y]]);
    expectNear(moved, orange);
    await page.keyboard.press('r');
    expectNear((await seen([4.3, 6]))[0], orange);
  });

  test('is dark where that is wished', async () => {
    await page.keyboard.press('t');
    const [background] = await seen([6, 2]);
    expectNear(background, [0x14, 0x17, 0x1d]);
  });

  test('shows a file name as text, never as markup', async () => {
    await expect.poll(() => page.locator('.summary').textContent()).toContain(NAME);
    expect(await page.locator('img').count()).toBe(0);
  });

  test('shows another of the files, and turns what is three-dimensional', async () => {
    await page.getByLabel('File', { exact: true }).selectOption({ index: 1 });
    await page.waitForFunction(() => document.querySelector('.summary')?.textContent?.includes('3-D'));
    await settled();
    const place = await area();
    const [cx, cy] = [place.x + place.width / 2, place.y + place.height / 2];
    const column = Array.from({ length: 200 }, (_, k): [number, number] => [cx, cy - 100 + k]);
    const isBlue = ([r, , b]: Pixel): boolean => b > r + 25;
    const isOrange = ([r, , b]: Pixel): boolean => r > b + 25;
    const before = await open.pixels(await page.screenshot(), column);
    // z is upwards: the orange ball is above the blue one.
    expect(before.findLastIndex(isOrange)).toBeLessThan(before.findIndex(isBlue));
    expect(before.filter(isBlue).length).toBeGreaterThan(20);
    // Half a turn over the top.
    await page.mouse.move(cx, cy - 150);
    await page.mouse.down();
    await page.mouse.move(cx, cy - 150 + place.height, { steps: 10 });
    await page.mouse.up();
    await settled();
    const after = await open.pixels(await page.screenshot(), column);
    expect(after.findLastIndex(isBlue)).toBeLessThan(after.findIndex(isOrange));
  });

  async function drop(name: string, text: string): Promise<void> {
    const data = await page.evaluateHandle(
      ([name, text]) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([text], name));
        return transfer;
      },
      [name, text],
    );
    await page.dispatchEvent('.viewer', 'drop', { dataTransfer: data });
  }

  test('says what is wrong with a dropped file and where, and keeps what it showed', async () => {
    await drop('broken.extxyz', '2\nProperties=species:S:1:pos:R:3\nA 0 0 0\nA 0 zero 0\n');
    const alert = page.locator('.alert span');
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(/^broken\.extxyz:4: .*"zero"/);
    expectNear((await seen([2, 1.5]))[0], blue);
    await page.getByLabel('Close the message').click();
    expect(await alert.count()).toBe(0);
  });

  test('opens a dropped file, and lets go of the graphics of the one before', async () => {
    const resources = () => page.evaluate(() => stillpointViewer.resources);
    const { geometries } = await resources();
    for (const name of ['one.extxyz', 'two.extxyz']) {
      await drop(name, trajectory());
      await page.waitForFunction(
        (name) => document.querySelector('.summary')?.textContent?.includes(name),
        name,
      );
    }
    await settled();
    expect((await resources()).geometries).toBe(geometries);
    expect(geometries).toBeGreaterThan(0);
    await page.evaluate(() => stillpointViewer.close());
    expect((await resources()).geometries).toBe(0);
  });

  test('saves the picture as PNG', async () => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByLabel('Save the picture as PNG').click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/\.png$/);
    const png = readFileSync(await download.path());
    const { width, height } = await area();
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([Math.floor(width), Math.floor(height)]);
    const [disk] = await open.pixels(png, [pixelOf([2, 1.5], { x: 0, y: 0, width, height })]);
    expectNear(disk, blue);
  });

  test('every control is reached by the tab key, has a name, and shows that it has the focus', async () => {
    await page.locator('body').click({ position: { x: 5, y: 5 } });
    const reached = new Set<string>();
    for (let k = 0; k < 30; k++) {
      await page.keyboard.press('Tab');
      const control = await page.evaluate(() => {
        const at = document.activeElement as HTMLElement;
        const { labels } = at as HTMLInputElement;
        const text = at.tagName === 'SUMMARY' ? at.textContent : null;
        const name = at.getAttribute('aria-label') ?? labels?.[0]?.textContent ?? text ?? '';
        return { name, tag: at.tagName, outline: getComputedStyle(at).outlineStyle };
      });
      if (control.tag === 'BODY') continue;
      expect(control.name, control.tag).not.toBe('');
      expect(control.outline, control.name).not.toBe('none');
      reached.add(control.name);
    }
    for (const name of [
      'File',
      'Colour by',
      'Radii',
      'Arrows',
      'Arrow length',
      'Projection',
      'Cell',
      'Frame',
    ]) {
      expect([...reached]).toContain(name);
    }
  });

  test('draws a picture without a window', async () => {
    const size = [400, 300] as const;
    const place = { x: 0, y: 0, width: 400, height: 300 };
    const file = open.file(NAME);
    const png = await drawPicture(file, { size, frame: 3, theme: 'light', arrows: 'none', page: open.built });
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual(size);
    const points = (
      [
        [5, 2.3],
        [4, 6.3],
        [2, 2],
      ] as const
    ).map((point) => pixelOf(point, place));
    const [first, second, empty] = await open.pixels(png, points);
    expectNear(first, blue);
    expectNear(second, orange);
    expectNear(empty, white);
    const wrong = { size, frame: 9, theme: 'light', page: open.built } as const;
    await expect(drawPicture(file, wrong)).rejects.toThrow(/has 5 frames, there is no frame 9/);
  });
});
