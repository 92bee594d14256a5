import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { random } from '../../src/random/index.js';
import { gram, type Matrix, product, rowMajor, sums, transpose } from '../../src/tensor/dense/index.js';
import { limitThreads, openLoops } from '../../src/tensor/dense/loops.js';
import { plainProduct } from '../../src/tensor/dense/plain.js';
import { float64, toFloat64 } from '../../src/tensor/index.js';
import { openHeap } from '../../src/tensor/memory/index.js';
import { availableThreads } from '../../src/wasm/index.js';
import { sameBits } from './same-bits.js';

type Fill = () => number;

const { normal, uniform } = random(5);
const integer: Fill = () => Math.floor(uniform() * 2001) - 1000;
const between = (low: number, high: number): number => low + Math.floor(uniform() * (high - low + 1));

/** An array outside the memory of the loops, or in it. */
function room(length: number): Float64Array {
  return (uniform() < 0.5 ? openHeap()?.allocate(length) : null) ?? new Float64Array(length);
}

function filled(length: number, fill: Fill): Float64Array {
  const array = room(length);
  for (let i = 0; i < length; i++) array[i] = fill();
  return array;
}

/** A matrix that lies in rows or in columns, with other numbers before and after it. */
function matrix(rows: number, columns: number, inColumns: boolean, fill: Fill): Matrix {
  const start = between(0, 5);
  const values = room(start + rows * columns + between(0, 5)).fill(Number.NaN);
  for (let i = 0; i < rows * columns; i++) values[start + i] = fill();
  return inColumns
    ? transpose(rowMajor(values, columns, rows, start))
    : rowMajor(values, rows, columns, start);
}

function at({ values, start, rowStride, columnStride }: Matrix, i: number, j: number): number {
  return values[start + i * rowStride + j * columnStride];
}

/** The sum of products, and the sum of their magnitudes, which rounding errors are measured by. */
function reference(a: Matrix, b: Matrix, i: number, j: number): { value: number; size: number } {
  let [value, size] = [0, 0];
  for (let k = 0; k < a.columns; k++) {
    const term = at(a, i, k) * at(b, k, j);
    value += term;
    size += Math.abs(term);
  }
  return { value, size };
}

/** The largest error of a result in units of rounding, per step of the sum. */
function worstError(a: Matrix, b: Matrix, out: Float64Array, start: number): number {
  let worst = 0;
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < b.columns; j++) {
      const { value, size } = reference(a, b, i, j);
      const error = Math.abs(out[start + i * b.columns + j] - value);
      worst = Math.max(worst, error === 0 ? 0 : error / (size * a.columns * 2 ** -53));
    }
  }
  return worst;
}

const layouts = [
  [false, false],
  [true, false],
  [false, true],
  [true, true],
] as const;

/** Rows, inner length, columns: edges of tiles, of blocks, of what is copied in at once. */
const shapes = [
  [1, 1, 1],
  [4, 4, 4],
  [5, 7, 6],
  [3, 1, 9],
  [2, 385, 2],
  [1, 300, 17],
  [19, 300, 1],
  [33, 386, 67],
  [90, 769, 70],
  [7, 1025, 3],
  [1027, 9, 5],
  [6, 10, 1026],
  [1100, 40, 1],
  [1, 40, 1100],
] as const;

