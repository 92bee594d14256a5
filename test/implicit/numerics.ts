/** Solvers and differences that know nothing of the code under test. */
import type * as tf from '@tensorflow/tfjs';
import { float64, toFloat64 } from '../../src/tensor/index.js';

type Residual<A extends readonly unknown[]> = (x: tf.Tensor, ...args: A) => tf.Tensor;

/** Newton's method with a Jacobian by differences and Gaussian elimination: x to about 1e-14. */
export function newton<A extends readonly unknown[]>(
  F: Residual<A>,
  x0: tf.Tensor,
  ...args: A
): Float64Array {
  const shape = x0.shape;
  const x = toFloat64(x0);
  const n = x.length;
  const residual = (x: Float64Array): Float64Array => {
    const point = float64(x, shape);
    const value = F(point, ...args);
    const values = toFloat64(value);
    point.dispose();
    value.dispose();
    return values;
  };
  for (let step = 0; step < 60; step++) {
    const f = residual(x);
    const rows = Array.from({ length: n }, (_, i) => [...new Float64Array(n), -f[i]]);
    for (let j = 0; j < n; j++) {
      const h = 1e-6 * Math.max(1, Math.abs(x[j]));
      const [up, down] = [Float64Array.from(x), Float64Array.from(x)];
      up[j] += h;
      down[j] -= h;
      const [above, below] = [residual(up), residual(down)];
      for (let i = 0; i < n; i++) rows[i][j] = (above[i] - below[i]) / (up[j] - down[j]);
    }
    for (let k = 0; k < n; k++) {
      const pivot = rows
        .slice(k)
        .reduce((best, row, i) => (Math.abs(row[k]) > Math.abs(rows[best][k]) ? i + k : best), k);
      [rows[k], rows[pivot]] = [rows[pivot], rows[k]];
      for (let i = k + 1; i < n; i++) {
        const factor = rows[i][k] / rows[k][k];
        for (let j = k; j <= n; j++) rows[i][j] -= factor * rows[k][j];
      }
    }
    let moved = 0;
    for (let i = n - 1; i >= 0; i--) {
      let value = rows[i][n];
      for (let j = i + 1; j < n; j++) value -= rows[i][j] * rows[j][n];
      rows[i][n] = value / rows[i][i];
    }
    for (let i = 0; i < n; i++) {
      x[i] += rows[i][n];
      moved = Math.max(moved, Math.abs(rows[i][n]));
    }
    if (moved < 1e-15 * Math.max(1, ...x.map(Math.abs))) break;
  }
  return x;
}

/** The zero of an increasing function. */
export function bisection(f: (x: number) => number, low: number, high: number): number {
  for (;;) {
    const middle = (low + high) / 2;
    if (!(middle > low && middle < high)) return middle;
    if (f(middle) < 0) low = middle;
    else high = middle;
  }
}

/** The gradient by central differences, with one step of Richardson: error O(h⁴). */
export function central(f: (x: Float64Array) => number, x: Float64Array, h: number): Float64Array {
  return x.map((_, i) => {
    const slope = (step: number): number => {
      const [up, down] = [Float64Array.from(x), Float64Array.from(x)];
      up[i] += step;
      down[i] -= step;
      return (f(up) - f(down)) / (up[i] - down[i]);
    };
    return (4 * slope(h) - slope(2 * h)) / 3;
  });
}

/** A dense system by Gaussian elimination; small and well-conditioned ones only. */
export function eliminate(matrix: Float64Array, b: Float64Array): Float64Array {
  const n = b.length;
  const a = Float64Array.from(matrix);
  const x = Float64Array.from(b);
  for (let k = 0; k < n; k++) {
    for (let i = k + 1; i < n; i++) {
      const factor = a[i * n + k] / a[k * n + k];
      for (let j = k; j < n; j++) a[i * n + j] -= factor * a[k * n + j];
      x[i] -= factor * x[k];
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let j = i + 1; j < n; j++) x[i] -= a[i * n + j] * x[j];
    x[i] /= a[i * n + i];
  }
  return x;
}
