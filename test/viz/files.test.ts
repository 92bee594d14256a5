/** Files by their bytes, without a page. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { formatExtendedXyz, parseExtendedXyz, type System } from '../../systems/index.js';
import {
  type ByteSource,
  createByteSource,
  createStreamedRun,
  FileIndex,
  type FileState,
  FrameScanner,
  fileOfComputer,
  fileOfSource,
  packed,
  parseFrame,
  readFile,
  unpacked,
} from '../../viz/files/index.js';
import { openLargeFile } from '../../viz/files/large-file.js';
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
    const { run, through } = await readFile(changing(text).source);
    await expect(through).rejects.toThrow(told);
    // What stands before is good.
    expect(run.length).toBe(3);
    lines[2] = lines[2].replace(/\S+$/, 'x');
    await expect(readFile(changing(lines.join('\n')).source)).rejects.toThrow(/^f\.extxyz:3: /);
  });

  test('that have more atoms than they declare are told as the parser tells it', async () => {
    const text = trajectory().replace(/^2\n/, '1\n');
    const told = /^f\.extxyz:4: found .*, expected the number of atoms of frame 2 \(does frame 1 have more/;
    expect(() => parseExtendedXyz(text, 'f.extxyz')).toThrow(told);
    await expect((await readFile(changing(text).source)).through).rejects.toThrow(told);
  });
});

describe('a file that grows', () => {
  const frame = (k: number): string => formatExtendedXyz(disks(k));

  test('gives its frames when they are whole, and reads no byte twice but a few', async () => {
    const before = Array.from({ length: 60 }, (_, k) => frame(k % 5)).join('');
    expect(before.length).toBeGreaterThan(8192);
    const file = changing(before + frame(1).slice(0, -5));
    const asked: number[] = [];
    const source = {
      ...file.source,
      read: (from: number, to?: number) => {
        asked.push(from);
        return file.source.read(from, to);
      },
    };
    const growing = await readFile(source, false);
    expect(growing.run.length).toBe(60);
    file.set(before + frame(1));
    expect(await growing.update(false)).toBe('grown');
    expect(growing.run.length).toBe(61);
    expect(await growing.update(false)).toBe('same');
    file.set(before + frame(1) + frame(2) + frame(3));
    expect(await growing.update(false)).toBe('grown');
    expect(growing.run.info('energy').slice(60)).toEqual([1, 0, 1]);
    expect(asked.slice(1).every((from) => from >= before.length - 4096)).toBe(true);
  });

  test('ends with a line without an end only when nobody writes any more', async () => {
    const file = changing(frame(0) + frame(1).trimEnd());
    const growing = await readFile(file.source, false);
    expect(growing.run.length).toBe(1);
    expect(await growing.update(true)).toBe('grown');
    expect(growing.run.length).toBe(2);
  });

  const ways = ['in memory', 'frame by frame'] as const;
  /** A file read in either of the two ways: how many frames it has, and what stands after them. */
  const readIn = async (way: (typeof ways)[number], source: ByteSource, ended = true) => {
    if (way === 'in memory') {
      const file = await readFile(source, ended);
      return { length: () => file.run.length, unfinished: () => file.unfinished, update: file.update };
    }
    const index = new FileIndex(source);
    const update = (nowEnded: boolean) => index.update(nowEnded, () => {});
    await update(ended);
    return { length: () => index.length, unfinished: () => index.unfinished, update };
  };

  test.each(ways)('has its last frame taken, though its last line has no end: %s', async (way) => {
    const file = changing(frame(0) + frame(1).trimEnd());
    const read = await readIn(way, file.source);
    expect([read.length(), read.unfinished()]).toEqual([2, null]);
    // The end of the line, and what follows it, are no reason to read all of it again.
    file.set(frame(0) + frame(1));
    expect(await read.update(false)).toBe('same');
    file.set(frame(0) + frame(1) + frame(2));
    expect(await read.update(false)).toBe('grown');
    expect(read.length()).toBe(3);
  });

  test.each(ways)('is another one where the line that was taken for its last goes on: %s', async (way) => {
    const file = changing(frame(0) + frame(1).trimEnd());
    const read = await readIn(way, file.source);
    file.set(`${frame(0) + frame(1).trimEnd()}123\n`);
    expect(await read.update(true)).toBe('replaced');
  });

  test.each(ways)('tells what is not whole at its end, and takes it when it is: %s', async (way) => {
    const text = frame(0) + frame(1);
    const lines = text.trimEnd().split('\n');
    const ends = [
      [
        lines.slice(0, 5).join('\n'),
        /^f\.extxyz:6: the file ends before the comment line of frame 2, expected 2/,
      ],
      [lines.slice(0, 6).join('\n'), /^f\.extxyz:7: the file ends after 0 of the 2 atoms of frame 2/],
      [`${lines.slice(0, 7).join('\n')}\n`, /^f\.extxyz:8: .* after 1 of the 2 atoms .* as line 5 declares/],
      // All lines are there, but the last one is cut.
      [text.slice(0, -20), /^f\.extxyz:8: /],
      [
        `${lines.slice(0, 4).join('\n')}\nwords`,
        /^f\.extxyz:5: found "words", expected the number of atoms of frame 2/,
      ],
    ] as const;
    for (const [cut, told] of ends) {
      const file = changing(cut);
      const read = await readIn(way, file.source);
      expect([read.length(), read.unfinished()]).toEqual([1, expect.stringMatching(told)]);
      if (cut.endsWith('words')) continue;
      file.set(text);
      expect(await read.update(true)).toBe('grown');
      expect([read.length(), read.unfinished()]).toEqual([2, null]);
    }
  });

  test.each(ways)('with a fault is not read on, and tells it again: %s', async (way) => {
    const file = changing(frame(0));
    const read = await readIn(way, file.source);
    file.set(`${frame(0)}words\n${frame(1)}`);
    const told = /^f\.extxyz:5: found "words"/;
    await expect(read.update(true)).rejects.toThrow(told);
    file.set(`${frame(0)}words\n${frame(1)}${frame(2)}${frame(3)}`);
    await expect(read.update(true)).rejects.toThrow(told);
    expect(read.length()).toBe(1);
  });

  test.each([
    ['cut', frame(0)],
    ['replaced by a longer one', frame(3) + frame(2) + frame(1)],
    ['emptied', ''],
  ])('is found to be another one when it has been %s', async (_, next) => {
    const file = changing(frame(0) + frame(1));
    const growing = await readFile(file.source);
    const index = new FileIndex(file.source);
    expect(await index.update(true, () => {})).toBe('grown');
    file.set(next);
    expect(await growing.update(true)).toBe('replaced');
    expect(await index.update(true, () => {})).toBe('replaced');
  });
});

