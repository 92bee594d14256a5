/** The squared hinge loss of two classes. */
import * as tf from '@tensorflow/tfjs';
import type { Parameter } from '../projection/index.js';
import { shortfall } from './hinge.js';

/**
 * max(1 − (2 label − 1) score, 0)². On the kink (a margin of 1) the second derivative is 0.
 *
 * @param label 1 or 0, broadcast with the scores
 * @throws InputError for shapes that do not go together, labels outside 0 … 1
 */
export function squaredHingeLoss(label: Parameter, score: Parameter): tf.Tensor {
  return tf.tidy(() => tf.square(shortfall('squaredHingeLoss', label, score)));
}
