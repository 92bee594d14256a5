/** The note at an atom: by mouse, by a long press, by keys. */
import { expect, test } from 'vitest';
import type { Viewer } from '../../viz/index.js';
import { describeViewer, eventually } from './browser.js';
import { pixelOf, trajectory } from './disks.js';

declare const stillpointViewer: Viewer;

describeViewer(
  'the note at an atom',
  { 'disks.extxyz': trajectory() },
  ({ page, area, session, settled, viewer }) => {
    const note = () => page().getByRole('tooltip');
    const text = async () => ((await note().isVisible()) ? note().innerText() : '');

    test('tells of the atom under the pointer, and goes with the pointer', async () => {
      const place = await area();
      await page().getByLabel('Colour by').selectOption('charge');
      await page().mouse.move(...pixelOf([2, 2], place));
      await eventually(text).toMatch(
        /atom\s+0\s+species\s+A\s+position\s+2, 2\s+charge\s+0\s+sensitivity\s+0, 1, 0/,
      );
      await page().mouse.move(...pixelOf([4.3, 6], place));
      await eventually(text).toMatch(/atom\s+1\s+species\s+B/);
      await page().mouse.move(...pixelOf([6, 4], place));
      await eventually(text).toBe('');
      expect((await session()).picked).toEqual([]);
    });

    test('follows what is shown: another frame, and nothing while it plays or is dragged', async () => {
      const place = await area();
      const at = pixelOf([2.7, 2], place);
      await page().mouse.move(...at);
      await eventually(text).toMatch(/atom\s+0/);
      // In the next frame the disk lies at (3, 2), one later its edge is beyond the pointer.
      await page().keyboard.press('ArrowRight');
      await eventually(text).toMatch(/position\s+3, 2/);
      await page().keyboard.press('End');
      await eventually(text).toBe('');
      await page().keyboard.press('Home');
      await page().mouse.move(at[0] - 2, at[1]);
      await eventually(text).toMatch(/atom\s+0/);
      await page().mouse.down();
      await eventually(text).toBe('');
      await page().mouse.move(at[0] + 40, at[1], { steps: 3 });
      await settled();
      expect(await text()).toBe('');
      await page().mouse.up();
      await page().keyboard.press('r');
      await page().mouse.move(...at);
      await eventually(text).toMatch(/atom\s+0/);
      await page().keyboard.press('Escape');
      expect(await text()).toBe('');
    });

    test('looks for the atom no more often than the screen has frames', async () => {
      const [x, y] = pixelOf([2, 2], await area());
      // Counted by the page: how often it reads from graphics memory.
      const atOnce = await page().evaluate(
        ([x, y]) => {
          const canvas = document.querySelector<HTMLCanvasElement>('.stage canvas');
          const context = canvas?.getContext('webgl2');
          if (!canvas || !context) throw new Error('there is no picture');
          const read = context.readPixels.bind(context) as (...args: unknown[]) => void;
          const count = { reads: 0 };
          Object.assign(globalThis, { count });
          context.readPixels = (...args: unknown[]) => {
            count.reads++;
            read(...args);
          };
          for (let k = 0; k < 100; k++) {
            const where = { clientX: x + (k % 7), clientY: y, pointerType: 'mouse', bubbles: true };
            canvas.dispatchEvent(new PointerEvent('pointermove', where));
          }
          return count.reads;
        },
        [x, y],
      );
      expect(atOnce).toBe(0);
      const reads = () => page().evaluate('count.reads');
      await eventually(reads).toBe(1);
      await eventually(text).toMatch(/atom\s+0/);
      await settled();
      expect(await reads()).toBe(1);
    });

    test('comes by a long press of a finger, which is no click', async () => {
      const [x, y] = pixelOf([2, 2], await area());
      const touch = await viewer().context.newCDPSession(page());
      await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x, y }] });
      await eventually(text).toMatch(/atom\s+0/);
      await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
      await settled();
      expect(await text()).toMatch(/atom\s+0/);
      expect((await session()).picked).toEqual([]);
      // A tap elsewhere is a click as before, and the note goes.
      const [left, up] = pixelOf([4, 6], await area());
      await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x: left, y: up }] });
      await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
      await eventually(async () => (await session()).picked).toEqual([1]);
      expect(await text()).toBe('');
    });

    test('goes from atom to atom by keys, is read out, and stays at its atom', async () => {
      await page().locator('.stage canvas').focus();
      await page().keyboard.press('n');
      await eventually(text).toMatch(/atom\s+0/);
      expect(await page().locator('.live').textContent()).toBe('atom 0; species A; position 2, 2');
      await page().keyboard.press('n');
      await eventually(text).toMatch(/atom\s+1/);
      await page().keyboard.press('n');
      await eventually(text).toMatch(/atom\s+0/);
      expect((await session()).picked).toEqual([0]);
      const before = await note().boundingBox();
      await page().keyboard.press('ArrowRight');
      await eventually(text).toMatch(/position\s+3, 2/);
      const after = await note().boundingBox();
      const scale = (await area()).height / (await session()).camera.height;
      expect((after?.x ?? 0) - (before?.x ?? 0)).toBeCloseTo(scale, -0.5);
      // Atoms that are hidden are left out.
      await page().evaluate(() => stillpointViewer.change({ hidden: ['B'] }));
      await page().keyboard.press('p');
      expect((await session()).picked).toEqual([0]);
      await page().keyboard.press('Escape');
      await eventually(text).toBe('');
    });
  },
  { touch: true },
);