describe('a file that is too large for memory', () => {
  const blob = new Blob([trajectory()]);

  test('is indexed by its comment lines, and its frames are read one by one', async () => {
    const index = new FileIndex(createByteSource('f', { blob }));
    const comments: string[] = [];
    expect(await index.update(true, (found) => comments.push(...found))).toBe('grown');
    expect([index.length, comments.length, index.unfinished]).toEqual([FRAMES, FRAMES, null]);
    expect(plain(await index.read(3))).toEqual(plain(parseExtendedXyz(trajectory())[3]));
    await expect(index.read(9)).rejects.toThrow(/no frame 9/);
  });

  test('has its frames sent from the worker without loss', async () => {
    const index = new FileIndex(createByteSource('f', { blob }));
    await index.update(true, () => {});
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
      settled: async () => {},
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

/** A worker that is told what to say, where there is no page. */
class ScriptedWorker {
  static made: ScriptedWorker[] = [];
  readonly heard: { kind: string; index?: number }[] = [];
  onmessage: (event: { data: unknown }) => void = () => {};
  ended = false;
  constructor() {
    ScriptedWorker.made.push(this);
  }
  postMessage(message: { kind: string }): void {
    this.heard.push(message);
  }
  say(data: unknown): void {
    this.onmessage({ data });
  }
  terminate(): void {
    this.ended = true;
  }
}

describe('a large file and its worker', () => {
  afterEach(() => vi.unstubAllGlobals());
  const soon = () => new Promise((done) => setTimeout(done));

  const opening = async () => {
    vi.stubGlobal('Worker', ScriptedWorker);
    const coming = openLargeFile(changing('').source, true, 1e6, () => {});
    const worker = ScriptedWorker.made.at(-1) as ScriptedWorker;
    worker.say({ kind: 'frames', infos: [new Map(), new Map()] });
    await soon();
    worker.say({
      kind: 'frame',
      index: 0,
      frame: packed(disks(0), formatExtendedXyz(disks(0)).split('\n')[1]),
    });
    return { file: await coming, worker };
  };

  test('are settled when the worker has come to the end of what was there', async () => {
    const { file, worker } = await opening();
    let settled = false;
    const settling = file.run.settled().then(() => {
      settled = true;
    });
    worker.say({ kind: 'frames', infos: [new Map()] });
    await soon();
    expect([settled, file.run.length]).toEqual([false, 3]);
    worker.say({ kind: 'gone', change: 'grown', unfinished: null });
    await settling;
  });

  test('leave nobody waiting when the file is closed', async () => {
    const { file, worker } = await opening();
    const waiting = [file.run.load(1), file.run.settled(), file.update(true)];
    file.run.close();
    const later = [file.run.load(2), file.update(true)];
    for (const outcome of await Promise.allSettled([...waiting, ...later])) {
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: { message: 'f.extxyz is not open any more: it was closed, or replaced by another' },
      });
    }
    expect(worker.ended).toBe(true);
  });
});

describe('a file that is offered, and opened when it is chosen', () => {
  const frame = (k: number): string => formatExtendedXyz(disks(k));
  const size = (text: string) => bytesOf(text).length;

  /** A file with its state, as a server tells it. */
  function offered(text: string, begun: Partial<FileState> = {}) {
    const file = changing(text);
    const listeners = new Set<() => void>();
    let state = { size: size(text), ended: true, identity: 'one', modified: 1, ...begun };
    const events: string[] = [];
    return {
      file: fileOfSource(file.source, {
        state: () => state,
        watch(listener) {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
      }),
      listeners,
      events,
      open() {
        return this.file.open({
          notice: (message) => events.push(`notice: ${message}`),
          error: (error) => events.push(`error: ${error instanceof Error ? error.message : error}`),
          replaced: () => events.push('replaced'),
        });
      },
      /** Changes the file and tells of it. */
      tell(next: Partial<FileState>, written?: string) {
        if (written !== undefined) file.set(written);
        state = { ...state, ...next };
        for (const listener of [...listeners]) listener();
      },
    };
  }

  test('is taken as it stands then, not as it stood at first', async () => {
    const text = frame(0) + frame(1).trimEnd();
    const its = offered(frame(0).slice(0, 20), { ended: false });
    expect(its.file.growing).toBe(true);
    its.tell({ size: size(text), ended: true, modified: 2 }, text);
    expect(its.file.growing).toBe(false);
    const run = await its.open();
    expect([run.length, its.events]).toEqual([2, []]);
    run.close();
    expect(its.listeners.size).toBe(0);
  });

  test('is waited for until its first frame is written', async () => {
    const its = offered(frame(0).slice(0, 20), { ended: false });
    const coming = its.open();
    its.tell({ size: size(frame(0)), modified: 2 }, frame(0));
    expect((await coming).length).toBe(1);
    const never = offered(frame(0).slice(0, 20), { ended: false });
    const vain = never.open();
    await new Promise((done) => setTimeout(done, 20));
    never.tell({ ended: true });
    await expect(vain).rejects.toThrow(/^f\.extxyz:\d: the file ends/);
    expect(never.listeners.size).toBe(0);
  });

  test.each([
    ['another file stands in its place', { identity: 'two', modified: 2 }],
    ['it has been written anew to the same size', { modified: 2 }],
    ['it is shorter', { size: size(frame(0)), modified: 2 }],
  ])('is another one when %s, though the bytes that are compared agree', async (_, next) => {
    const its = offered(frame(0) + frame(1));
    const run = await its.open();
    await run.settled();
    its.tell(next);
    expect(its.events).toEqual(['replaced']);
    its.tell({ modified: 3 });
    expect(its.events).toEqual(['replaced']);
  });

  test('is the same one while its time changes a moment before its size', async () => {
    const its = offered(frame(0));
    const run = await its.open();
    its.tell({ ended: false, modified: 2 });
    its.tell({ size: size(frame(0) + frame(1)), modified: 2 }, frame(0) + frame(1));
    its.tell({ ended: true });
    await run.settled();
    expect([run.length, its.events]).toEqual([2, []]);
  });

  test('is settled when all that was told has been read, and says why where it cannot be', async () => {
    const its = offered(frame(0));
    const run = await its.open();
    its.tell({ size: size(frame(0) + frame(1)), modified: 2 }, frame(0) + frame(1));
    await run.settled();
    expect(run.length).toBe(2);
    const faulty = `${frame(0) + frame(1)}words\n`;
    its.tell({ size: size(faulty), modified: 3 }, faulty);
    await expect(run.settled()).rejects.toThrow(/^f\.extxyz:9: found "words"/);
    expect(its.events).toEqual([expect.stringMatching(/^error: f\.extxyz:9: found "words"/)]);
    // The fault is told once; another file is still noticed.
    its.tell({ size: size(faulty) + 4, modified: 4 }, `${faulty}more`);
    await expect(run.settled()).rejects.toThrow(/words/);
    its.tell({ identity: 'two' });
    expect(its.events.slice(1)).toEqual(['replaced']);
    run.close();
    await expect(run.settled()).rejects.toThrow(/f\.extxyz is not open any more/);
  });

  test('of this computer is not read on when it has changed', async () => {
    const file = new File([frame(0) + frame(1)], 'f.extxyz', { lastModified: 1 });
    const source = createByteSource('f.extxyz', { blob: file });
    const events = { notice: () => {}, error: () => {}, replaced: () => {} };
    expect((await fileOfComputer(file).open(events)).length).toBe(2);
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
