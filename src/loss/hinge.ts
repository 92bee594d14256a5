/** The hinge loss of two classes: that of support vector machines. */
import * as tf from '@tensorflow/tfjs';
import type { Parameter } from '../projection/index.js';
import { binaryOf } from './labels.js';

/**
 * max(1 − (2 label − 1) score, 0). On the kink (a margin of 1) the derivative is 0.
 *
 * @param label 1 or 0, broadcast with the scores
 * @throws InputError for shapes that do not go together, labels outside 0 … 1
 */
export function hingeLoss(label: Parameter, score: Parameter): tf.Tensor {
  return tf.tidy(() => shortfall('hingeLoss', label, score));
}

/** What is missing to a margin of 1. */
export function shortfall(who: string, label: Parameter, score: Parameter): tf.Tensor {
  const { target, prediction } = binaryOf(who, label, score, 'score');
  return tf.relu(tf.sub(1, tf.mul(tf.sub(tf.mul(2, target), 1), prediction)));
}
