/** Curves against the frame, by mouse and by keyboard, in a real browser. */
import { expect, test } from 'vitest';
import { describeViewer, eventually, expectNear } from './browser.js';
import { trajectory } from './disks.js';

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
