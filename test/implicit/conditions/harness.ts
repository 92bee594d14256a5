/** What the tests of conditions share: warnings that must not come, tensors that must not stay, small linear algebra. */
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, expect } from 'vitest';
import { onWarning } from '../../../src/message/index.js';
import { toFloat64 } from '../../../src/tensor/index.js';

/** Warnings of the running test; it fails if any are left at its end. */
export const warnings: string[] = [];

export function watch(): void {
  beforeEach(() => {
    warnings.length = 0;
    onWarning((message) => warnings.push(message));
    tf.engine().startScope();
  });
  afterEach(() => {
    tf.engine().endScope();
    onWarning(null);
    expect(warnings).toEqual([]);
  });
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
