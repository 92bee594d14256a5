/** Playing, stepping and scrubbing, by mouse and by keyboard, in a real browser. */
import { expect, test } from 'vitest';
import { createRun, frameOfSystem, speciesColors } from '../../viz/index.js';
import { describeViewer, eventually, expectNear, type Pixel } from './browser.js';
import { disks, FRAMES, trajectory } from './disks.js';

const blue = speciesColors(createRun('disks', [frameOfSystem(disks(0))])).get('A') as Pixel;
const white: Pixel = [255, 255, 255];

describeViewer(
  'playback',
  { 'disks.extxyz': trajectory() },
  ({ page, position, seen, session, settled, viewer }) => {
    test('steps by the keys, and shows the frame it stands at', async () => {
      await page().keyboard.press('ArrowRight');
      await page().keyboard.press('ArrowRight');
      expect(await position()).toBe(`2 / ${FRAMES - 1}`);
      const [there, before] = await seen([4, 1.5], [2, 2]);
      expectNear(there, blue);
      expectNear(before, white);
      await page().keyboard.press('End');
      expect(await position()).toBe('4 / 4');
      await page().keyboard.press('ArrowRight');
      expect(await position()).toBe('4 / 4');
      await page().keyboard.press('ArrowLeft');
      expect(await position()).toBe('3 / 4');
      await page().keyboard.press('Home');
      expect(await position()).toBe('0 / 4');
      await page().keyboard.press('PageDown');
      expect(await position()).toBe('4 / 4');
    });

    test('is moved along by the slider and the buttons', async () => {
      await page().getByLabel('Frame', { exact: true }).focus();
      await page().keyboard.press('ArrowRight');
      expect(await position()).toBe('1 / 4');
      await page().getByLabel('Last frame').click();
      expect(await position()).toBe('4 / 4');
      await page().getByLabel('One frame back').click();
      expect(await position()).toBe('3 / 4');
      await page().getByLabel('First frame (Home)').click();
      expect(await position()).toBe('0 / 4');
      await page().getByLabel('One frame on').click();
      expect(await position()).toBe('1 / 4');
      const slider = page().getByLabel('Frame', { exact: true });
      const { width, height } = (await slider.boundingBox()) ?? { width: 0, height: 0 };
      await slider.click({ position: { x: width - 4, y: height / 2 } });
      expect(await position()).toBe('4 / 4');
    });

    test('plays and pauses by the space bar, and stops at the end of once', async () => {
      await page().getByLabel('At the end').selectOption('once');
      // Slow enough for the label of the running film to be seen.
      await page().getByLabel('Speed').selectOption('2');
      await page().locator('.stage canvas').focus();
      await page().keyboard.press('Space');
      await page().getByLabel('Pause (space)').waitFor();
      await page().keyboard.press('Space');
      await page().getByLabel('Play (space)').waitFor();
      await page().getByLabel('Speed').selectOption('30');
      await page().locator('.stage canvas').focus();
      await page().keyboard.press('Space');
      await page().getByLabel('Play (space)').waitFor();
      await eventually(position).toBe('4 / 4');
    });

    test('goes on in a loop until it is paused by its button', async () => {
      await page().getByLabel('Speed').selectOption('60');
      await page().getByLabel('Play (space)').click();
      const seenFrames = new Set<string | null>();
      await eventually(async () => seenFrames.add(await position()).size).toBeGreaterThan(2);
      expect((await session()).playing).toBe(true);
      await page().getByLabel('Pause (space)').click();
      const stopped = await position();
      await settled();
      expect(await position()).toBe(stopped);
    });

    test('is made faster and slower by keys', async () => {
      const speed = async () => (await session()).speed;
      expect(await speed()).toBe(20);
      await page().keyboard.press('.');
      expect(await speed()).toBe(30);
      await page().keyboard.press(',');
      await page().keyboard.press(',');
      expect(await speed()).toBe(10);
      await settled();
      expect(await page().getByLabel('Speed').inputValue()).toBe('10');
    });

    test('draws atoms between two frames where that is wished', async () => {
      const halfway = () => page().evaluate('stillpointViewer.change({ time: 1.5 })');
      await halfway();
      const [, behind] = await seen([3.5, 1.4], [2.4, 2]);
      expectNear(behind, blue);
      await page().getByLabel('Smooth').check();
      await halfway();
      const [middle, left] = await seen([3.5, 1.4], [2.4, 2]);
      expectNear(middle, blue);
      expectNear(left, white);
    });

    test('begins at the frame that the address names', async () => {
      const { server } = viewer();
      await page().goto(`${server.address}#frame=-2`);
      await page().waitForSelector('html[data-state="ready"]');
      await eventually(position).toBe('3 / 4');
      await page().goto(`${server.address}#frame=7`);
      await eventually(() => page().locator('.alert span').textContent()).toContain('there is no frame 7');
    });

    test('says the frame to those who cannot see it', async () => {
      await page().keyboard.press('ArrowRight');
      await eventually(() => page().locator('.live').textContent()).toBe('Frame 1 of 4');
      const slider = page().getByLabel('Frame', { exact: true });
      await eventually(() => slider.getAttribute('aria-valuetext')).toBe('frame 1 of 4');
    });

    test('does not draw curves again while it plays, which would keep it waiting', async () => {
      await page().evaluate(() => {
        Object.assign(globalThis, { strokes: 0 });
        const { prototype } = CanvasRenderingContext2D;
        prototype.stroke = new Proxy(prototype.stroke, {
          apply(stroke, self, path) {
            (globalThis as unknown as { strokes: number }).strokes++;
            return Reflect.apply(stroke, self, path);
          },
        });
      });
      await page().getByLabel('Speed').selectOption('60');
      await page().getByLabel('Play (space)').click();
      const frames = new Set<string | null>();
      await eventually(async () => frames.add(await position()).size).toBeGreaterThan(2);
      expect(await page().evaluate('strokes')).toBe(0);
    });
  },
);
