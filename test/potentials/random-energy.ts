/**
 * Pair energies drawn at random: trees of tfjs ops over r and two parameters, put together so that every value stays
 * moderate and every function is used where it is smooth, or has its kink away from the distances that occur.
 */
import * as tf from '@tensorflow/tfjs';
import type { Random } from '../../src/random/index.js';

interface Expression {
  readonly text: string;
  readonly low: number;
  readonly high: number;
  build(r: tf.Tensor, p: tf.Tensor, q: tf.Tensor): tf.Tensor;
}

export interface RandomEnergy {
  readonly text: string;
  build(r: tf.Tensor, p: tf.Tensor, q: tf.Tensor): tf.Tensor;
}

/** Where r, p and q lie. */
export const ranges = { r: [0.7, 4], p: [0.8, 1.2], q: [0.4, 0.7] } as const;

const largest = 12;

type Unary = (x: tf.Tensor) => tf.Tensor;

/** With the range of arguments that each is given, and whether it grows or falls throughout. */
const functions: readonly [name: string, f: Unary, low: number, high: number, monotonic: boolean][] = [
  ['exp', tf.exp, -8, 2, true],
  ['expm1', tf.expm1, -4, 2, true],
  ['log', tf.log, 0.2, 12, true],
  ['log1p', tf.log1p, -0.7, 12, true],
  ['sqrt', tf.sqrt, 0.2, 12, true],
  ['rsqrt', tf.rsqrt, 0.2, 12, true],
  ['reciprocal', tf.reciprocal, 0.3, 12, true],
  ['sin', tf.sin, -6, 6, false],
  ['cos', tf.cos, -6, 6, false],
  ['tan', tf.tan, -1.1, 1.1, true],
  ['asin', tf.asin, -0.8, 0.8, true],
  ['acos', tf.acos, -0.8, 0.8, true],
  ['atan', tf.atan, -12, 12, true],
  ['sinh', tf.sinh, -2.5, 2.5, true],
  ['cosh', tf.cosh, -2.5, 2.5, false],
  ['tanh', tf.tanh, -6, 6, true],
  ['asinh', tf.asinh, -12, 12, true],
  ['acosh', tf.acosh, 1.3, 12, true],
  ['atanh', tf.atanh, -0.8, 0.8, true],
  ['erf', tf.erf, -3, 3, true],
  ['sigmoid', tf.sigmoid, -8, 8, true],
  ['softplus', tf.softplus, -8, 8, true],
  ['neg', tf.neg, -12, 12, true],
  ['square', tf.square, -3, 3, false],
  ['cube', (x) => tf.pow(x, 3), 0.1, 2, true],
  ['pow 2.5', (x) => tf.pow(x, 2.5), 0.1, 2.5, true],
  ['pow −6', (x) => tf.pow(x, -6), 0.75, 12, true],
];

const numbers = { low: -3, high: 3 };

/** @param depth of the tree */
export function randomEnergy(rng: Random, depth: number): RandomEnergy {
  for (;;) {
    const tree = draw(rng, depth);
    if (/\br\b/.test(tree.text) && /\b[pq]\b/.test(tree.text)) return tree;
  }
}

function leaf(rng: Random): Expression {
  const number = Math.round(10 * (numbers.low + (numbers.high - numbers.low) * rng.uniform())) / 10 || 0.5;
  switch (rng.integer(5)) {
    case 0:
      return { text: 'p', low: ranges.p[0], high: ranges.p[1], build: (_, p) => p };
    case 1:
      return { text: 'q', low: ranges.q[0], high: ranges.q[1], build: (_, __, q) => q };
    case 2:
      return { text: `${number}`, low: number, high: number, build: () => tf.scalar(number) };
    default:
      return { text: 'r', low: ranges.r[0], high: ranges.r[1], build: (r) => r };
  }
}

function draw(rng: Random, depth: number): Expression {
  if (depth === 0) return leaf(rng);
  for (let tries = 0; tries < 50; tries++) {
    const a = draw(rng, depth - 1);
    const made = rng.uniform() < 0.5 ? unary(rng, a) : binary(rng, a, draw(rng, rng.integer(depth)));
    if (made && Math.max(Math.abs(made.low), Math.abs(made.high)) <= largest) return made;
  }
  return leaf(rng);
}

function unary(rng: Random, a: Expression): Expression | null {
  const [name, f, low, high, monotonic] = functions[rng.integer(functions.length)];
  if (a.low < low || a.high > high) return null;
  const samples = monotonic
    ? [a.low, a.high]
    : Array.from({ length: 65 }, (_, k) => a.low + ((a.high - a.low) * k) / 64);
  const values = samples.map((x) => tf.tidy(() => f(tf.scalar(x)).dataSync()[0]));
  return {
    text: `${name}(${a.text})`,
    // A little wider, for what lies between the samples.
    low: Math.min(...values) - (monotonic ? 1e-6 : 0.02),
    high: Math.max(...values) + (monotonic ? 1e-6 : 0.02),
    build: (...inputs) => f(a.build(...inputs)),
  };
}

function binary(rng: Random, a: Expression, b: Expression): Expression | null {
  const corners = (f: (x: number, y: number) => number): { low: number; high: number } => {
    const values = [a.low, a.high].flatMap((x) => [b.low, b.high].map((y) => f(x, y)));
    return { low: Math.min(...values), high: Math.max(...values) };
  };
  const joined = (
    name: string,
    bounds: { low: number; high: number },
    f: (x: tf.Tensor, y: tf.Tensor) => tf.Tensor,
  ): Expression => ({
    text: `(${a.text} ${name} ${b.text})`,
    ...bounds,
    build: (...inputs) => f(a.build(...inputs), b.build(...inputs)),
  });
  switch (rng.integer(7)) {
    case 0:
      return joined(
        '+',
        corners((x, y) => x + y),
        tf.add,
      );
    case 1:
      return joined(
        '−',
        corners((x, y) => x - y),
        tf.sub,
      );
    case 2:
      return joined(
        '·',
        corners((x, y) => x * y),
        tf.mul,
      );
    case 3:
      return b.low > 0.3 || b.high < -0.3
        ? joined(
            '/',
            corners((x, y) => x / y),
            tf.div,
          )
        : null;
    case 4:
      return a.low > 0.2 && Math.max(Math.abs(b.low), Math.abs(b.high)) < 4
        ? joined(
            '^',
            corners((x, y) => x ** y),
            tf.pow,
          )
        : null;
    case 5:
      return joined('max', corners(Math.max), tf.maximum);
    default: {
      // A choice by the distance, at a place where no pair happens to be.
      const at = Math.round(1e4 * (1 + 2 * rng.uniform())) / 1e4;
      const bounds = { low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) };
      return {
        text: `(r < ${at} ? ${a.text} : ${b.text})`,
        ...bounds,
        build: (r, p, q) => {
          const [x, y] = [a.build(r, p, q), b.build(r, p, q)].map((t) => tf.mul(t, tf.onesLike(r)));
          return tf.where(tf.less(r, at), x, y);
        },
      };
    }
  }
}
