import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { decode } from 'fast-png';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Folder, stillpoint, stillpointOn, temporaryFolder } from './command-line.js';

let folder: Folder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const quick = ['--steps', '2', '--limit', '200'];

/** The four IDX files of pictures of 2 × 2 pixels: two classes, bright on the left or on the right. */
function writeIdx(change: Partial<Record<string, Uint8Array>> = {}, packed = false): string {
  const number = (n: number) => [n >>> 24, (n >> 16) & 255, (n >> 8) & 255, n & 255];
  for (const [part, count] of [
    ['train', 40],
    ['t10k', 10],
  ] as const) {
    const labels = Array.from({ length: count }, (_, i) => i % 2);
    const images = labels.flatMap((label, i) => (label ? [200 + i, 9, 180, i] : [i, 170, 5, 210 + i]));
    const files = {
      [`${part}-images-idx3-ubyte`]: [0, 0, 8, 3, ...number(count), ...number(2), ...number(2), ...images],
      [`${part}-labels-idx1-ubyte`]: [0, 0, 8, 1, ...number(count), ...labels],
    };
    for (const [name, bytes] of Object.entries(files)) {
      const content = change[name] ?? Uint8Array.from(bytes);
      writeFileSync(folder.path(packed ? `${name}.gz` : name), packed ? gzipSync(content) : content);
    }
  }
  return folder.path('.');
}

