/** The Birkhoff polytope: doubly stochastic matrices, the convex hull of the permutations. */
import type * as tf from '@tensorflow/tfjs';
import { InputError } from '../message/index.js';
import { supportNonzero, withSupport } from './support.js';
import { plans } from './transport.js';

/**
 * The nearest matrix P ≥ 0 whose rows and columns each add up to 1: `projectTransport` with all marginals 1.
 *
 * @param x [..., n, n], finite
 * @throws InputError for matrices that are not square, NaN or infinite values
 */
export const projectBirkhoff = withSupport((x: tf.Tensor, _parameters?: undefined): tf.Tensor => {
  const [m, n] = x.shape.slice(-2);
  if (x.rank < 2 || m !== n) {
    throw new InputError(
      `projectBirkhoff: x must be a square matrix, or a batch of them, found the shape [${x.shape}]`,
    );
  }
  const ones = new Float64Array(n).fill(1);
  return plans('projectBirkhoff', x, { rows: ones, columns: ones });
}, supportNonzero);
