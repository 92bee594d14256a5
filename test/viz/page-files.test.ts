/** Files in the page: dropped, several at once, too large for memory, and how they go again. */
import { utimesSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { drawPicture } from '../../scripts/picture.js';
import { formatExtendedXyz, withColumn, withInfo } from '../../systems/index.js';
import { createRun, frameOfSystem, scaleColor, speciesColors, type Viewer } from '../../viz/index.js';
import { describeViewer, eventually, expectNear, type Pixel } from './browser.js';
import { balls, disks, FRAMES, pixelOf, trajectory } from './disks.js';

declare const stillpointViewer: Viewer;

const colors = speciesColors(createRun('disks', [frameOfSystem(disks(0))]));
const blue = colors.get('A') as Pixel;
const NAME = '<img src=x onerror=alert(1)>.extxyz';
const chosen = { exact: true };

describeViewer('files', { [NAME]: trajectory(), 'balls.extxyz': balls() }, (hands) => {
  const { page, seen, drop, alertText, position, settled } = hands;
  const summary = () => page().locator('.file-summary').textContent();

  test('have their names shown as text, never as markup', async () => {
    await eventually(summary).toContain(NAME);
    expect(await page().title()).toContain(NAME);
    expect(await page().locator('img').count()).toBe(0);
  });

  test('are chosen from a list, and keep how they were looked at', async () => {
    await page().keyboard.press('End');
    await hands.show(1);
    await eventually(summary).toContain('3\u2011D');
    await hands.show(0);
    await eventually(summary).toContain('2\u2011D');
    expect(await position()).toBe('4 / 4');
  });

  test('are dropped several at once: the first good one is shown, all are in the list', async () => {
    await drop({
      'broken.extxyz': '2\nProperties=species:S:1:pos:R:3\nA 0 0 0\nA 0 zero 0\n',
      'one.extxyz': trajectory(),
      'two.extxyz': balls(),
    });
    expect(await alertText()).toMatch(/^broken\.extxyz:4: .*"zero"/);
    await eventually(summary).toContain('one.extxyz');
    const names = await page().getByLabel('File', chosen).locator('option').allTextContents();
    expect(names.map((name) => name.split('/').pop())).toEqual(
      expect.arrayContaining(['one.extxyz', 'two.extxyz', 'broken.extxyz', 'balls.extxyz']),
    );
  });

  test('that cannot be read are told with file, line and reason, and what was shown stays', async () => {
    await drop({ 'broken.extxyz': '2\nProperties=species:S:1:pos:R:3\nA 0 0 0\nA 0 zero 0\n' });
    expect(await alertText()).toMatch(/^broken\.extxyz:4: .*"zero"/);
    expectNear((await seen([2, 1.5]))[0], blue);
    await page().getByLabel('Close the message').click();
    expect(await page().locator('.alert span').count()).toBe(0);
    await drop({ 'words.txt': 'these are words\n' });
    expect(await alertText()).toBe(
      'words.txt:1: found "these are words", expected the number of atoms on the first line',
    );
    await drop({ 'empty.extxyz': '' });
    await eventually(alertText).toMatch(/^empty\.extxyz:1: /);
  });

  test('that end within a frame are shown up to there, and the rest is told', async () => {
    await drop({ 'cut.extxyz': trajectory().slice(0, -20) });
    expect(await alertText()).toMatch(/^cut\.extxyz:\d+: .*The frames before are shown/s);
    expect(await position()).toBe(`0 / ${FRAMES - 2}`);
  });

  test('offer columns that nobody knows for colours', async () => {
    const strange = (k: number) => withColumn(disks(k), 'flavour', [k, 10]);
    await drop({ 'strange.extxyz': [0, 1].map((k) => formatExtendedXyz(strange(k))).join('') });
    await eventually(summary).toContain('strange.extxyz');
    await page().getByLabel('Colour by', chosen).selectOption('flavour');
    await page().getByLabel('Arrows', chosen).selectOption('none');
    const [first, second] = await seen([2, 1.6], [4.3, 6]);
    expectNear(first, scaleColor(0));
    expectNear(second, scaleColor(1));
  });

  test('are opened from the keyboard', async () => {
    const choosing = page().waitForEvent('filechooser');
    // The browser is told to hand the choice over.
    await settled();
    await page().keyboard.press('o');
    await (await choosing).setFiles([{ name: 'typed.extxyz', mimeType: '', buffer: Buffer.from(balls()) }]);
    await eventually(summary).toContain('typed.extxyz');
  });

  test('give back the graphics of the one before, and all when the viewer closes', async () => {
    const geometries = () => page().evaluate(() => stillpointViewer.resources.geometries);
    const before = await geometries();
    for (const name of ['one.extxyz', 'two.extxyz']) {
      await drop({ [name]: trajectory() });
      await eventually(summary).toContain(name);
    }
    await settled();
    expect(await geometries()).toBe(before);
    expect(before).toBeGreaterThan(0);
    await page().evaluate(() => stillpointViewer.close());
    expect(await geometries()).toBe(0);
  });
});

const long = Array.from({ length: 40 }, (_, k) =>
  formatExtendedXyz(withInfo(disks(k % FRAMES), { step: k })),
).join('');

describeViewer(
  'a file that is too large for memory',
  { 'long.extxyz': long },
  ({ viewer, page, seen, position, session, drop, alertText, unfold }) => {
    const shown = () =>
      page().evaluate(() => stillpointViewer.run?.frame(stillpointViewer.run.length - 1).index);

    test('is gone through in a worker, and its frames are read when they are shown', async () => {
      await eventually(position).toBe('0 / 39');
      expect(
        page()
          .workers()
          .some((worker) => worker.url().includes('worker')),
      ).toBe(true);
      await page().keyboard.press('End');
      await eventually(shown).toBe(39);
      const [disk] = await seen([6, 1.5]);
      expectNear(disk, blue);
    });

    test('keeps no more frames than its share of memory', async () => {
      for (let k = 0; k < 12; k++) {
        await page().keyboard.press('ArrowRight');
        await eventually(() => page().evaluate((k) => stillpointViewer.run?.frame(k).index, k + 1)).toBe(
          k + 1,
        );
      }
      // Some 170 bytes each. What has gone is read again when it is asked for.
      const [kept, again] = await page().evaluate(async () => {
        const { run } = stillpointViewer;
        if (run === null) throw new Error('no run');
        const all = Array.from({ length: run.length }, (_, k) => k);
        const gone = all.find((k) => run.frame(k).index !== k) ?? -1;
        return [all.filter((k) => run.frame(k).index === k).length, (await run.load(gone)).index === gone];
      });
      expect(kept).toBeLessThanOrEqual(13);
      expect(kept).toBeGreaterThan(1);
      expect(again).toBe(true);
    });

    test('has the curves of its comment lines without reading its frames', async () => {
      await unfold('Curves');
      await page().getByLabel('step', { exact: true }).check();
      const plot = page().getByLabel('step against the frame');
      await eventually(() => plot.getAttribute('aria-valuemax')).toBe('39');
      await page().keyboard.press('End');
      await eventually(() => plot.getAttribute('aria-valuetext')).toBe('39 at frame 39');
    });

    test('plays on without waiting for frames', async () => {
      await page().getByLabel('Speed').selectOption('120');
      await page().getByLabel('Play (space)').click();
      await eventually(async () => (await session()).time).toBeGreaterThan(5);
      expect((await session()).playing).toBe(true);
    });

    test('has a last frame without an end of its last line, and tells one that is not whole', async () => {
      await drop({ 'endless.extxyz': long.trimEnd() });
      await eventually(() => page().locator('.file-summary').textContent()).toContain('endless.extxyz');
      await eventually(position).toBe('0 / 39');
      await drop({ 'cut.extxyz': long.slice(0, -20) });
      await eventually(() => page().locator('.file-summary').textContent()).toContain('cut.extxyz');
      await eventually(position).toBe('0 / 38');
      expect(await alertText()).toMatch(/^cut\.extxyz:160: .*The frames before are shown/s);
    });

    test('stops its film when it is closed or replaced', async () => {
      const told = await page().evaluate(() =>
        stillpointViewer.film(64, 48, { onProgress: () => stillpointViewer.run?.close() }).then(
          () => 'made',
          (error: Error) => error.message,
        ),
      );
      expect(told).toMatch(/long\.extxyz is not open any more: it was closed, or replaced by another$/);
    });

    test('of this computer is not read on when it has been changed', async () => {
      const path = viewer().file('changed.extxyz');
      writeFileSync(path, long);
      await page().getByLabel('Files to open').first().setInputFiles(path);
      await eventually(() => page().locator('.file-summary').textContent()).toContain('changed.extxyz');
      await eventually(position).toBe('0 / 39');
      writeFileSync(path, long.replaceAll('A', 'B'));
      utimesSync(path, 1, 1);
      await page().keyboard.press('End');
      expect(await alertText()).toMatch(/^changed\.extxyz cannot be read any more: it has changed/);
    });

    test('tells a frame that cannot be read with its line, when it is shown', async () => {
      const lines = long.split('\n');
      lines[4 * 20 + 3] = lines[4 * 20 + 3].replace(/\S+$/, 'none');
      await drop({ 'bad.extxyz': lines.join('\n') });
      await eventually(() => page().locator('.file-summary').textContent()).toContain('bad.extxyz');
      await eventually(position).toBe('0 / 39');
      await page().getByLabel('Frame', { exact: true }).fill('20');
      expect(await alertText()).toMatch(/^bad\.extxyz:84: .*"none"/);
    });
  },
  { memoryBytes: 2000 },
);

/** So many frames that finding them all takes longer than showing one; the atoms of the last are elsewhere. */
const MANY = 25_000;
const many = formatExtendedXyz(disks(0)).repeat(MANY - 1) + formatExtendedXyz(disks(4));

describeViewer(
  'a large file of many frames',
  { 'many.extxyz': many },
  ({ viewer, page, position }) => {
    test('is settled when all of them have been found', async () => {
      const found = await page().evaluate(async () => {
        await stillpointViewer.run?.settled();
        return stillpointViewer.run?.length;
      });
      expect(found).toBe(MANY);
    });

    test('opens at a frame of an address that is not known at first', async () => {
      await page().goto('about:blank');
      await page().goto(`${viewer().server.address}#frame=-1`);
      await page().waitForSelector('html[data-state="ready"]');
      await eventually(position).toBe(`${MANY - 1} / ${MANY - 1}`);
      expect(await page().locator('.alert span').count()).toBe(0);
    });

    test('has its last frame drawn without a window', async () => {
      const size = [400, 300] as const;
      const place = { x: 0, y: 0, width: 400, height: 300 };
      // While one picture is drawn, not all of them can be found.
      const path = viewer().file('more.extxyz');
      writeFileSync(path, formatExtendedXyz(disks(0)).repeat(4 * MANY) + formatExtendedXyz(disks(4)));
      const png = await drawPicture(path, {
        size,
        arrows: 'none',
        memoryBytes: 1e6,
        page: viewer().built,
      });
      const [there, gone] = await viewer().pixels(png, [pixelOf([6, 2], place), pixelOf([2, 2], place)]);
      expectNear(there, blue);
      expectNear(gone, [255, 255, 255]);
    });
  },
  { memoryBytes: 1e6 },
);

describeViewer(
  'a large file with a fault on the way',
  // Longer than what is gone through at once.
  { 'faulty.extxyz': `${long.repeat(300)}words\n${long}` },
  ({ viewer, position, alertText }) => {
    test('is shown up to there, and the fault is told', async () => {
      expect(await alertText()).toMatch(/:48001: found "words", expected the number of atoms of frame 12001/);
      expect(await position()).toMatch(/^0 \/ \d{3,}$/);
    });

    test('is not drawn without a window', async () => {
      const drawing = drawPicture(viewer().file('faulty.extxyz'), {
        size: [64, 48],
        memoryBytes: 2000,
        page: viewer().built,
      });
      await expect(drawing).rejects.toThrow(/:48001: found "words"/);
    });
  },
  { memoryBytes: 2000 },
);
