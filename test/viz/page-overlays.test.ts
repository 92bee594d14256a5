/** What lies over and around the picture: names and lengths of what is measured, axes, what is known of the frame. */
import { expect, test } from 'vitest';
import { apply, type Viewer } from '../../viz/index.js';
import { describeViewer, eventually } from './browser.js';
import { balls, pixelOf, trajectory } from './disks.js';

declare const stillpointViewer: Viewer;

describeViewer(
  'what is written in the picture',
  { 'disks.extxyz': trajectory(), 'balls.extxyz': balls(), 'again.extxyz': trajectory() },
  ({ page, area, session, settled, show, unfold }) => {
    const labels = () => page().locator('.measure-labels span').allTextContents();

    test('names the picked atoms, and tells the length between them at its middle', async () => {
      await page().evaluate(() => stillpointViewer.change({ picked: [0, 1] }));
      // 2 to the right and 4 up, or as much down across the border.
      await eventually(labels).toEqual(['0', '1', '4.472']);
      const label = await page().locator('.measure-labels span').nth(2).boundingBox();
      const [x, y] = pixelOf([3, 4], await area());
      expect(Math.abs((label?.x ?? 0) + (label?.width ?? 0) / 2 - x)).toBeLessThan(30);
      expect(Math.abs((label?.y ?? 0) + (label?.height ?? 0) / 2 - y)).toBeLessThan(20);
      await page().keyboard.press('ArrowRight');
      await eventually(labels).toEqual(['0', '1', '4.123']);
      await page().keyboard.press('Escape');
      await eventually(labels).toEqual([]);
    });

    test('names neither atoms that are hidden nor those that are cut away, nor lengths to them', async () => {
      await page().evaluate(() => stillpointViewer.change({ picked: [0, 1] }));
      await eventually(labels).toEqual(['0', '1', '4.472']);
      await page().evaluate(() => stillpointViewer.change({ hidden: ['B'] }));
      await eventually(labels).toEqual(['0']);
      await page().evaluate(() =>
        stillpointViewer.change({ hidden: [], slice: { axis: 'y', low: 3, high: null } }),
      );
      await eventually(labels).toEqual(['1']);
      // Of an atom whose first copy is cut away the next one is named, and found by key.
      await page().evaluate(() =>
        stillpointViewer.change({ images: [1, 2, 1], slice: { axis: 'y', low: 9, high: null } }),
      );
      await eventually(labels).toEqual(['0', '1', '4.472']);
      await page().keyboard.press('Escape');
      await page().keyboard.press('n');
      expect((await session()).picked).toEqual([0]);
    });

    test('has axes, and views along each of them by key', async () => {
      const axes = () => page().locator('.orientation svg').getAttribute('aria-label');
      expect(await axes()).toBe('Axes: x to the right, y up, z along the view');
      await page().keyboard.press('1');
      // Disks are seen from above alone.
      expect((await session()).camera.rotation).toEqual([0, 0, 0, 1]);
      await show(1);
      for (const [key, axis, told] of [
        ['1', [1, 0, 0], 'x along the view, y to the right, z up'],
        ['2', [0, 1, 0], 'x to the left, y along the view, z up'],
        ['3', [0, 0, 1], 'x to the right, y up, z along the view'],
      ] as const) {
        await page().keyboard.press(key);
        await eventually(axes).toBe(`Axes: ${told}`);
        const towards = apply((await session()).camera.rotation, axis);
        expect(towards[2]).toBeCloseTo(1, 6);
      }
    });

    test('tells the cell and the entries of the comment line, with all their digits', async () => {
      await unfold('Frame');
      const facts = () =>
        page()
          .locator('details', { has: page().locator('summary', { hasText: /^Frame$/ }) })
          .locator('tr')
          .allInnerTexts();
      await eventually(async () => (await facts()).map((row) => row.replace(/\s+/g, ' '))).toEqual([
        'cell a 8, b 8',
        'angles 90°',
        'repeats a, b',
        'area 64, 32 an atom',
        'energy 4',
        'max_force 1',
      ]);
      await page().keyboard.press('End');
      await eventually(async () => (await facts()).join(' ')).toMatch(
        /max_force\s+0\.0000999|max_force\s+0\.0001/,
      );
    });

    test('is seen as it is asked to be when its file is shown, also the one that is shown already', async () => {
      const [first, again, camera] = await page().evaluate(async () => {
        const { run } = stillpointViewer;
        if (run === null) throw new Error('no file is open');
        const file = { name: 'asked.extxyz', open: async () => run };
        const seen = () => stillpointViewer.session?.radiusScale;
        await stillpointViewer.show(file, { radiusScale: 0.5 });
        const first = seen();
        const before = stillpointViewer.session?.camera;
        await stillpointViewer.show(file, { radiusScale: 0.7 });
        return [first, seen(), before === stillpointViewer.session?.camera];
      });
      expect([first, again, camera]).toEqual([0.5, 0.7, true]);
    });

    test('is drawn in the shape that it has after another file is chosen', async () => {
      for (const index of [2, 1, 0, 2]) {
        await show(index);
        const shapes = await page().evaluate(() => {
          const canvas = document.querySelector<HTMLCanvasElement>('.stage canvas');
          if (!canvas) throw new Error('there is no picture');
          const { width, height, clientWidth, clientHeight } = canvas;
          return { drawn: width / height, seen: clientWidth / clientHeight };
        });
        expect(shapes.drawn / shapes.seen).toBeCloseTo(1, 2);
      }
    });

    test('fits itself to the window until somebody moves it', async () => {
      const { camera } = await session();
      await page().setViewportSize({ width: 360, height: 760 });
      await eventually(async () => (await session()).camera.height).not.toBeCloseTo(camera.height, 6);
      const { camera: fitted } = await session();
      await page().keyboard.press('+');
      await page().setViewportSize({ width: 1000, height: 760 });
      await settled();
      await settled();
      expect((await session()).camera.height).toBeCloseTo(fitted.height / 1.2, 9);
      await page().keyboard.press('r');
      await eventually(async () => (await session()).camera.height).toBeCloseTo(camera.height, 6);
    });

    test('has a sheet of keys that begins at its beginning', async () => {
      await page().setViewportSize({ width: 1000, height: 400 });
      await page().keyboard.press('?');
      const sheet = page().getByRole('dialog');
      await sheet.waitFor();
      expect(await sheet.evaluate((element) => element.scrollTop)).toBe(0);
      expect(await sheet.locator('tr').first().isVisible()).toBe(true);
      await page().keyboard.press('Escape');
      await page().setViewportSize({ width: 1000, height: 760 });
    });
  },
);
