import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { InputError } from '../../src/message/index.js';
import {
  createSystem,
  createTrajectoryWriter,
  formatExtendedXyz,
  lattice,
  perturb,
  readStructure,
  readTrajectory,
  type System,
  withInfo,
  writeStructure,
} from '../../systems/index.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stillpoint-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const frames = [0, 1, 2, 3].map((step) =>
  withInfo(perturb(lattice({ structure: 'fcc', latticeConstant: 1.5, repeat: 2 }), 0.01, step), { step }),
);

async function all(path: string): Promise<System[]> {
  const found: System[] = [];
  for await (const frame of readTrajectory(path)) found.push(frame);
  return found;
}

describe('reading', () => {
  test('tells an option that there is not', () => {
    expect(() => readStructure('any.xyz', { frme: 0 } as object)).toThrow('(did you mean "frame"?)');
  });

  test('a structure takes the last frame of a trajectory, or the one asked for from either end', () => {
    const path = join(folder, 'run.xyz');
    writeStructure(path, frames);
    expect(readStructure(path)).toEqual(frames[3]);
    for (const frame of [0, 1, 2, 3]) {
      expect(readStructure(path, { frame })).toEqual(frames[frame]);
      expect(readStructure(path, { frame: frame - 4 })).toEqual(frames[frame]);
    }
    for (const frame of [4, -5]) {
      expect(() => readStructure(path, { frame })).toThrow(
        `${path} has 4 frames, there is no frame ${frame}`,
      );
    }
    expect(() => readStructure(path, { frame: 0.5 })).toThrow('frame must be a whole number');
  });

  test('a trajectory gives its frames one by one', async () => {
    const path = join(folder, 'run.xyz');
    writeStructure(path, frames);
    expect(await all(path)).toEqual(frames);
  });

  test('a file longer than one piece gives the same as its text', async () => {
    const large = createSystem({
      positions: Float64Array.from({ length: 180_000 }, (_, k) => Math.sin(k)),
      dimension: 3,
      species: 'Å',
    });
    const path = join(folder, 'large.xyz');
    writeStructure(path, [large, frames[0]]);
    expect(readFileSync(path).length).toBeGreaterThan(3 << 20);
    expect(readStructure(path, { frame: 0 })).toEqual(large);
    expect(await all(path)).toEqual([large, frames[0]]);
  });

  test('says what is wrong with a path or a file', async () => {
    const missing = join(folder, 'missing.xyz');
    expect(() => readStructure(missing)).toThrow(InputError);
    expect(() => readStructure(missing)).toThrow(`cannot read ${missing}: there is no such file`);
    expect(() => readStructure(folder)).toThrow('it is a directory');
    await expect(all(missing)).rejects.toThrow(`cannot read ${missing}: there is no such file`);
    const bad = join(folder, 'bad.xyz');
    writeFileSync(bad, '2\nProperties=species:S:1:pos:R:3\nA 0 0 0\n');
    expect(() => readStructure(bad)).toThrow(`${bad}:4: the file ends after 1 of the 2 atoms`);
    await expect(all(bad)).rejects.toThrow(`${bad}:4:`);
  });
});

