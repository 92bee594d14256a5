/** A file that is written while it is shown. */
import { appendFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { formatExtendedXyz, withInfo } from '../../systems/index.js';
import type { Viewer } from '../../viz/index.js';
import { describeViewer, eventually } from './browser.js';
import { disks } from './disks.js';

declare const stillpointViewer: Viewer;

const frame = (k: number): string => formatExtendedXyz(disks(k % 5));
const frames = (count: number): string => Array.from({ length: count }, (_, k) => frame(k)).join('');

const checks = (memoryBytes: number): void =>
  describeViewer(
    `a growing file${memoryBytes < 1e6 ? ' that is too large for memory' : ''}`,
    { 'growing.extxyz': frames(3) },
    ({ page, viewer, position, session, settled }) => {
      const path = () => viewer().file('growing.extxyz');
      const reload = async (): Promise<void> => {
        await page().goto('about:blank');
        await page().goto(viewer().server.address);
        await page().waitForSelector('html[data-state="ready"]');
      };

      test('shows frames as they are written, but no half of one', async () => {
        writeFileSync(path(), frames(3));
        await reload();
        await eventually(position).toMatch(/\/ 2$/);
        await page().keyboard.press('Home');
        const next = frame(3);
        appendFileSync(path(), next.slice(0, -9));
        await settled();
        appendFileSync(path(), next.slice(-9) + frame(4));
        await eventually(position).toBe('0 / 4');
        expect(await page().locator('.alert span').count()).toBe(0);
      });

      test('stays at the last frame while it follows, and no longer when another is chosen', async () => {
        writeFileSync(path(), frames(3));
        await reload();
        await eventually(position).toBe('2 / 2');
        expect((await session()).follow).toBe(true);
        appendFileSync(path(), frame(3));
        await eventually(position).toBe('3 / 3');
        await page().keyboard.press('Home');
        expect((await session()).follow).toBe(false);
        appendFileSync(path(), frame(4));
        await eventually(position).toBe('0 / 4');
        await page().getByLabel('Follow').check();
        await eventually(position).toBe('4 / 4');
      });

      test('is read again when it has been cut or replaced', async () => {
        writeFileSync(path(), frames(3));
        await reload();
        await eventually(position).toMatch(/\/ 2$/);
        truncateSync(path(), Buffer.byteLength(frames(2)));
        await eventually(position).toMatch(/\/ 1$/);
        writeFileSync(`${path()}.new`, frames(5).replaceAll('energy=', 'heat='));
        renameSync(`${path()}.new`, path());
        await eventually(position).toMatch(/\/ 4$/);
        await eventually(() => page().getByLabel('energy against the frame').count()).toBe(0);
      });

      test('is read again when another one takes its place, of the same size and the same end', async () => {
        const energies = () => page().evaluate(() => stillpointViewer.run?.info('energy').slice(0, 2));
        const text = (energy: number) =>
          formatExtendedXyz(withInfo(disks(0), { energy })) + frame(0).repeat(60);
        expect(text(7).length).toBe(text(8).length);
        writeFileSync(path(), text(7));
        await reload();
        await eventually(energies).toEqual([7, 4]);
        writeFileSync(`${path()}.new`, text(8));
        renameSync(`${path()}.new`, path());
        await eventually(energies).toEqual([8, 4]);
        // In its own place.
        writeFileSync(path(), text(9));
        await eventually(energies).toEqual([9, 4]);
      });

      test('is waited for where it is written anew, slowly', async () => {
        writeFileSync(path(), frames(3));
        await reload();
        await eventually(position).toMatch(/\/ 2$/);
        truncateSync(path(), 0);
        await new Promise((done) => setTimeout(done, 600));
        appendFileSync(path(), frame(0).slice(0, -9));
        await new Promise((done) => setTimeout(done, 600));
        appendFileSync(path(), frame(0).slice(-9) + frames(4));
        await eventually(position).toMatch(/\/ 4$/);
        expect(await page().locator('.alert span').count()).toBe(0);
      });

      test('is followed under its hidden name, while a command of ours still writes it', async () => {
        writeFileSync(path(), frames(1));
        const part = viewer().file(`.growing.extxyz.${process.pid}-0.part`);
        writeFileSync(part, frames(2));
        await reload();
        await eventually(position).toBe('1 / 1');
        appendFileSync(part, frame(2));
        await eventually(position).toBe('2 / 2');
        renameSync(part, path());
        appendFileSync(path(), frame(3));
        await eventually(position).toBe('3 / 3');
        rmSync(part, { force: true });
      });
    },
    { memoryBytes },
  );

checks(2 ** 29);
checks(1000);

describeViewer(
  'a file that is chosen when it is not written any more',
  { 'first.extxyz': frames(1), 'second.extxyz': frames(3).trimEnd() },
  ({ page, viewer, position, session, show }) => {
    test('is shown whole, and not followed', async () => {
      const text = frames(2);
      writeFileSync(viewer().file('second.extxyz'), text.slice(0, -9));
      await page().goto('about:blank');
      await page().goto(viewer().server.address);
      await page().waitForSelector('html[data-state="ready"]');
      writeFileSync(viewer().file('second.extxyz'), text.trimEnd());
      // So long after that it is taken as complete.
      await new Promise((done) => setTimeout(done, 3000));
      await show(1);
      await eventually(position).toBe('0 / 1');
      expect((await session()).follow).toBe(false);
    });
  },
);
