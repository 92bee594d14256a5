/** The squared loss of regression. */
import * as tf from '@tensorflow/tfjs';
import type { Parameter } from '../projection/index.js';
import { pairOf } from './labels.js';

/**
 * ½ (prediction − target)², one value a prediction.
 *
 * @param target broadcast with the prediction
 * @throws InputError for shapes that do not go together
 */
export function squaredLoss(target: Parameter, prediction: Parameter): tf.Tensor {
  return tf.tidy(() => {
    const pair = pairOf('squaredLoss', ['target', 'prediction'], target, prediction);
    return tf.mul(0.5, tf.square(tf.sub(pair.prediction, pair.target)));
  });
}
