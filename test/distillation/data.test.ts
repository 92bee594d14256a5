/** IDX files, the bundled data, corrupted labels and the area under the ROC. */
import { describe, expect, test } from 'vitest';
import {
  breastCancer,
  breastCancerFeatures,
  corruptLabels,
  digits,
  imageData,
  makeClassification,
  parseIdx,
  rocArea,
} from '../../src/data/index.js';
import { random } from '../../src/random/index.js';

/** Bytes of an IDX file. */
function idx(shape: readonly number[], values: readonly number[]): Uint8Array {
  const header = [
    0,
    0,
    8,
    shape.length,
    ...shape.flatMap((n) => [n >>> 24, (n >> 16) & 255, (n >> 8) & 255, n & 255]),
  ];
  return Uint8Array.from([...header, ...values]);
}

const pixels = [0, 51, 102, 255, 1, 2, 3, 4];

test('an IDX file of images and one of labels are samples', () => {
  const images = parseIdx(idx([2, 2, 2], pixels), 'images', 3);
  const labels = parseIdx(idx([2], [1, 0]), 'labels', 1);
  const data = imageData(images, labels, { images: 'images', labels: 'labels' });
  expect(data).toMatchObject({ count: 2, width: 4, classes: 2 });
  expect([...data.X.subarray(0, 4)]).toEqual([0, 0.2, 0.4, 1]);
  expect([...data.labels]).toEqual([1, 0]);
});

test('a view into a larger buffer is read from where it begins', () => {
  const bytes = idx([3], [7, 8, 9]);
  const buffer = new Uint8Array(bytes.length + 5);
  buffer.set(bytes, 5);
  expect([...parseIdx(buffer.subarray(5), 'f', 1).values]).toEqual([7, 8, 9]);
});

describe('an IDX file is refused that', () => {
  test.each([
    ['is empty', new Uint8Array(0), 3, /f: the file is empty/],
    [
      'is something else',
      Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 1),
      3,
      /magic number is 0x89504e47, expected 0x00000803/,
    ],
    ['has labels where images are expected', idx([2], [1, 0]), 3, /0x00000801, expected 0x00000803.*images/],
    ['ends in its magic number', Uint8Array.of(0, 0), 1, /magic number is 0x0000/],
    [
      'ends in its header',
      idx([2, 2, 2], []).subarray(0, 9),
      3,
      /cut short: 9 bytes, not even its header of 16/,
    ],
    [
      'is cut short',
      idx([2, 2, 2], pixels).subarray(0, 20),
      3,
      /cut short.*2 × 2 × 2 values, which are 8 bytes; found 4/,
    ],
    ['goes on', idx([2, 2, 2], [...pixels, 1]), 3, /goes on after its end.*found 9/],
    ['has nothing in it', idx([0, 2, 2], []), 3, /there is nothing in the file/],
  ] as const)('%s', (_, bytes, dimensions, message) => {
    expect(() => parseIdx(bytes, 'f', dimensions)).toThrow(message);
  });

  test('belongs to other labels, or has one class', () => {
    const images = parseIdx(idx([2, 2, 2], pixels), 'i', 3);
    const names = { images: 'i', labels: 'l' };
    expect(() => imageData(images, parseIdx(idx([3], [0, 1, 2]), 'l', 1), names)).toThrow(
      /i has 2 images, l has 3/,
    );
    expect(() => imageData(images, parseIdx(idx([2], [4, 4]), 'l', 1), names)).toThrow(/every label is 4/);
  });
});

test('the digits are those of scikit-learn', () => {
  const { count, width, X, labels, classes } = digits();
  expect([count, width, classes, X.length]).toEqual([1797, 64, 10, 1797 * 64]);
  // load_digits().data.sum(), numpy.bincount(target), and the middle of the first picture.
  expect(X.reduce((sum, value) => sum + 16 * value, 0)).toBe(561718);
  const sizes = Array.from({ length: 10 }, (_, k) => labels.filter((label) => label === k).length);
  expect(sizes).toEqual([178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
  expect([...X.subarray(0, 8)].map((value) => 16 * value)).toEqual([0, 0, 5, 13, 9, 1, 0, 0]);
});

test('the tumours are those of scikit-learn', () => {
  const { count, width, X, labels, classes } = breastCancer();
  expect([count, width, classes, X.length]).toEqual([569, 30, 2, 569 * 30]);
  expect(labels.reduce((sum, label) => sum + label, 0)).toBe(357);
  // load_breast_cancer().data.sum()
  expect(X.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1056474.4596356, 3);
  expect(breastCancerFeatures).toHaveLength(30);
  expect([breastCancerFeatures[0], X[0]]).toEqual(['mean radius', 17.99]);
  expect([breastCancerFeatures[29], X[29]]).toEqual(['worst fractal dimension', 0.1189]);
});

test('corrupted labels are wrong, as many as asked for, and spread over the other classes', () => {
  const data = digits();
  const { data: noisy, corrupted } = corruptLabels(data, 0.5, 3);
  const wrong = Array.from(corrupted.keys()).filter((i) => corrupted[i]);
  expect(wrong).toHaveLength(Math.round(data.count / 2));
  for (let i = 0; i < data.count; i++) expect(noisy.labels[i] !== data.labels[i]).toBe(corrupted[i] === 1);
  const shifts = wrong.map((i) => (noisy.labels[i] - data.labels[i] + 10) % 10);
  for (let shift = 1; shift < 10; shift++) {
    expect(shifts.filter((one) => one === shift).length).toBeGreaterThan(wrong.length / 18);
  }
});

test('the area under the ROC counts pairs', () => {
  const { normal, integer } = random(2);
  // Whole numbers, so that there are ties.
  const positive = Array.from({ length: 60 }, () => integer(2));
  const scores = positive.map((mark) => Math.round(mark + 1.5 * normal()));
  let won = 0;
  let pairs = 0;
  for (let i = 0; i < 60; i++) {
    for (let j = 0; j < 60; j++) {
      if (positive[i] === 0 || positive[j] === 1) continue;
      pairs++;
      won += scores[i] > scores[j] ? 1 : scores[i] === scores[j] ? 0.5 : 0;
    }
  }
  expect(rocArea(scores, positive)).toBeCloseTo(won / pairs, 12);
  expect(rocArea([1, 2, 3], [false, true, true])).toBe(1);
  expect(() => rocArea([1, 2], [1, 1])).toThrow(/one class/);
  expect(() => rocArea([1, Number.NaN], [0, 1])).toThrow(/sample 1 is NaN/);
});

test('made-up classes may lie in one place, and nonsense is refused', () => {
  const { X, labels } = makeClassification({ count: 60, width: 4, classes: 3, separation: 0 });
  expect(X.every(Number.isFinite)).toBe(true);
  expect(new Set(labels).size).toBe(3);
  const odd = { count: 6, width: 4, classes: 2 };
  expect(() => makeClassification({ ...odd, separation: Number.NaN })).toThrow(/separation must be a finite/);
  expect(() => makeClassification({ ...odd, flipped: 2 })).toThrow(/flipped is a share from 0 to 1, found 2/);
});
