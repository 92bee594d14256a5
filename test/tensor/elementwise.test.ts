import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { random } from '../../src/random/index.js';
import { limitThreads, openLoops } from '../../src/tensor/dense/index.js';
import { float64, toFloat64 } from '../../src/tensor/index.js';
import { leastInHeap } from '../../src/tensor/memory/index.js';
import { availableThreads } from '../../src/wasm/index.js';
import { sameBits } from './same-bits.js';

const { normal, uniform } = random(8);
const special = [
  ...[0, -0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 1e-300, -1e-300, 5e-324, 1e300, -1e300, 700, -700, 745, -745],
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-9, -1e-9, 36.5, -36.5],
];

beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

/** Units in the last place of the reference, or nothing where both are the same, NaN included. */
function worstError(found: Float64Array, expected: readonly number[]): number {
  let worst = found.length === expected.length ? 0 : Infinity;
  for (const [i, y] of expected.entries()) {
    if (Object.is(found[i], y) || (found[i] === y && y === 0)) continue;
    const size = Math.max(Math.abs(y), 2 ** -1022);
    const error = Math.abs(found[i] - y) / (size * 2 ** -52);
    worst = Math.max(worst, Number.isNaN(error) ? Infinity : error);
  }
  return worst;
}

const sigmoid = (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));
const roundEven = (x: number): number => {
  const near = Math.round(x);
  return Math.abs(x % 1) === 0.5 && near % 2 !== 0 ? near - 1 : near;
};

const unary: Record<string, readonly [(x: tf.Tensor) => tf.Tensor, (x: number) => number]> = {
  abs: [tf.abs, Math.abs],
  ceil: [tf.ceil, Math.ceil],
  cos: [tf.cos, Math.cos],
  exp: [tf.exp, Math.exp],
  expm1: [tf.expm1, Math.expm1],
  floor: [tf.floor, Math.floor],
  log: [tf.log, Math.log],
  log1p: [tf.log1p, Math.log1p],
  neg: [tf.neg, (x) => -x],
  reciprocal: [tf.reciprocal, (x) => 1 / x],
  relu: [tf.relu, (x) => Math.max(0, x)],
  round: [tf.round, roundEven],
  rsqrt: [tf.rsqrt, (x) => 1 / Math.sqrt(x)],
  sigmoid: [tf.sigmoid, sigmoid],
  sin: [tf.sin, Math.sin],
  softplus: [tf.softplus, (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))],
  sqrt: [tf.sqrt, Math.sqrt],
  square: [tf.square, (x) => x * x],
  tanh: [tf.tanh, Math.tanh],
};

