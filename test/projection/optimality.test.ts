/** Projections and proximal operators where they are meant to be: in optimality mappings that are differentiated. */
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { customFixedPoint } from '../../src/implicit/index.js';
import {
  projectBoxSection,
  projectKlSimplex,
  projectSimplex,
  supportOf,
} from '../../src/projection/index.js';
import { proxLasso } from '../../src/proximal/index.js';
import { float64, hvp, toFloat64, vjp } from '../../src/tensor/index.js';
import { differences, distance, dot, normal, values } from './harness.js';

const data = JSON.parse(readFileSync(new URL('../data/proximal/scikit-learn.json', import.meta.url), 'utf8'));

/** Gaussian elimination with pivots. */
function solve(A: number[][], b: number[]): number[] {
  const n = b.length;
  const rows = A.map((row, i) => [...row, b[i]]);
  for (let k = 0; k < n; k++) {
    const pivot = rows.reduce(
      (best, row, i) => (i >= k && Math.abs(row[k]) > Math.abs(rows[best][k]) ? i : best),
      k,
    );
    [rows[k], rows[pivot]] = [rows[pivot], rows[k]];
    for (let i = k + 1; i < n; i++) {
      const factor = rows[i][k] / rows[k][k];
      for (let j = k; j <= n; j++) rows[i][j] -= factor * rows[k][j];
    }
  }
  const x = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    x[i] = rows[i][n];
    for (let j = i + 1; j < n; j++) x[i] -= rows[i][j] * x[j];
    x[i] /= rows[i][i];
  }
  return x;
}

describe('the lasso, as a fixed point of a proximal gradient step', () => {
  const X = float64(data.X) as tf.Tensor2D;
  const y = float64(data.y);
  const { alpha, coefficients } = data.lasso as { alpha: number; coefficients: number[] };
  const n = float64(1 / 30);
  const step = (w: tf.Tensor, l1: tf.Tensor): tf.Tensor => {
    const gradient = tf.mul(n, tf.dot(tf.transpose(X), tf.sub(tf.dot(X, w), y)));
    return proxLasso(tf.sub(w, tf.mul(0.25, gradient)), l1, 0.25);
  };
  const solver = customFixedPoint(step, (_start: null) => float64(coefficients));
  const cotangent = normal([8]);
  const support = values(supportOf(proxLasso)(float64(coefficients), undefined));
  const chosen = support.flatMap((value, i) => (value === 1 ? [i] : []));

  test('answers the strength as the closed form on the support says', () => {
    // (1/n) X_Sᵀ X_S dw_S = −sign(w_S) dα
    const columns = chosen.map((i) => (data.X as number[][]).map((row) => row[i]));
    const gram = columns.map((a) => columns.map((b) => a.reduce((s, v, k) => s + v * b[k], 0) / 30));
    const slope = solve(
      gram,
      chosen.map((i) => -Math.sign(coefficients[i])),
    );
    const expected = slope.reduce((sum, value, k) => sum + value * values(cotangent)[chosen[k]], 0);
    const gradient = vjp((l1: tf.Tensor) => solver(null, l1), float64(alpha), cotangent).vjp;
    expect(Math.abs(toFloat64(gradient)[0] - expected)).toBeLessThan(1e-9 * Math.abs(expected));
    const pushed = solver.jvp(null, [float64(alpha)], [float64(1)]).jvp;
    expect(Math.abs(dot(pushed, cotangent) - expected)).toBeLessThan(1e-9 * Math.abs(expected));
  });

  test('has an adjoint system whose hard part is the block of the support', () => {
    // I − ∂T at the solution, transposed, whole …
    const A = Array.from({ length: 8 }, (_, i) => {
      const unit = float64(new Float64Array(8).map((_, k) => (k === i ? 1 : 0)));
      const row = values(vjp((w: tf.Tensor) => step(w, float64(alpha)), float64(coefficients), unit).vjp);
      return row.map((value, k) => (i === k ? 1 : 0) - value);
    });
    const w = values(cotangent);
    const whole = solve(
      w.map((_, i) => A.map((row) => row[i])),
      w,
    );
    // … and block by block: A_SSᵀ λ_S = w_S, and λ elsewhere by one product.
    const onSupport = solve(
      chosen.map((i) => chosen.map((j) => A[j][i])),
      chosen.map((i) => w[i]),
    );
    const lambda = w.map((value, i) => value - chosen.reduce((s, j, k) => s + A[j][i] * onSupport[k], 0));
    chosen.forEach((i, k) => {
      lambda[i] = onSupport[k];
    });
    expect(distance(lambda, whole)).toBeLessThan(1e-12);
  });
});

describe('second derivatives pass through the solution of a quadratic program', () => {
  const Q = tf.tidy(() => {
    const M = normal([5, 5]) as tf.Tensor2D;
    return tf.add(tf.matMul(M, M, true), tf.mul(5, tf.eye(5))) as tf.Tensor2D;
  });
  const step = float64(0.05);
  const project: Record<string, (v: tf.Tensor) => tf.Tensor> = {
    'on a box section': (v) => projectBoxSection(v, { lower: -0.1, upper: 0.6, total: 1 }),
    'on a simplex': (v) => projectSimplex(v),
    'on a simplex, by mirror descent': (v) => projectKlSimplex(v),
  };

  test.each(Object.keys(project))('%s', (name) => {
    const mirror = name.includes('mirror');
    const T = (x: tf.Tensor, theta: tf.Tensor): tf.Tensor => {
      const move = tf.mul(step, tf.sub(tf.dot(Q, x), theta));
      return project[name](tf.sub(mirror ? tf.log(x) : x, move));
    };
    const run = (_start: null, theta: tf.Tensor): tf.Tensor => {
      let x: tf.Tensor = float64([0.2, 0.2, 0.2, 0.2, 0.2]);
      for (let k = 0; k < 3000; k++) x = tf.tidy(() => T(x, theta));
      return x;
    };
    const solver = customFixedPoint(T, run);
    // Inside the simplex for the mirror, which knows no zeros.
    const theta = mirror ? tf.dot(Q, float64([0.1, 0.3, 0.25, 0.15, 0.2])) : normal([5], 2);
    const outer = (at: tf.Tensor) => tf.sum(tf.pow(solver(null, at), 3));
    const direction = normal([5]);
    const curvature = hvp(outer, theta, direction);
    const gradient = ([at]: readonly tf.Tensor[]) => vjp(outer, at, float64(1)).vjp;
    const expected = differences(gradient, [theta], [direction], 1e-3);
    expect(distance(values(curvature), expected)).toBeLessThan(1e-7);
    expect(Math.max(...values(curvature).map(Math.abs))).toBeGreaterThan(1e-6);
  });
});
