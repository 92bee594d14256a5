/** What the viewer draws, in a real browser: looked at by mouse and by keyboard. */
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { drawPicture } from '../../scripts/picture.js';
import { onWarning } from '../../src/message/index.js';
import { createRun, frameOfSystem, scaleColor, speciesColors } from '../../viz/index.js';
import { describeViewer, expectNear, type Pixel, type ViewerPage } from './browser.js';
import { balls, disks, pixelOf, SIDE, trajectory } from './disks.js';

const colors = speciesColors(createRun('disks', [frameOfSystem(disks(0))]));
const [blue, orange] = [colors.get('A') as Pixel, colors.get('B') as Pixel];
const white: Pixel = [255, 255, 255];
const NAME = 'disks.extxyz';
const exact = { exact: true };

describeViewer("the viewer's picture", { [NAME]: trajectory(), 'balls.extxyz': balls() }, (hands) => {
  const { area, seen, settled, viewer } = hands;
  const open = { pixels: (...given: Parameters<ViewerPage['pixels']>) => viewer().pixels(...given) };
  const page = hands.page;

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
    await page().getByLabel('Arrows', exact).selectOption('none');
    expect((await seen([2, 2.5], [3.5, 6])).map(isArrow)).toEqual([false, false]);
  });

  test('draws the cell, which can be put away', async () => {
    const edge = async (): Promise<boolean> => {
      await settled();
      const [x, y] = pixelOf([0, SIDE / 2], await area());
      const near = await open.pixels(
        await page().screenshot(),
        [-1, 0, 1].map((k): [number, number] => [x + k, y]),
      );
      return near.some(([r]) => r < 160);
    };
    expect(await edge()).toBe(true);
    await page().getByLabel('Cell', { exact: true }).uncheck();
    expect(await edge()).toBe(false);
  });

  test('colours by a column, with a bar that says which values', async () => {
    await page().getByLabel('Colour by', exact).selectOption('charge');
    const [first, second] = await seen([2, 1.6], [4.3, 6]);
    expectNear(first, scaleColor(0));
    expectNear(second, scaleColor(1));
    expect(await page().getByLabel('colour bar of charge from 0 to 4').isVisible()).toBe(true);
  });

  test('zooms at the pointer by the wheel, moves by a drag, and finds back', async () => {
    const place = await area();
    const [x, y] = pixelOf([4, 6], place);
    await page().mouse.move(x, y);
    await page().mouse.wheel(0, -400);
    const [under, wider] = await seen([4.2, 6.2], [4.2, 6.75]);
    expectNear(under, orange);
    expectNear(wider, orange);
    await page().keyboard.press('r');
    await page().mouse.down();
    await page().mouse.move(x + 50, y, { steps: 5 });
    await page().mouse.up();
    await settled();
    const [moved] = await open.pixels(await page().screenshot(), [[x + 60, y]]);
    expectNear(moved, orange);
    await page().keyboard.press('r');
    expectNear((await seen([4.3, 6]))[0], orange);
  });

  test('is dark where that is wished', async () => {
    await page().keyboard.press('t');
    const [background] = await seen([6, 2]);
    expectNear(background, [0x14, 0x17, 0x1d]);
  });

  test('shows another of the files, and turns what is three-dimensional', async () => {
    await hands.show(1);
    const place = await area();
    const [cx, cy] = [place.x + place.width / 2, place.y + place.height / 2];
    const column = Array.from({ length: 200 }, (_, k): [number, number] => [cx, cy - 100 + k]);
    const isBlue = ([r, , b]: Pixel): boolean => b > r + 25;
    const isOrange = ([r, , b]: Pixel): boolean => r > b + 25;
    const before = await open.pixels(await page().screenshot(), column);
    // z is upwards: the orange ball is above the blue one.
    expect(before.findLastIndex(isOrange)).toBeLessThan(before.findIndex(isBlue));
    expect(before.filter(isBlue).length).toBeGreaterThan(20);
    // Half a turn over the top.
    await page().mouse.move(cx, cy - 150);
    await page().mouse.down();
    await page().mouse.move(cx, cy - 150 + place.height, { steps: 10 });
    await page().mouse.up();
    await settled();
    const after = await open.pixels(await page().screenshot(), column);
    expect(after.findLastIndex(isBlue)).toBeLessThan(after.findIndex(isOrange));
  });

  test('draws a picture without a window', async () => {
    const size = [400, 300] as const;
    const place = { x: 0, y: 0, width: 400, height: 300 };
    const file = viewer().file(NAME);
    const png = await drawPicture(file, {
      size,
      frame: 3,
      theme: 'light',
      arrows: 'none',
      page: viewer().built,
    });
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
    const wrong = { size, frame: 9, theme: 'light', page: viewer().built } as const;
    await expect(drawPicture(file, wrong)).rejects.toThrow(/has 5 frames, there is no frame 9/);
  });

  test('draws the axes of three dimensions beside the legend', async () => {
    const look = { size: [400, 300], legend: true, page: viewer().built } as const;
    // x is red: somewhere in the corner, where nothing else is.
    const corner = Array.from(
      { length: 60 * 60 },
      (_, k) => [10 + (k % 60), 10 + Math.floor(k / 60)] as const,
    );
    const reds = async (file: string, legend: boolean): Promise<number> => {
      const png = await drawPicture(viewer().file(file), { ...look, legend });
      return (await open.pixels(png, corner)).filter(([r, g, b]) => r > 150 && g < 90 && b < 90).length;
    };
    expect(await reds('balls.extxyz', true)).toBeGreaterThan(10);
    expect(await reds('balls.extxyz', false)).toBe(0);
    expect(await reds(NAME, true)).toBe(0);
  });

  test('draws a file as it is, right after it was written; what is not a whole frame is told', async () => {
    const look = { size: [400, 300], arrows: 'none', page: viewer().built } as const;
    const place = pixelOf([6, 2], { x: 0, y: 0, width: 400, height: 300 });
    const path = viewer().file('fresh.extxyz');
    const warnings: string[] = [];
    const before = onWarning((message) => warnings.push(message));
    try {
      // The last line has no end.
      writeFileSync(path, trajectory().trimEnd());
      expectNear((await open.pixels(await drawPicture(path, look), [place]))[0], blue);
      expect(warnings).toEqual([]);
      writeFileSync(path, trajectory().split('\n').slice(0, -2).join('\n'));
      expectNear((await open.pixels(await drawPicture(path, look), [place]))[0], white);
      expect(warnings).toEqual([
        expect.stringMatching(/fresh\.extxyz:.*ends after 1 of the 2 atoms of frame 5/),
      ]);
    } finally {
      onWarning(before);
    }
  });
});