test('writes pictures, numbers and a report of the digits', async () => {
  const { code, json } = await stillpoint('distill', ...quick, '--json', '-o', folder.path('ten'));
  expect(code).toBe(0);
  expect(json).toMatchObject({
    trainingSamples: 200,
    testSamples: 360,
    features: 64,
    classes: 10,
    samples: 10,
    l2: 0.1,
    result: 'step-limit',
    converged: false,
  });
  expect(json.outerLoss).toBeLessThan(1.3);
  expect(json.testAccuracy).toBeGreaterThan(json.randomAccuracy.mean);
  expect(json.fullDataAccuracy).toBeGreaterThan(json.testAccuracy);
  expect(json.seconds).toBeGreaterThan(0);
  expect(folder.files()).toEqual(['ten.html', 'ten.json', 'ten.png']);

  const stored = JSON.parse(readFileSync(json.files.samples, 'utf8'));
  expect(stored.images).toHaveLength(10);
  expect(stored.images[0]).toHaveLength(64);
  expect(stored.labels[3][3]).toBe(1);
  expect(stored.source).toContain('CC BY 4.0');

  // Ten pictures in a row, 8 × 8 pixels enlarged 14 times, 4 pixels apart; black is the lowest value of all.
  const sheet = decode(readFileSync(json.files.pictures));
  expect([sheet.width, sheet.height, sheet.channels]).toEqual([10 * 116 + 4, 120, 1]);
  const values: number[] = stored.images.flat();
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const pixel = (picture: number, row: number, column: number): number =>
    sheet.data[(4 + 14 * row + 7) * sheet.width + 4 + 116 * picture + 14 * column + 7];
  for (const [k, row, column] of [
    [0, 2, 3],
    [4, 7, 0],
    [9, 0, 5],
  ]) {
    expect(pixel(k, row, column)).toBe(
      Math.round((255 * (stored.images[k][8 * row + column] - low)) / (high - low)),
    );
  }

  const report = readFileSync(json.files.report, 'utf8');
  expect(report).toContain('data:image/png;base64,');
  expect(report).toContain('the whole training set');
  expect(report).not.toMatch(/(?:src|href)="https?:/);
});

test.each([false, true])('reads IDX files (gzipped: %s), and compares adjoints', async (packed) => {
  const idx = writeIdx({}, packed);
  const argv = ['distill', '--data', 'mnist', '--folder', idx, '--l2', '1', '--adjoints', '--steps', '3'];
  const { code, json } = await stillpoint(...argv, '--json', '-o', folder.path('two'));
  expect(code).toBe(0);
  expect(json).toMatchObject({
    trainingSamples: 40,
    testSamples: 10,
    features: 4,
    classes: 2,
    testAccuracy: 1,
  });
  const { rows, reached } = json.adjoints;
  expect(reached).toBe(true);
  const unrolled = rows.filter(({ adjoint }: { adjoint: string }) => adjoint === 'unrolled');
  expect(unrolled.at(-1).error).toBeLessThan(1e-3);
  // What is held for the backward pass grows with the steps; implicitly nothing is.
  const [implicit] = rows;
  expect(implicit.bytes).toBeLessThan(unrolled[0].bytes / 10);
  if (unrolled.length > 1) expect(unrolled[1].bytes / unrolled[0].bytes).toBeCloseTo(2, 0);
});

test('reads a table, learns labels, and prints a summary with progress on a terminal', async () => {
  const lines = Array.from(
    { length: 60 },
    (_, i) => `${Math.sin(i)},${i % 3 === 0 ? 5 + i / 60 : i / 60},${i % 3 ? 'b' : 'a'}`,
  );
  const file = folder.write('kinds.csv', `x,y,kind\n${lines.join('\n')}\n`);
  const { code, out, err } = await stillpointOn(
    { progressWidth: 100 },
    ...[
      'distill',
      '--data',
      file,
      '--labels',
      'learnt',
      '--per-class',
      '2',
      '--steps',
      '5',
      '-o',
      folder.path('few'),
    ],
  );
  expect(code).toBe(0);
  expect(out).toMatch(/kinds\.csv, standardised · 4 distilled samples/);
  expect(out).toMatch(/trained on 4 samples: distilled samples/);
  expect(err).toMatch(/distilling {2}evaluation 1 .*loss .*test accuracy/);
});

describe('bad input ends with exit code 2, a reason, and no files:', () => {
  const cases: [string, () => string[], RegExp][] = [
    [
      'images that are cut short',
      () => [
        '--data',
        'mnist',
        '--folder',
        writeIdx({
          'train-images-idx3-ubyte': Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 40, 0, 0, 0, 2, 0, 0, 0, 2, 1),
        }),
      ],
      /train-images-idx3-ubyte: the file is cut short: its header says 40 × 2 × 2/,
    ],
    [
      'a wrong magic number',
      () => [
        '--data',
        'mnist',
        '--folder',
        writeIdx({ 'train-labels-idx1-ubyte': Uint8Array.of(0, 0, 9, 1, 0, 0, 0, 1, 5) }),
      ],
      /train-labels-idx1-ubyte: the magic number is 0x00000901/,
    ],
    [
      'an empty IDX file',
      () => ['--data', 'fashion', '--folder', writeIdx({ 't10k-images-idx3-ubyte': new Uint8Array(0) })],
      /t10k-images-idx3-ubyte: the file is empty/,
    ],
    [
      'a folder that is not there',
      () => ['--data', 'mnist', '--folder', folder.path('none')],
      /no folder .*none/,
    ],
    [
      'an empty folder',
      () => ['--data', 'fashion', '--folder', folder.path('.')],
      /there is no train-images-idx3-ubyte/,
    ],
    [
      'a file that is not there',
      () => ['--data', folder.path('no.csv')],
      /there is no file .*no\.csv; --data takes digits/,
    ],
    ['an empty table', () => ['--data', folder.write('empty.csv', '')], /empty\.csv: the file is empty/],
    [
      'one class',
      () => ['--data', folder.write('one.csv', 'x,kind\n1,a\n2,a\n3,a\n')],
      /every row .* is of the class "a"/,
    ],
    [
      'NaN',
      () => ['--data', folder.write('nan.csv', 'x,kind\n1,a\nNaN,b\n3,a\n4,b\n')],
      /nan\.csv:3: found "NaN" in column "x"/,
    ],
    [
      'numbers for classes',
      () => ['--data', folder.write('n.csv', 'x,y\n1,2.5\n2,3.5\n3,4.5\n4,7.5\n')],
      /4 different values in 4 rows/,
    ],
    [
      'an option of another kind of data',
      () => ['--folder', folder.path('.')],
      /--folder is for the IDX files/,
    ],
    ['a share out of range', () => ['--test-share', '1.5'], /--test-share must lie between 0 and 1/],
  ];
  test.each(cases)('%s', async (_, argv, message) => {
    const { code, err } = await stillpoint('distill', ...argv(), '-o', folder.path('out'));
    expect(err).toMatch(message);
    expect(code).toBe(2);
    expect(folder.files().filter((name) => name.includes('out'))).toEqual([]);
  });

  test('a gzip file that is damaged', async () => {
    const idx = writeIdx({}, true);
    const path = folder.path('train-images-idx3-ubyte.gz');
    writeFileSync(path, readFileSync(path).subarray(0, 30));
    const { code, err } = await stillpoint(
      'distill',
      '--data',
      'mnist',
      '--folder',
      idx,
      '-o',
      folder.path('out'),
    );
    expect(err).toMatch(/gzip file is damaged or cut short/);
    expect(code).toBe(2);
  });

  test('a place that cannot be written, found out before the work', async () => {
    const { code, err } = await stillpoint('distill', '-o', folder.path('none/out'));
    expect(err).toMatch(/cannot write/);
    expect(code).toBe(2);
  });
});

test('dictionary prints a table with every method', async () => {
  const { code, json } = await stillpoint(
    'dictionary',
    '--splits',
    '1',
    '--steps',
    '2',
    '--atoms',
    '4',
    '--json',
  );
  expect(code).toBe(0);
  expect(json.methods.map(({ method }: { method: string }) => method)).toEqual([
    'l1',
    'l2',
    'unsupervised',
    'taskDriven',
  ]);
  for (const { mean } of json.methods) {
    expect(mean).toBeGreaterThan(0.9);
    expect(mean).toBeLessThanOrEqual(1);
  }
});
