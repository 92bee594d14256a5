/** What the tests of conditions share: warnings that must not come, tensors that must not stay, small linear algebra. */
import * as tf from '@tensorflow/tfjs';
import { afterEach, expect } from 'vitest';
import { toFloat64 } from '../../../src/tensor/index.js';
import { watched } from '../../support/watched.js';

/** No warning may be left at the end of a test. @returns the warnings of the running test */
export function watch(): string[] {
  const { warnings } = watched();
  afterEach(() => expect(warnings).toEqual([]));
  return warnings;
}

export const number = (tensor: tf.Tensor): number => toFloat64(tensor)[0];

/** The largest |aᵢ − bᵢ| over the largest |bᵢ|. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let most = 0;
  let size = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i] - b[i]);
    if (!(difference <= most)) most = difference;
    size = Math.max(size, Math.abs(b[i]));
  }
  return size > 0 ? most / size : most;
}

/** M v for M [m, n]. */
export function times(M: tf.Tensor, v: tf.Tensor): tf.Tensor {
  return tf.reshape(tf.matMul(M, tf.reshape(v, [v.size, 1])), [M.shape[0]]);
}

/** Mᵀ w */
export function timesTransposed(M: tf.Tensor, w: tf.Tensor): tf.Tensor {
  return tf.reshape(tf.matMul(tf.reshape(w, [1, w.size]), M), [M.shape[1] as number]);
}
