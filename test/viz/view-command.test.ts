/** `stillpoint view`, as it is typed. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { stillpoint, stillpointOn, temporaryFolder } from '../scripts/command-line.js';
import { balls, trajectory } from './disks.js';

const folder = temporaryFolder();
const files = [folder.write('disks.extxyz', trajectory()), folder.write('balls.extxyz', balls())];
beforeAll(async () => {
  // The check run has built the page; a test alone does it here.
  if (!existsSync('dist/page/index.html')) await build({ configFile: 'vite.config.ts', logLevel: 'error' });
}, 120_000);
afterAll(() => folder.remove());
afterEach(() => vi.unstubAllEnvs());

describe('stillpoint view', () => {
  test.each([
    ['--no-open', ...files],
    [...files, '--no-open'],
  ])('prints its address and serves all files until it is interrupted: %s …', async (...argv) => {
    const interruption = new AbortController();
    let running: Promise<{ code: number }> | null = null;
    const address = await new Promise<string>((done, fail) => {
      const { signal } = interruption;
      running = stillpointOn({ interrupted: signal, out: done }, 'view', ...argv);
      running.then(({ code }) => fail(new Error(`ended with code ${code}`)), fail);
    });
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\n$/);
    const { files: list }: { files: { name: string; url: string }[] } = await (
      await fetch(`${address.trim()}files.json`)
    ).json();
    expect(list.map(({ name }) => name)).toEqual(files);
    expect(await (await fetch(new URL(list[1].url, address.trim()))).text()).toBe(balls());
    interruption.abort();
    expect((await (running as Promise<{ code: number }> | null))?.code).toBe(0);
    await expect(fetch(address.trim())).rejects.toThrow();
  });

  test('names a file that is not there', async () => {
    const { code, out, err } = await stillpoint('view', '--no-open', 'none.extxyz');
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('cannot read none.extxyz: there is no such file');
  });

  test.each(['800', '0x600', '800x600x2', '99999x10'])('refuses a picture of size %s', async (size) => {
    const { code, err } = await stillpoint('view', files[0], '--png', folder.path('x.png'), '--size', size);
    expect(code).toBe(2);
    expect(err).toContain(`--size must be WIDTHxHEIGHT, each from 16 to 8192; found "${size}"`);
  });

  test('says which package draws pictures where there is none', async () => {
    vi.stubEnv('PATH', folder.path('.'));
    vi.stubEnv('CHROMIUM', undefined);
    const { code, err } = await stillpoint('view', files[0], '--png', folder.path('x.png'));
    expect(code).toBe(2);
    expect(err).toContain('apt install chromium');
    expect(folder.files()).toEqual(['balls.extxyz', 'disks.extxyz']);
  });

  test('says the same of a film', async () => {
    vi.stubEnv('PATH', folder.path('.'));
    vi.stubEnv('CHROMIUM', undefined);
    const { code, err } = await stillpoint('view', files[0], '--mp4', folder.path('x.mp4'));
    expect(code).toBe(2);
    expect(err).toContain('apt install chromium');
    expect(folder.files()).toEqual(['balls.extxyz', 'disks.extxyz']);
  });

  test('leaves what stood in the place of a picture that cannot be drawn', async () => {
    vi.stubEnv('PATH', folder.path('.'));
    vi.stubEnv('CHROMIUM', undefined);
    const before = folder.write('old.png', 'an old picture');
    expect((await stillpoint('view', files[0], '--png', before)).code).toBe(2);
    expect(readFileSync(before, 'utf8')).toBe('an old picture');
    rmSync(before);
    expect(folder.files()).toEqual(['balls.extxyz', 'disks.extxyz']);
  });

  test('finds out before it draws that it cannot write', async () => {
    const { code, err } = await stillpoint('view', files[0], '--png', folder.path('no/x.png'));
    expect([code, err]).toEqual([2, expect.stringContaining('no/x.png')]);
    const same = await stillpoint('view', files[0], '--png', 'x', '--mp4', 'x');
    expect([same.code, same.err]).toEqual([2, expect.stringContaining('name the same file')]);
    const view = await stillpoint('view', files[0], '--png', folder.path('x.png'), '--view', 'none.json');
    expect([view.code, view.err]).toEqual([2, expect.stringContaining('cannot read none.json')]);
    const speed = await stillpoint('view', files[0], '--mp4', folder.path('x.mp4'), '--speed', '0');
    expect([speed.code, speed.err]).toEqual([
      2,
      expect.stringContaining('--speed must be a positive number'),
    ]);
  });

  test('draws one file at a time', async () => {
    const { code, err } = await stillpoint('view', ...files, '--png', folder.path('x.png'));
    expect([code, err]).toEqual([2, expect.stringContaining('--png draws one file')]);
  });
});
