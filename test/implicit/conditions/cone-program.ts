/**
 * A second-order-cone program with 100 unknowns: min cᵀx subject to E x = e, G x ≤ h, ‖x‖ ≤ radius, ‖F x + g‖ ≤ dᵀx + offset. Its
 * numbers come from the formula of make.py.
 */
import * as tf from '@tensorflow/tfjs';
import type { Cones } from '../../../src/implicit/index.js';
import { float64 } from '../../../src/tensor/index.js';

export const n = 100;
export const cones: Cones = { zero: 5, nonNegative: 20, secondOrder: [n + 1, 21] };

function values(
  rows: number,
  columns: number,
  seed: number,
  map: (value: number) => number = (v) => v,
): Float64Array {
  return Float64Array.from({ length: rows * columns }, (_, k) => {
    const [i, j] = [Math.floor(k / columns), k % columns];
    return map(
      ((i * 37 + j * 101 + i * j * 13 + (i + seed) * (j + 7) ** 2 * 5 + seed * 29) % 199) / 199 - 0.5,
    );
  });
}

export const radius = 3;
const offset = 2;
export const E = () => float64(values(5, n, 1), [5, n]);
export const G = () => float64(values(20, n, 2), [20, n]);
export const F = () => float64(values(20, n, 3), [20, n]);
export const c = () => float64(values(1, n, 4));
export const d = () => float64(values(1, n, 5, (v) => 0.02 * v));
export const e = () => float64(values(1, 5, 6, (v) => 0.2 * v));
export const h = () => float64(values(1, 20, 7, (v) => 0.2 + v ** 2));
export const g = () => float64(values(1, 20, 8));

/** The rows of A x + s = b, from the radius and the cost. */
export function coneProgram(
  radius: tf.Tensor,
  cost: tf.Tensor,
): { A: tf.Tensor; b: tf.Tensor; c: tf.Tensor } {
  const identity = float64(
    Float64Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? -1 : 0)),
    [n, n],
  );
  return {
    A: tf.concat([E(), G(), tf.zeros([1, n]), identity, tf.neg(tf.reshape(d(), [1, n])), tf.neg(F())]),
    b: tf.concat([e(), h(), tf.reshape(radius, [1]), tf.zeros([n]), float64([offset]), g()]),
    c: cost,
  };
}

/** g(x) ≤ 0 for the inequalities and both cones. */
export function inequalities(x: tf.Tensor, radius: tf.Tensor): tf.Tensor {
  const times = (M: tf.Tensor): tf.Tensor => tf.reshape(tf.matMul(M, tf.reshape(x, [n, 1])), [M.shape[0]]);
  const norm = (v: tf.Tensor): tf.Tensor => tf.sqrt(tf.sum(tf.square(v)));
  return tf.concat([
    tf.sub(times(G()), h()),
    tf.reshape(tf.sub(norm(x), radius), [1]),
    tf.reshape(tf.sub(norm(tf.add(times(F()), g())), tf.add(tf.sum(tf.mul(d(), x)), offset)), [1]),
  ]);
}

/** h(x) = 0 */
export function equalities(x: tf.Tensor): tf.Tensor {
  return tf.sub(tf.reshape(tf.matMul(E(), tf.reshape(x, [n, 1])), [5]), e());
}
