import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/message/index.js';
import {
  type Parameter,
  projectL2Ball,
  projectLinfBall,
  projectSimplex,
} from '../../src/projection/index.js';
import * as prox from '../../src/proximal/index.js';
import { float64, toFloat64, vjp } from '../../src/tensor/index.js';
import {
  checkDerivatives,
  distance,
  jacobian,
  normal,
  type Operation,
  positive,
  values,
} from '../projection/harness.js';

describe('first and second derivatives agree with differences, in x, strength and scaling', () => {
  const rows: [name: string, f: Operation, inputs: () => tf.Tensor[]][] = [
    ['lasso', ([x, l1, s]) => prox.proxLasso(x, l1, s), () => [normal([3, 4]), positive([4]), positive([])]],
    [
      'non-negative lasso',
      ([x, l1, s]) => prox.proxNonNegativeLasso(x, l1, s),
      () => [normal([9]), positive([]), positive([])],
    ],
    [
      'elastic net',
      ([x, l1, l2, s]) => prox.proxElasticNet(x, { l1, l2 }, s),
      () => [normal([9]), positive([9]), positive([]), positive([])],
    ],
    [
      'group lasso',
      ([x, l2, s]) => prox.proxGroupLasso(x, l2, s),
      () => [normal([6, 3]), positive([6], 0.5, 1.5), positive([])],
    ],
    ['ridge', ([x, l2, s]) => prox.proxRidge(x, l2, s), () => [normal([9]), positive([9]), positive([])]],
    [
      'of a projection',
      ([x, scale, s]) => prox.proxOfProjection(projectSimplex)(x, scale, s),
      () => [normal([9]), positive([]), positive([])],
    ],
    ['none', ([x]) => prox.proxNone(x), () => [normal([9])]],
  ];
  test.each(rows)('%s', (_, f, inputs) => {
    for (let trial = 0; trial < 5; trial++) checkDerivatives(f, inputs());
  });
});

describe("Moreau's decomposition: x is the proximal point plus the projection onto the dual norm's ball", () => {
  test('lasso and linf ball', () => {
    const x = normal([50]);
    const parts = tf.add(prox.proxLasso(x, 0.3, 2), projectLinfBall(x, 0.6));
    expect(distance(values(parts), values(x))).toBeLessThan(1e-15);
  });

  test('group lasso and l2 ball', () => {
    const x = normal([20, 3]);
    const l2 = positive([20]);
    const parts = tf.add(prox.proxGroupLasso(x, l2), projectL2Ball(x, l2));
    expect(distance(values(parts), values(x))).toBeLessThan(1e-15);
  });
});

describe("scikit-learn's solutions are fixed points of a gradient step and the proximal operator", () => {
  const data = JSON.parse(
    readFileSync(new URL('../data/proximal/scikit-learn.json', import.meta.url), 'utf8'),
  );
  const X = float64(data.X) as tf.Tensor2D;
  const step = 0.1;
  /** A step down the gradient of ‖X w − y‖² · factor / 2. */
  const descended = (w: tf.Tensor, y: tf.Tensor, factor: number): tf.Tensor => {
    const W = tf.reshape(w, [8, -1]) as tf.Tensor2D;
    const residual = tf.sub(tf.matMul(X, W), tf.reshape(y, [30, -1])) as tf.Tensor2D;
    const gradient = tf.mul(tf.matMul(X, residual, true), float64(factor));
    return tf.sub(w, tf.mul(float64(step), tf.reshape(gradient, w.shape)));
  };
  const y = float64(data.y);

  test.each<[string, (v: tf.Tensor, alpha: number) => tf.Tensor]>([
    ['lasso', (v, alpha) => prox.proxLasso(v, alpha, step)],
    ['nonNegativeLasso', (v, alpha) => prox.proxNonNegativeLasso(v, alpha, step)],
    ['elasticNet', (v, alpha) => prox.proxElasticNet(v, { l1: alpha * 0.6, l2: alpha * 0.4 }, step)],
  ])('%s', (name, operator) => {
    const { alpha, coefficients } = data[name];
    const w = float64(coefficients);
    expect(values(w).filter((value) => value === 0).length).toBeGreaterThan(0);
    expect(distance(values(operator(descended(w, y, 1 / 30), alpha)), coefficients)).toBeLessThan(1e-10);
  });

  test('group lasso', () => {
    const { alpha, coefficients } = data.groupLasso;
    const w = float64(coefficients);
    const fixed = prox.proxGroupLasso(descended(w, float64(data.Y), 1 / 30), alpha, step);
    expect(distance(values(fixed), values(w))).toBeLessThan(1e-10);
  });

  test('ridge', () => {
    const { alpha, coefficients } = data.ridge;
    const w = float64(coefficients);
    const v = descended(w, y, 1 / 30);
    expect(distance(values(prox.proxRidge(v, alpha / 30, step)), coefficients)).toBeLessThan(1e-12);
  });
});

