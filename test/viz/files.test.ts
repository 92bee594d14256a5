/** Files by their bytes, without a page. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatExtendedXyz, parseExtendedXyz, type System } from '../../systems/index.js';
import {
  type ByteSource,
  createByteSource,
  createStreamedRun,
  FileIndex,
  FrameScanner,
  packed,
  parseFrame,
  readFile,
  unpacked,
} from '../../viz/files/index.js';
import { disks, FRAMES, trajectory } from './disks.js';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A file in memory that can be changed while it is read. */
function changing(text: string): { source: ByteSource; set(text: string): void } {
  let bytes = bytesOf(text);
  return {
    source: {
      name: 'f.extxyz',
      origin: { blob: new Blob([]) },
      read: async (from, to) => new Blob([bytes.slice(from, to)]).stream(),
    },
    set(next) {
      bytes = bytesOf(next);
    },
  };
}

const plain = ({ count, species, columns, info, positions }: System) => ({
  count,
  species,
  columns,
  info,
  positions: [...positions.data],
});

describe('frames in the bytes of a file', () => {
  test('are found where the parser finds them, however the bytes are cut', async () => {
    const text = `${trajectory().replaceAll('\n', '\r\n')}\n\n${trajectory()}`;
    const whole = parseExtendedXyz(text);
    const bytes = bytesOf(text);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 12 }),
        async (cuts) => {
          const scanner = new FrameScanner('f');
          const ends = [...cuts.sort((a, b) => a - b), bytes.length];
          let at = 0;
          const places = ends.flatMap((end) => {
            const found = scanner.push(bytes.subarray(at, end));
            at = end;
            return found;
          });
          expect(places).toHaveLength(whole.length);
          for (const [k, { from, to, line }] of places.entries()) {
            const frame = await parseFrame(bytes.subarray(from, to), 'f', line);
            expect(plain(frame)).toEqual(plain(whole[k]));
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  test('have their faults told with the line of the file, as reading all of it would', async () => {
    const lines = trajectory().split('\n');
    lines[14] = lines[14].replace(/\S+$/, 'x');
    const text = lines.join('\n');
    const told = (() => {
      try {
        parseExtendedXyz(text, 'f.extxyz');
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    })();
    expect(told).toMatch(/^f\.extxyz:15: /);
    await expect(readFile(changing(text).source)).rejects.toThrow(told);
  });

  test('that have more atoms than they declare are told as the parser tells it', async () => {
    const text = trajectory().replace(/^2\n/, '1\n');
    const told = /^f\.extxyz:4: found .*, expected the number of atoms of frame 2 \(does frame 1 have more/;
    expect(() => parseExtendedXyz(text, 'f.extxyz')).toThrow(told);
    await expect(readFile(changing(text).source)).rejects.toThrow(told);
  });
});

describe('a file that grows', () => {
  const frame = (k: number): string => formatExtendedXyz(disks(k));

  test('gives its frames when they are whole, and reads no byte twice but a few', async () => {
    const file = changing(frame(0) + frame(1).slice(0, -5));
    const asked: number[] = [];
    const source = {
      ...file.source,
      read: (from: number, to?: number) => {
        asked.push(from);
        return file.source.read(from, to);
      },
    };
    const growing = await readFile(source, false);
    expect(growing.run.length).toBe(1);
    file.set(frame(0) + frame(1));
    expect(await growing.update(false)).toBe('grown');
    expect(growing.run.length).toBe(2);
    expect(await growing.update(false)).toBe('same');
    file.set(frame(0) + frame(1) + frame(2) + frame(3));
    expect(await growing.update(false)).toBe('grown');
    expect(growing.run.info('energy')).toEqual([4, 1, 0, 1]);
    expect(asked.slice(1).every((from, k) => from > asked[k] - 1 && from >= frame(0).length - 64)).toBe(true);
  });

  test('ends with a line without an end only when nobody writes any more', async () => {
    const file = changing(frame(0) + frame(1).trimEnd());
    const growing = await readFile(file.source, false);
    expect(growing.run.length).toBe(1);
    expect(await growing.update(true)).toBe('grown');
    expect(growing.run.length).toBe(2);
  });

  test('tells what is not whole at its end', async () => {
    const cut = await readFile(changing(frame(0) + frame(1).slice(0, -20)).source);
    expect(cut.run.length).toBe(1);
    expect(cut.unfinished).toMatch(/^f\.extxyz:\d+: /);
  });

  test.each([
    ['cut', frame(0)],
    ['replaced by a longer one', frame(3) + frame(2) + frame(1)],
    ['emptied', ''],
  ])('is found to be another one when it has been %s', async (_, next) => {
    const file = changing(frame(0) + frame(1));
    const growing = await readFile(file.source);
    const index = new FileIndex(file.source);
    expect(await index.update(() => {})).toBe(true);
    file.set(next);
    expect(await growing.update(true)).toBe('replaced');
    expect(await index.update(() => {})).toBe(false);
  });
});

describe('a file that is too large for memory', () => {
  const blob = new Blob([trajectory()]);

  test('is indexed by its comment lines, and its frames are read one by one', async () => {
    const index = new FileIndex(createByteSource('f', { blob }));
    const comments: string[] = [];
    expect(await index.update((found) => comments.push(...found))).toBe(true);
    expect([index.length, comments.length, index.unfinished]).toEqual([FRAMES, FRAMES, false]);
    expect(plain(await index.read(3))).toEqual(plain(parseExtendedXyz(trajectory())[3]));
    await expect(index.read(9)).rejects.toThrow(/no frame 9/);
  });

  test('has its frames sent from the worker without loss', async () => {
    const index = new FileIndex(createByteSource('f', { blob }));
    await index.update(() => {});
    const frame = await index.read(2);
    const arrived = unpacked(structuredClone(packed(frame, index.comment(2))));
    expect(plain(arrived)).toEqual(plain(frame));
    expect([arrived.box.volume, arrived.dimension]).toEqual([frame.box.volume, 2]);
  });

  test('shows the nearest frame that is there, never waits, and keeps what fits', async () => {
    const frames = Array.from({ length: 50 }, (_, k) => disks(k));
    const pending: { index: number; done: (system: System) => void }[] = [];
    const run = createStreamedRun({
      name: 'f',
      first: frames[0],
      cacheBytes: 2000,
      onError: () => {},
      reader: {
        read: (index) => new Promise((done) => pending.push({ index, done })),
        close: () => {},
      },
    });
    run.addFrames(frames.slice(1).map(({ info }) => info));
    const arrive = async (): Promise<number> => {
      const next = pending.shift();
      if (next === undefined) throw new Error('nothing was asked for');
      next.done(frames[next.index]);
      await new Promise((done) => setTimeout(done));
      return next.index;
    };
    expect([run.length, run.frame(20).index]).toEqual([50, 0]);
    // By the time it is there, another one is wanted: what lies between is passed over.
    run.frame(21);
    run.frame(30);
    expect(await arrive()).toBe(20);
    expect(run.frame(30).index).toBe(20);
    expect(await arrive()).toBe(30);
    expect(run.frame(30).index).toBe(30);
    expect(await arrive()).toBe(31);
    for (let k = 31; k < 45; k++) {
      run.frame(k);
      if (pending.length > 0) await arrive();
    }
    expect(run.frame(20).index).not.toBe(20);
    expect(run.frame(0).index).toBe(0);
    expect(run.info('energy')).toHaveLength(50);
  });
});

describe('a file of this computer', () => {
  test('is not read on when it has changed', async () => {
    const file = new File([formatExtendedXyz(disks(0)) + formatExtendedXyz(disks(1))], 'f.extxyz', {
      lastModified: 1,
    });
    const source = createByteSource('f.extxyz', { blob: file });
    expect((await readFile(source)).run.length).toBe(2);
    Object.defineProperty(file, 'lastModified', { value: 2 });
    await expect(source.read(0)).rejects.toThrow(
      'f.extxyz cannot be read any more: it has changed since it was opened, or has gone; open it again',
    );
  });
});

describe('a server', () => {
  /** What a server that always gives this answer is found to give. */
  async function answering<T>(
    [status, body]: readonly [number, string],
    work: (source: ByteSource) => Promise<T>,
  ): Promise<T> {
    const server = createServer((_, response) => response.writeHead(status).end(body));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    try {
      return await work(createByteSource('f.extxyz', { url: `http://127.0.0.1:${port}/` }));
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  test('that gives whole files only is good for what is read whole', async () => {
    const length = await answering(
      [200, trajectory()],
      async (source) => (await readFile(source)).run.length,
    );
    expect(length).toBe(FRAMES);
  });

  test('that gives whole files only is told in few words where a part was asked for', async () => {
    for (const [from, to] of [
      [5, undefined],
      [0, 7],
    ] as const) {
      const told = answering([200, 'x'.repeat(1e6)], (source) => source.read(from, to));
      await expect(told).rejects.toThrow(
        'f.extxyz cannot be read: its server gives whole files only, expected one that answers requests for ranges of bytes',
      );
    }
  });

  test('that refuses is told with the beginning of what it says', async () => {
    const told = answering([404, `gone\n${'x'.repeat(1e6)}`], (source) => source.read(0));
    await expect(told).rejects.toThrow(/^f\.extxyz cannot be read: gone$/);
    const long = answering([500, 'x'.repeat(1e6)], (source) => source.read(0));
    await expect(long).rejects.toThrow(/^f\.extxyz cannot be read: x{200}$/);
    const silent = answering([503, ''], (source) => source.read(0));
    await expect(silent).rejects.toThrow(/^f\.extxyz cannot be read: status 503$/);
  });

  test('that has nothing beyond the end gives no bytes', async () => {
    for (const status of [204, 416]) {
      const text = answering([status, ''], async (source) => new Response(await source.read(9)).text());
      expect(await text).toBe('');
    }
  });
});
