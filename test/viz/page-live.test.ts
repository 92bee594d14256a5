/** A file that is written while it is shown. */
import { appendFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { formatExtendedXyz } from '../../systems/index.js';
import { describeViewer, eventually } from './browser.js';
import { disks } from './disks.js';

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