describe('a product of matrices', () => {
  const ways = {
    plain: (a: Matrix, b: Matrix, out: Float64Array, start: number) =>
      plainProduct(a, b, out, start, 0, a.rows),
    chosen: product,
  } as const;

  test.each(Object.keys(ways) as (keyof typeof ways)[])(
    'is exact for integers: %s, all transposes, sizes around every edge',
    (way) => {
      for (const [rows, inner, columns] of shapes) {
        for (const [aInColumns, bInColumns] of layouts) {
          const a = matrix(rows, inner, aInColumns, integer);
          const b = matrix(inner, columns, bInColumns, integer);
          const out = room(rows * columns + 3).fill(7);
          ways[way](a, b, out, 2);
          let wrong = 0;
          for (let i = 0; i < rows; i++) {
            for (let j = 0; j < columns; j++) {
              if (out[2 + i * columns + j] !== reference(a, b, i, j).value) wrong++;
            }
          }
          expect([rows, inner, columns, aInColumns, bInColumns, wrong]).toEqual([
            ...[rows, inner, columns, aInColumns, bInColumns],
            0,
          ]);
          expect([out[0], out[1], out[out.length - 1]]).toEqual([7, 7, 7]);
        }
      }
    },
  );

  test('agrees with the sums of products on random sizes, to what rounding allows', () => {
    for (let trial = 0; trial < 60; trial++) {
      const [rows, inner, columns] = [between(1, 70), between(1, 130), between(1, 70)];
      const [aInColumns, bInColumns] = layouts[trial % 4];
      const a = matrix(rows, inner, aInColumns, normal);
      const b = matrix(inner, columns, bInColumns, normal);
      for (const way of Object.values(ways)) {
        const out = room(rows * columns);
        way(a, b, out, 0);
        expect(worstError(a, b, out, 0)).toBeLessThanOrEqual(1.01);
      }
    }
  });

  test('with a vector is exact for integers, however long or wide', () => {
    for (const [rows, columns] of [
      [1, 20_001],
      [20_001, 2],
      [6, 8193],
      [8193, 5],
      [33, 257],
      [203, 6002],
    ]) {
      for (const inColumns of [false, true]) {
        const a = matrix(rows, columns, inColumns, integer);
        const x = matrix(columns, 1, inColumns, integer);
        const out = room(rows);
        product(a, x, out);
        expect(worstError(a, x, out, 0)).toBe(0);
        product(transpose(x), transpose(a), out);
        expect(worstError(a, x, out, 0)).toBe(0);
      }
    }
  });

  test('has the same bits on one, two and three threads, and when it is asked for again', async () => {
    const loops = openLoops();
    for (const [rows, inner, columns] of [
      [103, 800, 31],
      [30, 1300, 140],
      [4000, 61, 10],
      [61, 4000, 7],
      [1, 500, 1100],
      [700, 700, 1],
      [61, 9001, 8],
      [203, 6002, 1],
    ]) {
      for (const [aInColumns, bInColumns] of layouts) {
        const a = matrix(rows, inner, aInColumns, normal);
        const b = matrix(inner, columns, bInColumns, normal);
        const whole = room(rows * columns);
        limitThreads(1);
        product(a, b, whole);
        for (const count of [2, 3, 2]) {
          limitThreads(count);
          await expect.poll(() => loops?.parties(1e9)).toBe(count);
          const shared = room(rows * columns).fill(Number.NaN);
          product(a, b, shared);
          expect(sameBits(shared, whole)).toBe(true);
        }
      }
    }
    limitThreads(availableThreads());
  });

  test('takes no notice of what earlier products have left behind', () => {
    const nan = rowMajor(new Float64Array(2000).fill(Number.NaN), 50, 40);
    product(nan, transpose(nan), new Float64Array(2500));
    for (const [rows, inner, columns] of [
      [9, 7, 5],
      [90, 5, 1],
      [3, 201, 1],
      [21, 21, 3],
    ]) {
      for (const [aInColumns, bInColumns] of layouts) {
        const a = matrix(rows, inner, aInColumns, integer);
        const b = matrix(inner, columns, bInColumns, integer);
        const out = room(rows * columns);
        product(a, b, out);
        expect(worstError(a, b, out, 0)).toBe(0);
      }
    }
  });

  test('is zero where there is nothing to sum, and empty where there is nothing to multiply', () => {
    const out = new Float64Array(6).fill(1);
    product(rowMajor(new Float64Array(0), 2, 0), rowMajor(new Float64Array(0), 0, 3), out);
    expect([...out]).toEqual([0, 0, 0, 0, 0, 0]);
    const none = new Float64Array(0);
    product(rowMajor(none, 0, 4), rowMajor(new Float64Array(12), 4, 3), none);
    product(rowMajor(new Float64Array(12), 3, 4), rowMajor(none, 4, 0), none);
    gram(rowMajor(none, 4, 0), none);
    gram(rowMajor(none, 0, 2), out);
    expect([...out.subarray(0, 4)]).toEqual([0, 0, 0, 0]);
  });

  test('carries NaN and infinities into the rows and columns that they belong to, and no others', () => {
    for (const [rows, inner, columns] of [
      [6, 5, 7],
      [40, 60, 50],
      [40, 60, 1],
      [1, 60, 40],
    ]) {
      for (const [aInColumns, bInColumns] of layouts) {
        const a = matrix(rows, inner, aInColumns, () => 1 + uniform());
        const b = matrix(inner, columns, bInColumns, () => 1 + uniform());
        const [i, j] = [between(0, rows - 1), between(0, columns - 1)];
        a.values[a.start + i * a.rowStride + 2 * a.columnStride] = Number.NaN;
        b.values[b.start + 3 * b.rowStride + j * b.columnStride] = Number.POSITIVE_INFINITY;
        const out = room(rows * columns);
        product(a, b, out);
        const expected = Array.from(out, (_, at) => {
          if (Math.floor(at / columns) === i) return 'NaN';
          return at % columns === j ? 'infinite' : 'finite';
        });
        const found = Array.from(out, (y) =>
          Number.isNaN(y) ? 'NaN' : Number.isFinite(y) ? 'finite' : 'infinite',
        );
        expect(found).toEqual(expected);
      }
    }
  });
});

