/** The legend in pictures and films, and lines that are as wide in a picture as in the page, looked at pixel by pixel. */
import { statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { drawPicture } from '../../scripts/picture.js';
import { createRun, frameOfSystem, scaleColor, speciesColors, type Viewer } from '../../viz/index.js';
import { describeViewer, expectNear, type Pixel } from './browser.js';
import { disks, trajectory } from './disks.js';

declare const stillpointViewer: Viewer;

const colors = speciesColors(createRun('disks', [frameOfSystem(disks(0))]));

/** What differs between two pictures of the page, as fractions of the picture. */
interface Difference {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** Colours of the second along a line from left to right, where the first has others. */
  readonly row: readonly (readonly [x: number, color: Pixel])[];
}

describeViewer('pictures', { 'disks.extxyz': trajectory() }, (hands) => {
  const { page, area, settled, unfold, viewer } = hands;

  /** @param y of the line whose colours are told, in fractions from the top */
  const legendIn = (size: readonly [number, number], y: number): Promise<Difference> =>
    page().evaluate(
      async ({ size: [width, height], y }) => {
        const drawn = async (legend: boolean): Promise<Uint8ClampedArray> => {
          const image = await createImageBitmap(await stillpointViewer.picture(width, height, { legend }));
          const context = new OffscreenCanvas(width, height).getContext('2d');
          if (context === null) throw new Error('no canvas');
          context.drawImage(image, 0, 0);
          return context.getImageData(0, 0, width, height).data;
        };
        const [plain, told] = [await drawn(false), await drawn(true)];
        const found = {
          left: 1,
          right: 0,
          top: 1,
          bottom: 0,
          row: [] as [number, [number, number, number]][],
        };
        const line = Math.round(y * height);
        for (let k = 0; k < width * height; k++) {
          const [r, g, b] = told.subarray(4 * k, 4 * k + 3);
          if (
            Math.abs(r - plain[4 * k]) + Math.abs(g - plain[4 * k + 1]) + Math.abs(b - plain[4 * k + 2]) <
            60
          )
            continue;
          const at = [(k % width) / width, Math.floor(k / width) / height];
          found.left = Math.min(found.left, at[0]);
          found.right = Math.max(found.right, at[0]);
          found.top = Math.min(found.top, at[1]);
          found.bottom = Math.max(found.bottom, at[1]);
          if (Math.floor(k / width) === line) found.row.push([at[0], [r, g, b]]);
        }
        return found;
      },
      { size, y },
    );

  test('have a legend at their lower left, in a size that suits them', async () => {
    for (const size of [
      [600, 500],
      [2400, 1800],
    ] as const) {
      await page().evaluate(() => stillpointViewer.change({ arrows: null, colorBy: null }));
      // One line of 13 pixels in a picture of 800 × 600, and as many more in a larger one.
      const unit = Math.max(1, Math.min(size[0] / 800, size[1] / 600));
      const line = 1 - (14 + 2 + 11) * (unit / size[1]);
      const { left, right, top, bottom, row } = await legendIn(size, line);
      expect(left * size[0]).toBeCloseTo((14 + 8 + 0.5) * unit, -1);
      expect(right * size[0]).toBeLessThan(100 * unit);
      expect((bottom - top) * size[1]).toBeGreaterThan(9 * unit);
      expect((bottom - top) * size[1]).toBeLessThan(16 * unit);
      const dots = ['A', 'B'].map((label) => colors.get(label)?.join());
      for (const dot of dots) expect(row.some(([, color]) => color.join() === dot)).toBe(true);
    }
  });

  test('have the colour bar, from end to end, and what arrows are', async () => {
    await page().evaluate(() => stillpointViewer.change({ colorBy: 'charge', arrows: 'sensitivity' }));
    // The bar lies over its numbers, and these over the note of the arrows.
    const { row, right } = await legendIn([800, 600], 1 - (14 + 22 + 22 + 8) / 600);
    const [first, last] = [row[0], row[row.length - 1]];
    expectNear(first[1], scaleColor(0));
    expectNear(last[1], scaleColor(1));
    expect((last[0] - first[0]) * 800).toBeCloseTo(199, -1);
    // The note is longer than the bar.
    expect(right * 800).toBeGreaterThan(270);
  });

  test('have it where the box is checked', async () => {
    await unfold('Take away');
    await page().getByLabel('Legend in the picture').check();
    const coming = page().waitForEvent('download');
    await page().keyboard.press('s');
    const { width, height } = await area();
    const told = await page().evaluate(
      async ([width, height]) => {
        const blob = await stillpointViewer.picture(width, height, { legend: true });
        return new Uint8Array(await blob.arrayBuffer()).length;
      },
      [Math.round(width), Math.round(height)] as const,
    );
    const { size } = statSync(await (await coming).path());
    expect(size).toBe(told);
  });

  test('have it without a window where that is asked for', async () => {
    const options = { size: [400, 300], page: viewer().built } as const;
    const [plain, told] = [
      await drawPicture(viewer().file('disks.extxyz'), options),
      await drawPicture(viewer().file('disks.extxyz'), { ...options, legend: true }),
    ];
    const corner = Array.from({ length: 60 * 30 }, (_, k): [number, number] => [
      16 + (k % 60),
      245 + Math.floor(k / 60),
    ]);
    const [without, having] = [await viewer().pixels(plain, corner), await viewer().pixels(told, corner)];
    const ink = (pixels: readonly Pixel[]) => pixels.filter((pixel) => Math.max(...pixel) < 100).length;
    expect(ink(having)).toBeGreaterThan(ink(without) + 40);
  });

  test('look as the page does in its size, and have lines in proportion in a larger one', async () => {
    await page().evaluate(() => stillpointViewer.change({ ghost: 2, bonds: { kind: 'cutoff', cutoff: 5 } }));
    await settled();
    const place = await area();
    const [w, h] = [Math.round(place.width), Math.round(place.height)];
    const screen = (await page().screenshot()).toString('base64');
    // Pixels of lines, outlines and arrows are dark; counted above what the legend of the page covers.
    const [seen, same, twice] = await page().evaluate(
      async ({ screen, left, top, w, h }) => {
        const dark = async (png: Blob, x: number, y: number, times: number): Promise<number> => {
          const image = await createImageBitmap(png);
          const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
          if (context === null) throw new Error('no canvas');
          context.drawImage(image, 0, 0);
          const { data } = context.getImageData(x, y, times * w, Math.floor(0.8 * times * h));
          let count = 0;
          for (let k = 0; k < data.length; k += 4) {
            if (Math.max(data[k], data[k + 1], data[k + 2]) < 90) count++;
          }
          return count;
        };
        const bytes = Uint8Array.from(atob(screen), (letter) => letter.charCodeAt(0));
        return [
          await dark(new Blob([bytes], { type: 'image/png' }), left, top, 1),
          await dark(await stillpointViewer.picture(w, h), 0, 0, 1),
          await dark(await stillpointViewer.picture(2 * w, 2 * h), 0, 0, 2),
        ];
      },
      { screen, left: Math.round(place.x), top: Math.round(place.y), w, h },
    );
    expect(seen).toBeGreaterThan(1000);
    expect(Math.abs(same / seen - 1)).toBeLessThan(0.1);
    expect(Math.abs(twice / (4 * seen) - 1)).toBeLessThan(0.15);
  });
});