describe('on a kink what just becomes zero counts as zero', () => {
  const slopes = (f: (x: tf.Tensor) => tf.Tensor, points: number[]) =>
    points.map((v) => jacobian(f, float64([v]))[0][0]);

  test('lasso', () => {
    expect(slopes((x) => prox.proxLasso(x, 0.5), [-0.6, -0.5, -0.4, 0.4, 0.5, 0.6])).toEqual([
      1, 0, 0, 0, 0, 1,
    ]);
  });

  test('lasso of strength 0 holds nothing', () => {
    expect(slopes((x) => prox.proxLasso(x, 0), [-1, 0, 1])).toEqual([1, 1, 1]);
  });

  test('non-negative lasso', () => {
    expect(slopes((x) => prox.proxNonNegativeLasso(x, 0.5), [0.4, 0.5, 0.6])).toEqual([0, 0, 1]);
  });

  test('group lasso', () => {
    const f = (x: tf.Tensor) => prox.proxGroupLasso(x, 5);
    expect(jacobian(f, float64([3, 4])).flat()).toEqual([0, 0, 0, 0]);
    expect(jacobian(f, float64([0, 0])).flat()).toEqual([0, 0, 0, 0]);
    // Just outside, along x: the whole of the change comes through.
    const rows = jacobian(f, float64([3.003, 4.004]));
    expect(rows[0][0] * 0.6 + rows[0][1] * 0.8).toBeCloseTo(0.6, 12);
    expect(jacobian((x) => prox.proxGroupLasso(x, 0), float64([0, 0])).flat()).toEqual([1, 0, 0, 1]);
  });

  test('the strength moves what is not zero, and only that', () => {
    const f = (l1: tf.Tensor) => prox.proxLasso(float64([-2, 0.1, 3]), l1);
    const pulled = vjp(f, float64([1, 1, 1]), float64([1, 1, 1])).vjp;
    expect(values(pulled).map((v) => v + 0)).toEqual([1, 0, -1]);
  });
});

describe('what cannot be used is named', () => {
  const x = float64([1, 2, 3]);
  test.each<[string, () => unknown, RegExp]>([
    ['a negative strength', () => prox.proxLasso(x, -1), /proxLasso: l1 must be 0 or more, found -1$/],
    [
      'a negative strength among others',
      () => prox.proxRidge(x, [1, -1, 1]),
      /proxRidge: l2 must be 0 or more, found -1 at \[1\]/,
    ],
    [
      'a negative scaling',
      () => prox.proxElasticNet(x, { l1: 1, l2: 1 }, -1),
      /proxElasticNet: scaling must be 0 or more/,
    ],
    [
      'NaN',
      () => prox.proxNonNegativeLasso(float64([Number.NaN])),
      /proxNonNegativeLasso: x must be a number, found NaN at \[0\]/,
    ],
    [
      'shapes that do not fit',
      () => prox.proxLasso(x, [1, 2]),
      /l1 of shape \[2\] does not broadcast to \[3\]/,
    ],
    [
      'a strength an entry for groups',
      () => prox.proxGroupLasso(x, [1, 2, 3]),
      /proxGroupLasso: l2 must be one number, or one a vector/,
    ],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(InputError);
    expect(call).toThrow(message);
  });
});

test('a proximal operator is a function of x, parameters and scaling, whichever it is', () => {
  const some: prox.Prox<Parameter>[] = [
    prox.proxLasso,
    prox.proxRidge,
    prox.proxGroupLasso,
    prox.proxOfProjection(projectSimplex),
  ];
  for (const operator of some) expect(toFloat64(operator(float64([1, 2]), 0.5, 0.1)).length).toBe(2);
});