describe('a Gram matrix', () => {
  test('is the product with the transpose, and exactly symmetric', () => {
    for (const [rows, columns] of [
      [1, 1],
      [5, 31],
      [50, 32],
      [7, 131],
      [900, 70],
      [3, 1030],
    ]) {
      for (const inColumns of [false, true]) {
        const a = matrix(rows, columns, inColumns, normal);
        const out = room(columns * columns);
        gram(a, out);
        expect(worstError(transpose(a), a, out, 0)).toBeLessThanOrEqual(1.01);
        let uneven = 0;
        for (let i = 0; i < columns; i++) {
          for (let j = 0; j < i; j++) if (out[i * columns + j] !== out[j * columns + i]) uneven++;
        }
        expect(uneven).toBe(0);
      }
    }
  });
});

describe('sums along an axis', () => {
  test('are exact for integers, of every shape', () => {
    for (const [outer, length, inner] of [
      [1, 1, 1],
      [1, 1000, 1],
      [3, 1001, 1],
      [90, 7, 1],
      [40, 9000, 1],
      [1, 500, 3],
      [2, 37, 5],
      [3, 41, 60],
      [2, 3, 9001],
      [4, 0, 3],
      [4, 0, 1],
      [0, 5, 2],
      [2, 5, 0],
    ]) {
      const x = filled(outer * length * inner, integer);
      const out = room(outer * inner).fill(7);
      sums(x, outer, length, inner, out);
      const expected = Array.from(out, (_, at) => {
        const [i, j] = [Math.floor(at / inner), at % inner];
        let total = 0;
        for (let k = 0; k < length; k++) total += x[(i * length + k) * inner + j];
        return total;
      });
      expect(Array.from(out)).toEqual(expected);
    }
  });

  test('let NaN and infinities into their own sums only', () => {
    const x = room(30 * 20).fill(1);
    x[20 * 7 + 4] = Number.NaN;
    x[20 * 9 + 6] = Number.NEGATIVE_INFINITY;
    const [columns, rows] = [new Float64Array(20), new Float64Array(30)];
    sums(x, 1, 30, 20, columns);
    sums(x, 30, 20, 1, rows);
    expect(Array.from(columns)).toEqual(
      Array.from({ length: 20 }, (_, j) => (j === 4 ? Number.NaN : j === 6 ? Number.NEGATIVE_INFINITY : 30)),
    );
    expect(Array.from(rows)).toEqual(
      Array.from({ length: 30 }, (_, i) => (i === 7 ? Number.NaN : i === 9 ? Number.NEGATIVE_INFINITY : 20)),
    );
  });

  test('round less than a sum from one number to the next', () => {
    const x = room(1_000_000).fill(0.1);
    const out = new Float64Array(1);
    sums(x, 1, x.length, 1, out);
    const naive = x.reduce((total, value) => total + value, 0);
    // 10⁶ times the double nearest to 0.1, which is 0.1 + 5.55e-18.
    const exact = 100_000 + 5.551115123125783e-12;
    expect(Math.abs(out[0] - exact)).toBeLessThan(Math.abs(naive - exact) / 2);
  });
});