describe('writing', () => {
  test('leaves the file as it was when a frame cannot be written', () => {
    const path = join(folder, 'out.xyz');
    writeStructure(path, frames[0]);
    const bad = createSystem({ positions: [[0, 0, 0]], species: 'two words' });
    expect(() => writeStructure(path, [frames[1], bad])).toThrow('two words');
    expect(readStructure(path)).toEqual(frames[0]);
    expect(readdirSync(folder)).toEqual(['out.xyz']);
  });

  test('a trajectory appears when it is closed, and not before', () => {
    const path = join(folder, 'run.xyz');
    const writer = createTrajectoryWriter(path);
    for (const frame of frames) writer.append(frame, { info: { energy: -1.25 } });
    expect(writer.frames).toBe(4);
    expect(existsSync(path)).toBe(false);
    writer.close();
    expect(readdirSync(folder)).toEqual(['run.xyz']);
    expect(readStructure(path, { frame: 1 })).toEqual(withInfo(frames[1], { energy: -1.25 }));
    writer.close();
    writer.abort();
    expect(existsSync(path)).toBe(true);
    expect(() => writer.append(frames[0])).toThrow('is closed');
  });

  test('a trajectory that is aborted leaves nothing behind', () => {
    const path = join(folder, 'run.xyz');
    writeFileSync(path, 'what stood there');
    const writer = createTrajectoryWriter(path);
    writer.append(frames[0]);
    writer.abort();
    expect(readFileSync(path, 'utf8')).toBe('what stood there');
    expect(readdirSync(folder)).toEqual(['run.xyz']);
    writer.close();
    expect(readFileSync(path, 'utf8')).toBe('what stood there');
  });

  test('a trajectory with a frame that could not be written, or open at the end of the program, leaves nothing', () => {
    const path = join(folder, 'run.xyz');
    const writer = createTrajectoryWriter(path);
    // So large that a first part is in the file before the fault comes up.
    const species = new Array<string>(10_000).fill('A').with(9_999, 'two words');
    const bad = createSystem({ positions: new Float64Array(30_000), dimension: 3, species });
    expect(() => writer.append(bad)).toThrow('two words');
    writer.close();
    expect(readdirSync(folder)).toEqual([]);

    createTrajectoryWriter(path).append(frames[0]);
    expect(readdirSync(folder)).toHaveLength(1);
    for (const listener of process.listeners('exit')) if (listener.name === 'abortUnfinished') listener(0);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('two trajectories to one path do not mix: the one closed last stays', () => {
    const path = join(folder, 'run.xyz');
    const [first, second] = [createTrajectoryWriter(path), createTrajectoryWriter(path)];
    first.append(frames[0]);
    second.append(frames[1]);
    second.close();
    first.close();
    expect(readStructure(path)).toEqual(frames[0]);
    expect(readdirSync(folder)).toEqual(['run.xyz']);
  });

  test('follows a link and writes to a device as it is', () => {
    const path = join(folder, 'real.xyz');
    writeStructure(path, frames[0]);
    symlinkSync(path, join(folder, 'link.xyz'));
    writeStructure(join(folder, 'link.xyz'), frames[1]);
    expect(readStructure(path)).toEqual(frames[1]);
    writeStructure('/dev/null', frames[0]);
    expect(readFileSync('/dev/null')).toHaveLength(0);
  });

  test('says what is wrong with a path', () => {
    expect(() => writeStructure(join(folder, 'no', 'out.xyz'), frames[0])).toThrow(
      'there is no such file or folder',
    );
    expect(() => writeStructure(folder, frames[0])).toThrow('it is a directory; name a file');
    mkdirSync(join(folder, 'sub'));
    expect(() => writeStructure(join(folder, 'sub'), frames[0])).toThrow(InputError);
  });
});

describe('outside Node', () => {
  test('the functions for files say what to use instead, and the rest works', () => {
    vi.stubGlobal('process', undefined);
    try {
      expect(() => readStructure('a.xyz')).toThrow(
        "needs Node's file system; in a browser use parseExtendedXyz",
      );
      expect(formatExtendedXyz(createSystem({ positions: [[0, 0]] }))).toContain('dimension=2');
    } finally {
      vi.unstubAllGlobals();
    }
  });

  test("no module that runs imports one of Node's", () => {
    const lines = execFileSync(
      'grep',
      ['-rhE', "^(import|export) .*from 'node:|import\\('node:", 'systems'],
      { encoding: 'utf8' },
    );
    expect(
      lines
        .trim()
        .split('\n')
        .filter((line) => !line.startsWith('import type')),
    ).toEqual([]);
  });
});
