/** What the viewer's server gives, and to whom. */
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { FileWatch } from '../../scripts/file-watch.js';
import { ServedFile } from '../../scripts/served-file.js';
import { serveViewer, type ViewerServer } from '../../scripts/viewer-server.js';
import { InputError } from '../../src/index.js';
import type { FileState } from '../../viz/index.js';

const folder = mkdtempSync(join(tmpdir(), 'stillpoint-server-'));
const page = join(folder, 'page');
const named = join(folder, '<b>named<i>.extxyz');
let server: ViewerServer;

beforeAll(async () => {
  mkdirSync(join(page, 'assets'), { recursive: true });
  writeFileSync(join(page, 'index.html'), '<!doctype html><title>page</title>');
  writeFileSync(join(page, 'assets', 'code.js'), 'export {};');
  writeFileSync(join(page, 'secret.key'), 'secret');
  writeFileSync(named, 'the named file');
  writeFileSync(join(folder, 'beside.extxyz'), 'secret');
  symlinkSync('circle.extxyz', join(folder, 'circle.extxyz'));
  server = await serveViewer([named], { page });
});
afterAll(async () => {
  await server?.close();
  rmSync(folder, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** The path goes out as it is written, as no browser would send it. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const { port, host } = new URL(server.address);
  return new Promise((done, fail) => {
    const asked = request(
      { host: '127.0.0.1', port, path, method, headers: { Host: host, ...headers } },
      (response) => {
        let body = '';
        response.on('data', (chunk) => {
          body += chunk;
        });
        response.on('end', () => done({ status: response.statusCode ?? 0, headers: response.headers, body }));
      },
    );
    asked.on('error', fail).end();
  });
}

describe("the viewer's server", () => {
  test('gives the page, its code and the named files', async () => {
    expect((await get('/')).body).toContain('<title>page</title>');
    expect((await get('/assets/code.js')).headers['content-type']).toMatch('text/javascript');
    expect(JSON.parse((await get('/files.json')).body)).toEqual({
      memoryBytes: 2 ** 29,
      files: [
        {
          name: named,
          url: './files/0',
          size: 14,
          ended: expect.any(Boolean),
          identity: expect.any(String),
          modified: expect.any(Number),
        },
      ],
    });
    const file = await get('/files/0');
    expect(file.body).toBe('the named file');
    expect(file.headers['content-type']).toBe('text/plain; charset=utf-8');
  });

  test('gives the ranges of a file that are asked for', async () => {
    const range = (Range: string) => get('/files/0', { Range });
    const middle = await range('bytes=4-8');
    expect([middle.status, middle.body, middle.headers['content-range']]).toEqual([
      206,
      'named',
      'bytes 4-8/14',
    ]);
    expect((await range('bytes=10-')).body).toBe('file');
    expect((await range('bytes=10-999')).body).toBe('file');
    expect((await range('bytes=14-')).status).toBe(204);
    // What is no single range is answered with all of it.
    for (const other of ['bytes=-4', 'bytes=0-1,3-4', 'lines=1-2', 'bytes=99999999999999999-']) {
      const { status, body } = await range(other);
      expect([other, status, body]).toEqual([other, 200, 'the named file']);
    }
  });

  test('gives nothing else, whatever the path', async () => {
    const tricks = [
      '/files/1',
      '/files/-1',
      '/files/0/../1',
      '/files/../beside.extxyz',
      '/../beside.extxyz',
      '/..%2fbeside.extxyz',
      '/%2e%2e/beside.extxyz',
      '/..\\beside.extxyz',
      '//etc/passwd',
      '/assets/../../beside.extxyz',
      '/secret.key',
      '/assets',
      '/beside.extxyz',
      '/files/0?x',
      '/files/0%00',
      '/__proto__',
      '/constructor',
    ];
    for (const path of tricks) {
      const answer = await get(path);
      expect([path, answer.status]).toEqual([path, 404]);
      expect(answer.body).not.toMatch(/secret|root/);
    }
  });

  test('answers to its own name alone, so that no foreign name can be bound to it', async () => {
    const { port } = new URL(server.address);
    expect((await get('/files/0', { Host: `localhost:${port}` })).status).toBe(200);
    for (const Host of [
      'evil.example',
      `evil.example:${port}`,
      '127.0.0.1',
      '127.0.0.1:1',
      `0.0.0.0:${port}`,
    ]) {
      const { status, body } = await get('/files/0', { Host });
      expect([Host, status]).toEqual([Host, 403]);
      expect(body).not.toContain('named file');
    }
  });

  test('refuses pages of other origins', async () => {
    const { port, origin } = new URL(server.address);
    expect((await get('/files/0', { Origin: origin })).status).toBe(200);
    for (const Origin of [
      'https://evil.example',
      'null',
      `https://127.0.0.1:${port}`,
      'http://127.0.0.1:1',
    ]) {
      const { status, headers } = await get('/files/0', { Origin });
      expect([Origin, status]).toEqual([Origin, 403]);
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
    for (const site of ['cross-site', 'same-site']) {
      expect((await get('/files/0', { 'Sec-Fetch-Site': site, 'Sec-Fetch-Mode': 'no-cors' })).status).toBe(
        403,
      );
      expect((await get('/files/0', { 'Sec-Fetch-Site': site, 'Sec-Fetch-Mode': 'navigate' })).status).toBe(
        403,
      );
    }
  });

  test('lets a link to the page be followed from anywhere', async () => {
    const link = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate' };
    expect((await get('/', link)).status).toBe(200);
  });

  test('answers GET alone', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      expect((await get('/files/0', {}, method)).status).toBe(405);
    }
  });

  test('forbids scripts and styles that are not its own files, on every answer', async () => {
    for (const path of ['/', '/files/0', '/nothing']) {
      const { headers } = await get(path);
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toContain("worker-src 'self' blob:");
      // WebAssembly may be compiled, text may not.
      expect(policy.replace("'wasm-unsafe-eval'", '')).not.toMatch(/unsafe|\*/);
      expect(headers['cross-origin-opener-policy']).toBe('same-origin');
      expect(headers['cross-origin-embedder-policy']).toBe('require-corp');
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['cross-origin-resource-policy']).toBe('same-origin');
    }
  });

  test('listens at its own address alone', async () => {
    const { hostname, port } = new URL(server.address);
    expect(hostname).toBe('127.0.0.1');
    const outside = Object.values(networkInterfaces())
      .flatMap((entries) => entries ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4')
      .map(({ address }) => address);
    // Other addresses of the loopback interface, too, are no address of it; Linux has all of 127.0.0.0/8.
    const others = ['127.0.0.2', '::1', ...outside];
    const reached = async (port: number) => {
      const open = await Promise.all(others.map((host) => isReached(host, port)));
      return others.filter((_, k) => open[k]);
    };
    expect(await isReached('127.0.0.1', Number(port))).toBe(true);
    expect(await reached(Number(port))).toEqual([]);
    // What listens everywhere is reached there.
    const everywhere = createServer((socket) => socket.destroy());
    await new Promise<void>((done) => everywhere.listen(0, '0.0.0.0', done));
    try {
      const found = await reached((everywhere.address() as AddressInfo).port);
      expect(found).toEqual(
        expect.arrayContaining([...outside, ...(process.platform === 'linux' ? ['127.0.0.2'] : [])]),
      );
    } finally {
      everywhere.close();
    }
  });

  test('does not start with a file that is not there', async () => {
    await expect(serveViewer([join(folder, 'none.extxyz')], { page })).rejects.toThrow(
      /none\.extxyz: there is no such/,
    );
    await expect(serveViewer([folder], { page })).rejects.toThrow(/it is no file/);
  });

  test.each([
    ['a'.repeat(300), /^cannot read a{300}: its name is too long$/],
    ['a\0b', /^cannot read a\0b: its name holds a zero byte$/],
    [join(folder, 'circle.extxyz'), /circle\.extxyz: its links lead in a circle$/],
  ])('does not start with a name that cannot be: %j', async (name, told) => {
    await expect(serveViewer([name], { page })).rejects.toThrow(told);
    await expect(serveViewer([name], { page })).rejects.toBeInstanceOf(InputError);
  });

  test('goes on when a file cannot be looked at any more, and says so', async () => {
    const path = join(folder, 'circling.extxyz');
    writeFileSync(path, 'one');
    const circling = await serveViewer([path], { page });
    const listening = new AbortController();
    try {
      await fetch(`${circling.address}events`, { signal: listening.signal });
      rmSync(path);
      symlinkSync('circling.extxyz', path);
      const answer = await fetch(`${circling.address}files/0`);
      expect([answer.status, await answer.text()]).toEqual([
        404,
        `cannot read ${path}: its links lead in a circle\n`,
      ]);
      // It has been looked at for those who listen meanwhile.
      await new Promise((done) => setTimeout(done, 600));
      const { files } = await (await fetch(`${circling.address}files.json`)).json();
      expect(files[0]).toMatchObject({ size: 0, ended: true });
    } finally {
      listening.abort();
      await circling.close();
    }
  });

  test.runIf(existsSync('/proc/self/fd'))('closes the file of an answer that is broken off', async () => {
    const path = join(folder, 'big.extxyz');
    writeFileSync(path, '');
    truncateSync(path, 64 * 2 ** 20);
    const open = (): number =>
      readdirSync('/proc/self/fd').filter((number) => linkOf(`/proc/self/fd/${number}`) === path).length;
    const big = await serveViewer([path], { page });
    try {
      for (let k = 0; k < 5; k++) {
        const breaking = new AbortController();
        const answer = await fetch(`${big.address}files/0`, { signal: breaking.signal });
        await answer.body?.getReader().read();
        expect(open()).toBeGreaterThan(0);
        breaking.abort();
      }
      await expect.poll(open, { timeout: 10_000 }).toBe(0);
      expect(big.given).toBeGreaterThan(0);
      expect(big.given).toBeLessThan(5 * 64 * 2 ** 20);
      expect((await fetch(`${big.address}files/0`, { headers: { Range: 'bytes=67108864-' } })).status).toBe(
        204,
      );
      expect(open()).toBe(0);
    } finally {
      await big.close();
    }
  });

  test('tells the page that listens how a file changes, and no other page', async () => {
    const path = join(folder, 'growing.extxyz');
    const part = join(folder, `.growing.extxyz.${process.pid}-0.part`);
    writeFileSync(part, 'one');
    const growing = await serveViewer([path], { page });
    try {
      const stranger = await fetch(`${growing.address}events`, {
        headers: { Origin: 'https://evil.example' },
      });
      expect(stranger.status).toBe(403);
      const listening = new AbortController();
      const answer = await fetch(`${growing.address}events`, { signal: listening.signal });
      expect(answer.headers.get('content-type')).toBe('text/event-stream');
      const told: unknown[] = [];
      const reading = (async () => {
        const decoder = new TextDecoder();
        for await (const chunk of answer.body ?? []) {
          for (const [, data] of decoder.decode(chunk).matchAll(/^data: (.*)$/gm))
            told.push(JSON.parse(data));
        }
      })().catch(() => {});
      const last = () => told.at(-1);
      const state = { file: 0, identity: expect.any(String), modified: expect.any(Number) };
      await expect.poll(last, { timeout: 10_000 }).toEqual({ ...state, size: 3, ended: false });
      writeFileSync(part, 'one two');
      await expect.poll(last, { timeout: 10_000 }).toEqual({ ...state, size: 7, ended: false });
      const { identity } = last() as FileState;
      expect(await (await fetch(`${growing.address}files/0`)).text()).toBe('one two');
      renameSync(part, path);
      utimesSync(path, 1, 1);
      // Under its own name it is the same file.
      const done = { file: 0, identity, size: 7, ended: true, modified: 1000 };
      await expect.poll(last, { timeout: 10_000 }).toEqual(done);
      // Another one of the same size.
      writeFileSync(`${path}.new`, 'two one');
      utimesSync(`${path}.new`, 1, 1);
      renameSync(`${path}.new`, path);
      await expect.poll(() => (last() as FileState).identity, { timeout: 10_000 }).not.toBe(identity);
      // The same one, written anew.
      writeFileSync(path, 'one two');
      utimesSync(path, 2, 2);
      await expect.poll(() => (last() as FileState).modified, { timeout: 10_000 }).toBe(2000);
      rmSync(path);
      expect((await fetch(`${growing.address}files/0`)).status).toBe(404);
      listening.abort();
      await reading;
    } finally {
      await growing.close();
    }
  });

  test('takes for a file that is being written only what our own commands name so', async () => {
    const path = join(folder, 'other.extxyz');
    for (const name of [
      '.other.extxyz.part',
      '.other.extxyz.x-0.part',
      '.other.extxyz.0-0.part',
      `other.extxyz.${process.pid}-0.part`,
    ]) {
      writeFileSync(join(folder, name), 'secret');
    }
    await expect(serveViewer([path], { page })).rejects.toThrow(/there is no such file/);
  });
});

describe('a file under a hidden name', () => {
  const path = join(folder, 'run.extxyz');
  const part = join(folder, `.run.extxyz.${process.pid}-0.part`);
  const text = async (file: ServedFile): Promise<string> => {
    const opened = file.open();
    let read = '';
    for await (const chunk of opened.read(0, opened.size)) read += chunk;
    return read;
  };
  beforeEach(() => {
    for (const name of readdirSync(folder)) if (name.includes('run.extxyz')) rmSync(join(folder, name));
    writeFileSync(path, 'the finished file');
    utimesSync(path, 1, 1);
  });

  test('is given while the command that writes it runs', async () => {
    writeFileSync(part, 'half');
    const file = new ServedFile(path);
    expect(await text(file)).toBe('half');
    expect(file.state()).toMatchObject({ size: 4, ended: false });
  });

  test('that a command has left behind hides nothing', async () => {
    // Beyond the largest number that Linux gives to a process.
    writeFileSync(join(folder, '.run.extxyz.99999999-0.part'), 'half');
    const file = new ServedFile(path);
    expect(await text(file)).toBe('the finished file');
    expect(file.state()).toMatchObject({ size: 17, ended: true });
  });

  test('that is a link to elsewhere is not followed', async () => {
    const secret = join(folder, 'secret.txt');
    writeFileSync(secret, 'secret');
    symlinkSync(secret, part);
    expect(await text(new ServedFile(path))).toBe('the finished file');
  });

  test.runIf(process.getuid?.() === 0)('of another user is not taken', async () => {
    writeFileSync(part, 'not by us');
    chownSync(part, 12345, 12345);
    expect(await text(new ServedFile(path))).toBe('the finished file');
    rmSync(part);
  });
});

describe('watching files', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test('looks at each once a while, however many listen, and not at all when nobody does', () => {
    vi.useFakeTimers();
    let looks = 0;
    let size = 0;
    const file = {
      state: (): FileState => {
        looks++;
        return { size, ended: true, identity: 'one', modified: 1 };
      },
    };
    const watch = new FileWatch([file]);
    const told: string[] = [];
    const ends = ['a', 'b', 'c'].map((name) => watch.listen((_, state) => told.push(`${name}${state.size}`)));
    expect(told).toEqual(['a0', 'b0', 'c0']);
    vi.advanceTimersByTime(1000);
    expect([looks, told.length]).toEqual([5, 3]);
    size = 1;
    vi.advanceTimersByTime(250);
    expect(told.slice(3)).toEqual(['a1', 'b1', 'c1']);
    for (const end of ends) end();
    looks = 0;
    vi.advanceTimersByTime(1000);
    expect(looks).toBe(0);
    // Who comes later is told how it stands by then.
    size = 2;
    watch.listen((_, state) => told.push(`d${state.size}`))();
    expect(told.at(-1)).toBe('d2');
  });
});

function linkOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

function isReached(host: string, port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ host, port, timeout: 2000 });
    socket.once('connect', () => done(true));
    for (const event of ['error', 'timeout']) socket.once(event, () => done(false));
    socket.once('close', () => socket.destroy());
    socket.once('connect', () => socket.destroy());
  });
}