describe('matMul', () => {
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  const tensor = (shape: number[], fill: Fill = integer) =>
    float64(Float64Array.from({ length: shape.reduce((p, n) => p * n, 1) }, fill), shape);

  /** By index arithmetic on nested arrays, with batches broadcast. */
  function expected(a: tf.Tensor, b: tf.Tensor, transposeA: boolean, transposeB: boolean): number[] {
    const batch = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
    const spread = (t: tf.Tensor, flip: boolean) => {
      const whole = tf.broadcastTo(t, [...batch, ...t.shape.slice(-2)]);
      const axes = [...whole.shape.keys()];
      const turned = flip ? tf.transpose(whole, [...axes.slice(0, -2), ...axes.slice(-2).reverse()]) : whole;
      return { values: toFloat64(turned), shape: turned.shape.slice(-2) };
    };
    const [p, q] = [spread(a, transposeA), spread(b, transposeB)];
    const [rows, inner, columns] = [p.shape[0], p.shape[1], q.shape[1]];
    const count = batch.reduce((product, n) => product * n, 1);
    const all: number[] = [];
    for (let m = 0; m < count; m++) {
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) {
          let sum = 0;
          for (let k = 0; k < inner; k++) {
            sum += p.values[(m * rows + i) * inner + k] * q.values[(m * inner + k) * columns + j];
          }
          all.push(sum);
        }
      }
    }
    return all;
  }

  test.each([
    [
      [3, 5, 40],
      [40, 9],
    ],
    [
      [2, 3, 6, 11],
      [3, 11, 8],
    ],
    [
      [1, 30, 12],
      [4, 12, 7],
    ],
    [
      [5, 12, 7],
      [1, 7, 1],
    ],
    [
      [2, 1, 30],
      [30, 25],
    ],
    [
      [0, 3, 2],
      [2, 4],
    ],
  ])('of batches %j and %j broadcasts them, for every transpose', (left, right) => {
    const turned = (shape: number[], flip: boolean) =>
      flip ? [...shape.slice(0, -2), ...shape.slice(-2).reverse()] : shape;
    for (const [transposeA, transposeB] of layouts) {
      const a = tensor(turned(left, transposeA));
      const b = tensor(turned(right, transposeB));
      const out = tf.matMul(a, b, transposeA, transposeB);
      expect(Array.from(toFloat64(out))).toEqual(expected(a, b, transposeA, transposeB));
    }
  });

  test('of a tensor and its own transpose is right in batches too', () => {
    const a = tensor([3, 40, 35]);
    for (const [transposeA, transposeB] of layouts.slice(1, 3)) {
      const out = tf.matMul(a, a, transposeA, transposeB);
      expect(Array.from(toFloat64(out))).toEqual(expected(a, a, transposeA, transposeB));
    }
  });

  test('of a large matrix is the product asked for, also where an earlier one was much the same', () => {
    const sums = (a: tf.Tensor, x: readonly number[], turned: boolean): number[] => {
      const [rows, columns] = a.shape;
      const values = toFloat64(a);
      const out = new Array<number>(turned ? columns : rows).fill(0);
      for (let i = 0; i < rows; i++) {
        for (let k = 0; k < columns; k++) out[turned ? k : i] += values[i * columns + k] * x[turned ? i : k];
      }
      return out;
    };
    const ask = (a: tf.Tensor, x: readonly number[], turned = false): number[] => {
      const vector = float64([...x], [x.length, 1]);
      const out = tf.matMul(a, vector, turned);
      vector.dispose();
      return Array.from(toFloat64(out), (y) => y + 0);
    };
    const x = Array.from({ length: 250 }, integer);
    for (let round = 0; round < 3; round++) {
      // Disposed of, so that the next matrix lies where this one lay.
      const a = tensor([250, 250]);
      const changed = x.with(round, Number.NaN);
      for (let again = 0; again < 2; again++) {
        expect(ask(a, x)).toEqual(sums(a, x, false));
        expect(ask(a, x, true)).toEqual(sums(a, x, true));
        expect(ask(a, changed)).toEqual(sums(a, changed, false));
        for (let k = 0; k < 5; k++) {
          const other = x.with(249, k);
          expect(ask(a, other)).toEqual(sums(a, other, false));
        }
      }
      a.dispose();
    }
  });

  test('that is remembered has zeros of the right sign, and is another tensor', () => {
    const a = float64(new Float64Array(300 * 300).fill(1), [300, 300]);
    const zeros = float64(new Float64Array(300), [300, 1]);
    const [first, second] = [tf.matMul(a, zeros), tf.matMul(a, zeros)];
    expect(toFloat64(first)[7]).toBe(0);
    first.dispose();
    expect(toFloat64(tf.add(second, 1))[7]).toBe(1);
    expect(toFloat64(second).every((y) => y === 0)).toBe(true);
  });

  test('einsum is the product that it spells', () => {
    const [a, b, c] = [tensor([30, 41]), tensor([41, 23]), tensor([7, 41, 9])];
    const same = (x: tf.Tensor, y: tf.Tensor): void => {
      expect(x.shape).toEqual(y.shape);
      expect(Array.from(toFloat64(x))).toEqual(Array.from(toFloat64(y)));
    };
    same(tf.einsum('ij,jk->ik', a, b), tf.matMul(a, b));
    same(tf.einsum('ij,jk->ki', a, b), tf.transpose(tf.matMul(a, b)));
    same(tf.einsum('ij,kj->ik', a, tf.transpose(b)), tf.matMul(a, b));
    same(tf.einsum('ij,ij->', a, a), tf.sum(tf.square(a)));
    same(tf.einsum('ij,ij->i', a, a), tf.sum(tf.square(a), 1));
    same(tf.einsum('i,j->ij', tf.sum(a, 1), tf.sum(b, 0)), tf.mul(tf.sum(a, 1, true), tf.sum(b, 0, true)));
    const wide = tf.reshape(tf.transpose(c, [1, 0, 2]), [41, 63]);
    same(tf.einsum('ij,kjl->ikl', a, c), tf.reshape(tf.matMul(a, wide), [30, 7, 9]));
  });

  test('of integers gives integers', () => {
    const values = Array.from({ length: 400 }, () => between(-9, 9));
    const a = tf.tensor2d(values, [20, 20], 'int32');
    const out = tf.matMul(a, a);
    expect(out.dtype).toBe('int32');
    expect(Array.from(out.dataSync())).toEqual(expected(a, a, false, false));
  });
});

