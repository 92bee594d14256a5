/** `stillpoint view`, as it is typed. */
import { chmodSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { openInBrowser } from '../../scripts/browser.js';
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

  test.each([
    [[files[0]], ''],
    [[files[0], '--frame', '2'], '#frame=2'],
    [['--playground'], '#playground'],
    [['--no-open', files[0]], null],
    [[files[0], '--open=false'], null],
  ])('opens the browser at its address, and not where it is told not to: %s', async (argv, place) => {
    const opened: string[] = [];
    const interruption = new AbortController();
    let printed = '';
    const { code } = await stillpointOn(
      {
        interrupted: interruption.signal,
        openPage: (address) => opened.push(address),
        out: (text) => {
          printed += text;
        },
        // The last thing before it opens the browser; then it waits for the end.
        err: () => setTimeout(() => interruption.abort(), 0),
      },
      'view',
      ...argv,
    );
    expect(code).toBe(0);
    expect(printed).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/(#[a-z0-9=]+)?\n$/);
    expect(opened).toEqual(place === null ? [] : [printed.trim()]);
    expect(printed.trim().replace(/^[^#]*/, '')).toBe(place === null ? '' : place);
  });

  test('serves at the port that is asked for, and tells one that is taken', async () => {
    const taken = createServer();
    await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
    const { port } = taken.address() as AddressInfo;
    const other = await stillpoint('view', files[0], '--no-open', '--port', String(port));
    expect([other.code, other.err]).toEqual([2, expect.stringContaining(`port ${port} is taken`)]);
    await new Promise((done) => taken.close(done));
    const interruption = new AbortController();
    let printed = '';
    const out = (text: string): void => {
      printed += text;
      interruption.abort();
    };
    const { signal } = interruption;
    const argv = ['view', files[0], '--no-open', '--port', String(port)];
    expect((await stillpointOn({ interrupted: signal, out }, ...argv)).code).toBe(0);
    expect(printed).toBe(`http://127.0.0.1:${port}/\n`);
    const wrong = await stillpoint('view', files[0], '--no-open', '--port', '70000');
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('from 1 to 65535')]);
  });

  test('refuses ends of a colour scale that are none', async () => {
    for (const range of ['1', '2,1', '1,1', 'a,b', '1,2,3', ',1']) {
      const argv = ['view', files[0], '--png', folder.path('x.png'), `--color-range=${range}`];
      const { code, err } = await stillpoint(...argv);
      expect([code, err]).toEqual([2, expect.stringContaining(`--color-range must be two numbers`)]);
    }
  });

  test('opens the browser by the program that the desktop has for it', async () => {
    const program = folder.write('xdg-open', `#!/bin/sh\nprintf %s "$1" > "${folder.path('opened')}"\n`);
    chmodSync(program, 0o755);
    const env = { PATH: `${folder.path('.')}:${process.env.PATH}`, DISPLAY: ':0' };
    openInBrowser('http://127.0.0.1:1/#frame=2', { platform: 'linux', env });
    await expect
      .poll(() => existsSync(folder.path('opened')) && readFileSync(folder.path('opened'), 'utf8'), {
        timeout: 20_000,
      })
      .toBe('http://127.0.0.1:1/#frame=2');
    // No desktop, no program, no fault.
    openInBrowser('http://127.0.0.1:2/', { platform: 'linux', env: { ...env, DISPLAY: '' } });
    openInBrowser('http://127.0.0.1:3/', { platform: 'linux', env: { PATH: '', DISPLAY: ':0' } });
    rmSync(program);
    rmSync(folder.path('opened'));
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
