/** Curves against the frame, by mouse and by keyboard, in a real browser. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { formatExtendedXyz, type Info, withInfo } from '../../systems/index.js';
import type { MemoryRun, Viewer } from '../../viz/index.js';
import { describeViewer, eventually, expectNear } from './browser.js';
import { disks, trajectory } from './disks.js';

/** What the page offers to programs. */
declare const stillpointViewer: Viewer;

/** So many frames, with these comment lines. */
function written(frames: number, info: (k: number) => Readonly<Record<string, Info>>): string {
  return Array.from({ length: frames }, (_, k) => formatExtendedXyz(withInfo(disks(k % 5), info(k)))).join(
    '',
  );
}

/** The place of the marker in each plot, as a part of the width. */
function markers(page: Page): Promise<number[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('.u-over')].map((over) => {
      const { x, width } = over.getBoundingClientRect();
      const marker = over.querySelector('.marker')?.getBoundingClientRect();
      return marker === undefined ? Number.NaN : (marker.x + marker.width / 2 - x) / width;
    }),
  );
}

describeViewer('curves', { 'disks.extxyz': trajectory() }, ({ page, position, unfold, viewer, settled }) => {
  const energy = () => page().getByLabel('energy against the frame');
  const title = (k: number) => page().locator('.plot .title').nth(k).textContent();

  test('show energy and largest force, with their values at the frame', async () => {
    expect(await title(0)).toBe('energy  4');
    expect(await title(1)).toBe('max force  1');
    await page().keyboard.press('ArrowRight');
    await eventually(() => title(0)).toBe('energy  1');
    await eventually(() => title(1)).toBe('max force  0.1');
  });

  test('move the frame by a click and by a drag', async () => {
    const over = energy().locator('.u-over');
    const { x, y, width, height } = (await over.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    await page().mouse.click(x + width / 2, y + height / 2);
    expect(await position()).toBe('2 / 4');
    await page().mouse.move(x + width / 4, y + height / 2);
    await page().mouse.down();
    expect(await position()).toBe('1 / 4');
    await page().mouse.move(x + width - 2, y + height / 2, { steps: 4 });
    await page().mouse.up();
    expect(await position()).toBe('4 / 4');
    // The marker stands where the frame is.
    const marker = await energy().locator('.marker').boundingBox();
    expect(Math.abs((marker?.x ?? 0) - (x + width))).toBeLessThan(3);
  });

  test('move the frame by the arrow keys while they have the focus', async () => {
    await energy().focus();
    await page().keyboard.press('ArrowRight');
    expect(await position()).toBe('1 / 4');
    await eventually(() => energy().getAttribute('aria-valuetext')).toBe('1 at frame 1');
  });

  test('are chosen from all numbers of the file', async () => {
    await unfold('Curves');
    const list = page().locator('.curve-choices');
    const labels = await list.locator('label').allTextContents();
    expect(labels.slice(0, 2)).toEqual(['energy', 'max force']);
    expect(labels).toEqual(expect.arrayContaining(['max charge', 'mean charge', 'max sensitivity']));
    await list.getByLabel('max charge').check();
    const curve = page().getByLabel('max charge against the frame');
    await curve.waitFor();
    expect(await curve.getAttribute('aria-valuetext')).toBe('4 at frame 0');
    await list.getByLabel('energy', { exact: true }).uncheck();
    await eventually(() => energy().count()).toBe(0);
    for (const name of ['max force', 'max charge']) await list.getByLabel(name, { exact: true }).uncheck();
    await eventually(() => page().locator('.plots').isVisible()).toBe(false);
  });

  test('have a logarithmic scale where that is wished, forces by themselves', async () => {
    const log = (name: string) => page().getByLabel(`logarithmic scale of ${name}`);
    expect(await log('max force').isChecked()).toBe(true);
    expect(await log('energy').isChecked()).toBe(false);
    const before = await energy().screenshot();
    await log('energy').focus();
    await page().keyboard.press('Space');
    await eventually(async () => (await energy().screenshot()).equals(before)).toBe(false);
    expect(await log('energy').isChecked()).toBe(true);
  });

  test('are dark in the dark, and their heads do not lie over them', async () => {
    await page().keyboard.press('t');
    await settled();
    const box = await energy().boundingBox();
    if (box === null) throw new Error('no curve');
    const place = [Math.round(box.x + box.width) - 3, Math.round(box.y + 3)] as const;
    await eventually(
      async () => (await viewer().pixels(await page().screenshot(), [place]))[0][0],
    ).toBeLessThan(60);
    const [background] = await viewer().pixels(await page().screenshot(), [place]);
    expectNear(background, [0x14, 0x17, 0x1d]);
    const head = await page().locator('.plot-head').first().boundingBox();
    expect((head?.y ?? 0) + (head?.height ?? 0)).toBeLessThanOrEqual(box.y + 0.5);
  });
});

/** Every step, then every fourth; the energy falls to −100 as the page's relaxations do to their minimum. */
const relaxation = written(30, (k) => ({
  energy: -100 + 10 ** -k,
  max_force: 10 ** (-k / 4),
  step: k < 10 ? k : 10 + 4 * (k - 10),
}));

describeViewer(
  'curves of a relaxation',
  { 'relaxation.extxyz': relaxation, 'short.extxyz': written(4, (k) => ({ energy: k, max_force: 1 })) },
  ({ page, viewer, position, unfold, settled, session }) => {
    const energy = () => page().locator('.plot').first();
    const title = () => energy().locator('.title').textContent();
    const goTo = async (frame: number): Promise<void> => {
      await page().evaluate((frame) => stillpointViewer.goTo(frame), frame);
      await settled();
    };

    test('are against the step, and a click takes the frame that is nearest to it', async () => {
      expect(await energy().locator('.area').getAttribute('aria-label')).toBe('energy against the step');
      await goTo(20);
      expect(await energy().locator('.place').textContent()).toBe('at step 50');
      for (const place of await markers(page())) expect(place).toBeCloseTo(50 / 86, 2);
      const over = await energy().locator('.u-over').boundingBox();
      if (over === null) throw new Error('no curve');
      await page().mouse.click(over.x + (5.2 / 86) * over.width, over.y + 20);
      expect(await position()).toBe('5 / 29');
      await page().mouse.click(over.x + (48.5 / 86) * over.width, over.y + 20);
      expect(await position()).toBe('20 / 29');
    });

    test('are against the frame where that is wished, and a saved view keeps it', async () => {
      await unfold('Curves');
      await page().getByLabel('Curves against').selectOption('frame');
      expect((await session()).against).toBe('frame');
      expect(await page().evaluate(() => stillpointViewer.view?.session.against)).toBe('frame');
      await goTo(20);
      await eventually(async () => (await markers(page()))[0]).toBeCloseTo(20 / 29, 2);
      expect(await energy().locator('.area').getAttribute('aria-label')).toBe('energy against the frame');
      expect(await energy().locator('.along').textContent()).toBe('frame');
      expect(await energy().locator('.place').textContent()).toBe('');
      await page().locator('select[name=file]').selectOption({ index: 1 });
      await eventually(position).toBe('0 / 3');
      expect(await page().getByLabel('Curves against').isVisible()).toBe(false);
    });

    test('mark the shown frame when another file has been looked at in between', async () => {
      const files = page().locator('select[name=file]');
      await goTo(15);
      await files.selectOption({ index: 1 });
      await eventually(position).toBe('0 / 3');
      await goTo(1);
      await files.selectOption({ index: 0 });
      await eventually(position).toBe('15 / 29');
      for (const place of await markers(page())) expect(place).toBeCloseTo(30 / 86, 2);
      await files.selectOption({ index: 1 });
      await eventually(position).toBe('1 / 3');
      for (const place of await markers(page())) expect(place).toBeCloseTo(1 / 3, 2);
    });

    test('tell the newest value at once, before they are drawn with it', async () => {
      const told = await page().evaluate(async () => {
        stillpointViewer.change({ follow: true });
        const run = stillpointViewer.run as MemoryRun;
        const found: (string | null | undefined)[] = [];
        for (let k = 1; k <= 5; k++) {
          run.append({ ...run.first, info: new Map([...run.first.info, ['energy', k], ['step', 86 + k]]) });
          await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
          found.push(document.querySelector('.plot .title')?.textContent);
        }
        return found;
      });
      expect(told).toEqual([1, 2, 3, 4, 5].map((k) => `energy  ${k}`));
      for (const place of await markers(page())) expect(place).toBeCloseTo(1, 2);
    });

    test('have the digits in which neighbouring frames differ', async () => {
      await goTo(8);
      expect(await title()).toBe('energy  -99.99999999');
    });

    test('show values that are not all positive above the lowest on a logarithmic scale, and say so', async () => {
      await page().getByLabel('logarithmic scale of energy').check();
      await goTo(3);
      await eventually(title).toBe('energy − lowest  0.001');
      await eventually(() => energy().locator('.origin').textContent()).toBe('-100 +');
      expect(await energy().locator('.nothing').textContent()).toBe('');
    });

    test('say why there is nothing to see', async () => {
      await page().evaluate(() => {
        const run = stillpointViewer.run as MemoryRun;
        run.append({ ...run.first, info: new Map([['nought', 0]]) });
        stillpointViewer.change({ curves: ['nought'] });
      });
      await page().getByLabel('logarithmic scale of nought').check();
      await eventually(() => energy().locator('.nothing').textContent()).toBe('no value above zero');
    });

    test('are drawn with those of a second run beside it, each in its colour', async () => {
      await unfold('Side by side');
      await page().getByLabel('Second picture').selectOption({ label: 'short.extxyz' });
      await eventually(() => energy().locator('.second-line').textContent()).toBe('┄ short.extxyz');
      // Only one has steps: both are against the frame.
      expect(await energy().locator('.along').textContent()).toBe('frame');
      await goTo(15);
      expect((await markers(page()))[0]).toBeCloseTo(15 / 29, 2);
      const box = await energy().locator('.u-over').boundingBox();
      if (box === null) throw new Error('no curve');
      const has = async (color: readonly number[], part: number) => {
        const places = Array.from({ length: 90 * 24 }, (_, k) => {
          const across = Math.round(box.x + part * box.width) + (k % 24);
          return [across, Math.round(box.y) + Math.floor(k / 24)] as const;
        });
        const found = await viewer().pixels(await page().screenshot(), places);
        return found.some((pixel) => pixel.every((value, k) => Math.abs(value - color[k]) < 24));
      };
      const [first, second] = [
        [0x1f, 0x6f, 0xb2],
        [0xb4, 0x54, 0x0a],
      ];
      await eventually(() => has(second, 0.02)).toBe(true);
      expect([await has(first, 0.02), await has(first, 0.7), await has(second, 0.7)]).toEqual([
        true,
        true,
        false,
      ]);
      await page().getByLabel('Second picture').selectOption({ label: 'nothing' });
      await eventually(() => energy().locator('.second-line').textContent()).toBe('');
      await eventually(() => energy().locator('.along').textContent()).toBe('step');
    });

    test('are saved as they are shown, with all their digits', async () => {
      await unfold('Curves');
      const [download] = await Promise.all([
        page().waitForEvent('download'),
        page().getByRole('button', { name: 'Save CSV' }).click(),
      ]);
      expect(download.suggestedFilename()).toBe('relaxation-curves.csv');
      const lines = (await readFile(await download.path(), 'utf8')).split('\n');
      expect(lines.slice(0, 2)).toEqual(['frame,step,energy,max force', '0,0,-99,1']);
      expect(lines[12]).toBe(`11,14,${-100 + 10 ** -11},${10 ** (-11 / 4)}`);
      expect(lines).toHaveLength(32);
    });
  },
);

describeViewer(
  'curves of a file that is read frame by frame',
  { 'large.extxyz': written(40, (k) => ({ energy: k })) },
  ({ page, unfold }) => {
    test('say of how many frames their values are known', async () => {
      const part = (name: string) => page().locator('.plot', { hasText: name }).locator('.part');
      await unfold('Curves');
      await page().getByLabel('max charge', { exact: true }).check();
      await eventually(() => part('max charge').textContent()).toMatch(
        /^in the ([1-9]|1\d) of 40 frames seen so far$/,
      );
      expect(await part('energy').textContent()).toBe('');
      await page().keyboard.press('End');
      await eventually(() => page().locator('.plot .title').allTextContents()).toContain('max charge  4');
    });
  },
  { memoryBytes: 2000 },
);