test('without vectors in WebAssembly products are plain loops, and as right', async () => {
  vi.resetModules();
  vi.doMock('../../src/wasm/support.js', () => ({ hasVectors: () => false }));
  const compile = vi.spyOn(WebAssembly, 'Module');
  try {
    const dense = await import('../../src/tensor/dense/index.js');
    for (const [rows, inner, columns] of shapes) {
      for (const [aInColumns, bInColumns] of layouts) {
        const a = matrix(rows, inner, aInColumns, integer);
        const b = matrix(inner, columns, bInColumns, integer);
        const out = new Float64Array(rows * columns);
        dense.product(a, b, out);
        expect(worstError(a, b, out, 0)).toBe(0);
      }
    }
    const a = rowMajor(Float64Array.from({ length: 1200 }, integer), 30, 40);
    const out = new Float64Array(1600);
    dense.gram(a, out);
    expect(worstError(transpose(a), a, out, 0)).toBe(0);
    const ones = rowMajor(new Float64Array(40).fill(1), 40, 1);
    dense.sums(a.values as Float64Array, 30, 40, 1, out);
    expect(worstError(a, ones, out, 0)).toBe(0);
    dense.sums(a.values as Float64Array, 1, 30, 40, out);
    expect(worstError(transpose(a), rowMajor(ones.values, 30, 1), out, 0)).toBe(0);
    expect(compile).not.toHaveBeenCalled();
  } finally {
    vi.doUnmock('../../src/wasm/support.js');
    vi.restoreAllMocks();
    vi.resetModules();
  }
});