describe('of large tensors', () => {
  test.each(Object.keys(unary))(
    '%s is that of each element, also of NaN, infinities and odd lengths',
    (name) => {
      const [op, reference] = unary[name];
      for (const length of [leastInHeap, leastInHeap + 1, 5001]) {
        const x = Float64Array.from(
          { length },
          (_, i) => special[i] ?? normal() * 10 ** Math.floor(6 * uniform() - 4),
        );
        const found = toFloat64(op(float64(x)));
        expect(worstError(found, Array.from(x, reference))).toBeLessThanOrEqual(4);
      }
    },
  );

  const binary: Record<
    string,
    readonly [(a: tf.Tensor, b: tf.Tensor) => tf.Tensor, (a: number, b: number) => number]
  > = {
    add: [tf.add, (a, b) => a + b],
    div: [tf.div, (a, b) => a / b],
    equal: [tf.equal, (a, b) => Number(a === b)],
    greater: [tf.greater, (a, b) => Number(a > b)],
    greaterEqual: [tf.greaterEqual, (a, b) => Number(a >= b)],
    less: [tf.less, (a, b) => Number(a < b)],
    lessEqual: [tf.lessEqual, (a, b) => Number(a <= b)],
    maximum: [tf.maximum, Math.max],
    minimum: [tf.minimum, Math.min],
    mul: [tf.mul, (a, b) => a * b],
    notEqual: [tf.notEqual, (a, b) => Number(a !== b)],
    pow: [tf.pow, (a, b) => a ** b],
    squaredDifference: [tf.squaredDifference, (a, b) => (a - b) ** 2],
    sub: [tf.sub, (a, b) => a - b],
  };
  const shapes = [
    [[1023], [1023]],
    [[700], []],
    [[], [701]],
    [[300, 7], [7]],
    [
      [300, 7],
      [300, 1],
    ],
    [
      [1, 7],
      [300, 7],
    ],
    [
      [300, 1],
      [300, 3],
    ],
    [
      [600, 1],
      [1, 2],
    ],
    [
      [9, 1, 11],
      [9, 13, 11],
    ],
    [
      [4, 5, 1, 6],
      [5, 7, 1],
    ],
    [
      [2000, 1],
      [2000, 1],
    ],
    [[60, 60], [1]],
  ] as const;

  test.each(Object.keys(binary))('%s is that of each pair, with broadcasting', (name) => {
    const [op, reference] = binary[name];
    for (const [left, right] of shapes) {
      const make = (shape: readonly number[]): tf.Tensor => {
        const length = shape.reduce((p, n) => p * n, 1);
        const number = (): number =>
          uniform() < 0.1 ? special[Math.floor(special.length * uniform())] : Math.round(4 * normal()) / 2;
        return float64(Float64Array.from({ length }, number), shape);
      };
      const [a, b] = [make(left), make(right)];
      const shape = tf.broadcast_util.assertAndGetBroadcastShape([...left], [...right]);
      const [p, q] = [a, b].map((t) => toFloat64(tf.broadcastTo(t, shape)));
      const found = op(a, b);
      expect(found.shape).toEqual(shape);
      expect(
        worstError(
          toFloat64(found),
          Array.from(p, (x, i) => reference(x, q[i])),
        ),
      ).toBeLessThanOrEqual(2);
    }
  });

  test('softmax sums to one along rows of any length, and keeps NaN and infinities in their rows', () => {
    for (const width of [2, 3, 10, 101]) {
      const x = Float64Array.from({ length: 600 * width }, () => 300 * normal());
      x[width] = Number.NaN;
      x[3 * width + 1] = Number.NEGATIVE_INFINITY;
      const found = toFloat64(tf.softmax(float64(x, [600, width])));
      const expected = Array.from(found, (_, i) => {
        const row = x.subarray(i - (i % width), i - (i % width) + width);
        const top = Math.max(...row);
        return Math.exp(x[i] - top) / row.reduce((sum, value) => sum + Math.exp(value - top), 0);
      });
      expect(worstError(found, expected)).toBeLessThanOrEqual(width + 6);
    }
  });

  test('a result may take the place of an operand', () => {
    const a = float64(Float64Array.from({ length: 33 * 21 }, normal), [33, 21]);
    const b = float64(Float64Array.from({ length: 21 * 31 }, normal), [21, 31]);
    const bias = float64(Float64Array.from({ length: 31 }, normal));
    const fused = tf.fused.matMul({ a: a as tf.Tensor2D, b: b as tf.Tensor2D, bias });
    const apart = tf.add(tf.matMul(a, b), bias);
    expect(toFloat64(fused)).toEqual(toFloat64(apart));
  });

  test('all have the same bits on one thread and on two', async () => {
    const x = float64(Float64Array.from({ length: 300_001 }, normal));
    const y = float64(Float64Array.from({ length: 300_000 }, normal), [30_000, 10]);
    const column = float64(Float64Array.from({ length: 30_000 }, normal), [30_000, 1]);
    const results = (): Float64Array[] => {
      const all = [
        ...[tf.exp(x), tf.softplus(x), tf.mul(x, x), tf.mul(x, 3), tf.sub(y, column), tf.mul(y, y)],
        ...[tf.softmax(y), tf.sum(y, 0), tf.sum(y, 1), tf.sum(y)],
      ];
      const values = all.map(toFloat64);
      tf.dispose(all);
      return values;
    };
    try {
      limitThreads(1);
      const alone = results();
      limitThreads(2);
      await expect.poll(() => openLoops()?.parties(1e9)).toBe(2);
      results();
      const shared = results();
      expect(alone.map((values, k) => sameBits(values, shared[k]))).toEqual(alone.map(() => true));
    } finally {
      limitThreads(availableThreads());
    }
  });
});
