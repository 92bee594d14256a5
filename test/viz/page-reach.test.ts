/** The page for everybody: keyboard alone, screen readers, fingers, reduced motion, full screen. */
import { expect, test } from 'vitest';
import { axeFaults } from './axe.js';
import { describeViewer, eventually } from './browser.js';
import { balls, trajectory } from './disks.js';

describeViewer(
  'the page for everybody',
  { 'disks.extxyz': trajectory(), 'balls.extxyz': balls() },
  ({ page, position, session, settled, show, viewer, area }) => {
    const unfoldAll = () =>
      page().evaluate(() => {
        for (const section of document.querySelectorAll('details')) section.open = true;
      });

    test('has every control reached by the tab key, with a name and a visible focus', async () => {
      await unfoldAll();
      const controls = await page()
        .locator('.viewer')
        .locator('button:visible, select:visible, input:visible, summary:visible, [tabindex="0"]:visible')
        .count();
      await page().locator('.stage canvas').focus();
      const reached = new Set<string>();
      for (let k = 0; k < controls + 10; k++) {
        await page().keyboard.press('Tab');
        const control = await page().evaluate(() => {
          const at = document.activeElement as HTMLElement;
          const { labels } = at as HTMLInputElement;
          const text = at.tagName === 'SUMMARY' || at.tagName === 'BUTTON' ? at.textContent : null;
          const name = at.getAttribute('aria-label') ?? labels?.[0]?.textContent ?? text ?? '';
          return { name, tag: at.tagName, outline: getComputedStyle(at).outlineStyle };
        });
        if (control.tag === 'BODY') continue;
        expect(control.name, control.tag).not.toBe('');
        expect(control.outline, control.name).not.toBe('none');
        reached.add(control.name);
      }
      for (const name of ['File', 'Colour by', 'Radii', 'Arrows', 'Projection', 'Cell', 'Frame', 'Speed']) {
        expect([...reached]).toContain(name);
      }
      for (const name of [
        'Curves',
        'Take away',
        'Width',
        'Open files',
        'energy against the frame',
        'Follow',
      ]) {
        expect([...reached]).toContain(name);
      }
    });

    test('keeps the keys of controls that have the focus', async () => {
      await page().getByLabel('Colour by', { exact: true }).focus();
      await page().keyboard.press('s');
      await page().keyboard.press('Home');
      const height = async () => (await session()).camera.height;
      const before = await height();
      await page().getByLabel('Cell', { exact: true }).focus();
      await page().keyboard.press('Space');
      expect((await session()).cell).toBe(false);
      expect((await session()).playing).toBe(false);
      // But what is of no use to a check box is for the viewer.
      await page().keyboard.press('+');
      expect(await height()).toBeLessThan(before);
    });

    test('zooms, moves and turns by keys', async () => {
      const camera = async () => (await session()).camera;
      const first = await camera();
      await page().keyboard.press('Shift+ArrowRight');
      expect((await camera()).target[0]).toBeLessThan(first.target[0]);
      await page().keyboard.press('-');
      expect((await camera()).height).toBeGreaterThan(first.height);
      await page().keyboard.press('r');
      expect(await camera()).toEqual(first);
      await show(1);
      await page().locator('.stage canvas').focus();
      const upright = (await camera()).rotation;
      await page().keyboard.press('Shift+ArrowUp');
      expect((await camera()).rotation).not.toEqual(upright);
    });

    test('has a sheet of all shortcuts, made from the table that keys are read from', async () => {
      await page().keyboard.press('?');
      const sheet = page().getByRole('dialog', { name: 'Shortcuts' });
      await sheet.waitFor();
      const keys = await sheet.locator('kbd').allTextContents();
      expect(keys).toEqual(
        expect.arrayContaining(['Space', '←', '→', 'Home', 'End', 'R', 'T', 'S', 'V', 'O', '?']),
      );
      expect(new Set(keys).size).toBe(keys.length);
      // What lies under the sheet hears no keys.
      await page().keyboard.press('End');
      expect(await position()).toBe('0 / 4');
      await page().keyboard.press('Escape');
      await eventually(() => sheet.isVisible()).toBe(false);
      await page().getByLabel('Shortcuts (?)').click();
      await sheet.getByTitle('Close the sheet').click();
      await eventually(() => sheet.isVisible()).toBe(false);
    });

    test('fills the screen by a key, and gives it back', async () => {
      const full = () => page().evaluate(() => document.fullscreenElement?.className ?? null);
      await page().keyboard.press('f');
      await eventually(full).toBe('viewer');
      await page().keyboard.press('f');
      await eventually(full).toBe(null);
    });

    test('moves nothing by itself where less motion is wished', async () => {
      await page().emulateMedia({ reducedMotion: 'reduce' });
      const moving = await page().evaluate(
        () =>
          [...document.querySelectorAll('*')].filter((one) => {
            const { transitionDuration, animationName } = getComputedStyle(one);
            return transitionDuration !== '0s' || animationName !== 'none';
          }).length,
      );
      await page().emulateMedia({ reducedMotion: null });
      expect(moving).toBe(0);
      expect((await session()).playing).toBe(false);
    });

    test('is turned by one finger, moved and zoomed by two', async () => {
      const { x, y, width, height } = await area();
      const [cx, cy] = [x + width / 2, y + height / 2];
      const touch = await viewer().context.newCDPSession(page());
      const send = (type: string, ...points: (readonly [number, number])[]) =>
        touch.send('Input.dispatchTouchEvent', {
          type: type as 'touchStart',
          touchPoints: points.map(([px, py], id) => ({ x: px, y: py, id })),
        });
      const camera = async () => {
        await settled();
        return (await session()).camera;
      };
      const first = await camera();
      await send('touchStart', [cx, cy]);
      for (const by of [10, 30, 60]) await send('touchMove', [cx + by, cy]);
      await send('touchEnd');
      const moved = await camera();
      expect(first.target[0] - moved.target[0]).toBeCloseTo((60 / height) * first.height, 1);
      await send('touchStart', [cx - 50, cy], [cx + 50, cy]);
      for (const by of [60, 80, 100]) await send('touchMove', [cx - by, cy], [cx + by, cy]);
      await send('touchEnd');
      const closer = await camera();
      expect(moved.height / closer.height).toBeCloseTo(2, 1);
      // Fingers that part about a point leave it where it is.
      expect(closer.target[0]).toBeCloseTo(moved.target[0], 0);
    });

    test.each(['light', 'dark'])('has no fault that axe-core finds, %s, with all open', async (theme) => {
      if (theme === 'dark') await page().keyboard.press('t');
      await unfoldAll();
      expect(await axeFaults(page())).toEqual([]);
      await page().locator('.stage canvas').focus();
      await page().keyboard.press('?');
      expect(await axeFaults(page())).toEqual([]);
    });

    test('fits into a narrow window', async () => {
      await page().setViewportSize({ width: 400, height: 760 });
      await settled();
      const wide = await page().evaluate(() => document.documentElement.scrollWidth);
      await page().setViewportSize({ width: 1000, height: 760 });
      expect(wide).toBeLessThanOrEqual(400);
    });
  },
  { touch: true },
);
