/** `stillpoint view`, as it is typed. */
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { stillpoint, stillpointOn, temporaryFolder } from '../scripts/command-line.js';
import { balls, trajectory } from './disks.js';

const folder = temporaryFolder();
const files = [folder.write('disks.extxyz', trajectory()), folder.write('balls.extxyz', balls())];
afterAll(() => folder.remove());
afterEach(() => vi.unstubAllEnvs());

describe('stillpoint view', () => {
  test.each([
    ['--no-open', ...files],
    [...files, '--no-open'],
  ])('prints its address and serves all files until it is interrupted: %s …', async (...argv) => {
    const interruption = new AbortController();
    let running: Promise<{ code: number }> | null = null;
    const address = await new Promise<string>((done) => {
      running = stillpointOn({ interrupted: interruption.signal, out: done }, 'view', ...argv);
    });
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\n$/);
    const list: { name: string; url: string }[] = await (await fetch(`${address.trim()}files.json`)).json();
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

  test('draws one file at a time', async () => {
    const { code, err } = await stillpoint('view', ...files, '--png', folder.path('x.png'));
    expect([code, err]).toEqual([2, expect.stringContaining('--png draws one file')]);
  });
});
