/** Huber's loss of regression: squared for small errors, linear for large ones. */
import * as tf from '@tensorflow/tfjs';
import { demand, type Parameter, tensorOf } from '../projection/index.js';
import { toFloat64 } from '../tensor/index.js';
import { pairOf } from './labels.js';

/**
 * ½ e² where |e| ≤ delta, else delta (|e| − ½ delta), with e = prediction − target (Huber, Ann. Math. Stat. 35, 1964). The
 * second derivative at |e| = delta is that of the square.
 *
 * @param target broadcast with the prediction
 * @param delta above 0 and finite
 * @throws InputError for shapes that do not go together, a delta of 0 or less or without end
 */
export function huberLoss(target: Parameter, prediction: Parameter, delta: Parameter = 1): tf.Tensor {
  return tf.tidy(() => {
    const pair = pairOf('huberLoss', ['target', 'prediction'], target, prediction);
    const width = tensorOf('huberLoss', 'delta', delta);
    const usable = (value: number): boolean => value > 0 && value < Infinity;
    demand('huberLoss', 'delta', toFloat64(width), width.shape, usable, 'above 0 and finite');
    const error = tf.sub(pair.prediction, pair.target);
    const size = tf.abs(error);
    const linear = tf.mul(width, tf.sub(size, tf.mul(0.5, width)));
    return tf.where(tf.lessEqual(size, width), tf.mul(0.5, tf.square(error)), linear);
  });
}
