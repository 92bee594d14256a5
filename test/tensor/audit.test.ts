/**
 * The standing audit of derivatives: every op's value against a formula, and its gradient and Hessian product
 * against central differences of that formula, alone and mixed with other terms. The formulas share no code with
 * tfjs, and the differences are of the sixth order in double precision.
 */
import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { random } from '../../src/random/index.js';
import { float64, hvp, toFloat64, vjp } from '../../src/tensor/index.js';
import { arrayCases } from './audit/array-cases.js';
import type { Case } from './audit/case.js';
import { total } from './audit/case.js';
import { elementwiseCases } from './audit/elementwise-cases.js';

const STEP = 2e-3;

/** Sixth-order central difference of a function of one variable at 0. */
function difference(f: (t: number) => number): number {
  const pair = (k: number) => f(k * STEP) - f(-k * STEP);
  return (45 * pair(1) - 9 * pair(2) + pair(3)) / (60 * STEP);
}

const along = (x: readonly number[], v: readonly number[], t: number) =>
  x.map((value, i) => value + t * v[i]);

function gradientOf(f: (x: readonly number[]) => number, x: readonly number[]): number[] {
  return x.map((_, i) => difference((t) => f(x.with(i, x[i] + t))));
}

function hessianProductOf(
  f: (x: readonly number[]) => number,
  x: readonly number[],
  v: readonly number[],
): number[] {
  return x.map((_, i) =>
    difference((s) => {
      const moved = along(x, v, s);
      return difference((t) => f(moved.with(i, moved[i] + t)));
    }),
  );
}

/** How a scalar is made of an op's result y and its inputs x: in tfjs, and in plain numbers. */
interface Mixture {
  readonly name: string;
  readonly tensors: (weighted: tf.Tensor, x: tf.Tensor[]) => tf.Tensor;
  readonly numbers: (weighted: number, x: readonly number[]) => number;
}

const mixtures: Mixture[] = [
  { name: 'alone', tensors: (weighted) => weighted, numbers: (weighted) => weighted },
  {
    name: 'with cubes added',
    tensors: (weighted, x) =>
      tf.add(weighted, tf.addN(x.map((leaf) => tf.sum(tf.mul(leaf, tf.square(leaf)))))),
    numbers: (weighted, x) => weighted + total(x.map((value) => value ** 3)),
  },
  {
    name: 'times sines',
    tensors: (weighted, x) => tf.mul(weighted, tf.addN(x.map((leaf) => tf.sum(tf.sin(leaf))))),
    numbers: (weighted, x) => weighted * total(x.map(Math.sin)),
  },
];

function closeTo(found: ArrayLike<number>, expected: readonly number[], tolerance: number): void {
  const scale = Math.max(1, ...expected.map(Math.abs));
  const worst = Math.max(...expected.map((value, i) => Math.abs(found[i] - value) / scale));
  expect(found.length).toBe(expected.length);
  expect(worst, `found ${Array.from(found)}, expected ${expected}`).toBeLessThan(tolerance);
}

function audit({ op, inputs, f, reference }: Case): void {
  const sizes = inputs.map(({ values }) => values.length);
  const split = (x: readonly number[]) => {
    const starts = sizes.map((_, k) => total(sizes.slice(0, k)));
    return sizes.map((size, k) => x.slice(starts[k], starts[k] + size));
  };
  const x = inputs.flatMap(({ values }) => values);
  const tensors = (values: readonly number[]) =>
    split(values).map((part, k) => float64(part, inputs[k].shape));
  const flat = (tree: readonly tf.Tensor[]) => tree.flatMap((leaf) => Array.from(toFloat64(leaf)));
  const { uniform } = random(7);
  const weights = reference(...split(x)).map(() => 0.5 + uniform());
  const v = x.map(() => uniform() - 0.5);

  describe(op, () => {
    test('has the value of the formula', () => {
      tf.tidy(() => closeTo(toFloat64(f(...tensors(x))), reference(...split(x)), 1e-14));
    });
    for (const mixture of mixtures) {
      const scalar = (point: readonly number[]) =>
        mixture.numbers(total(reference(...split(point)).map((y, k) => weights[k] * y)), point);
      const ofTensors = (leaves: tf.Tensor[]): tf.Tensor => {
        const y = f(...leaves);
        return mixture.tensors(tf.sum(tf.mul(y, float64(weights, y.shape))), leaves);
      };
      test(`has the right gradient and Hessian product, ${mixture.name}`, () => {
        tf.tidy(() => {
          closeTo(flat(vjp(ofTensors, tensors(x), tf.scalar(1)).vjp), gradientOf(scalar, x), 1e-9);
          closeTo(flat(hvp(ofTensors, tensors(x), tensors(v))), hessianProductOf(scalar, x, v), 1e-7);
        });
      });
    }
  });
}

describe('the audit of derivatives:', () => {
  for (const item of [...elementwiseCases, ...arrayCases]) audit(item);
});
