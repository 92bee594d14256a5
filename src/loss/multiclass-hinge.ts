/** The hinge loss of several classes. */
import * as tf from '@tensorflow/tfjs';
import type { Parameter } from '../projection/index.js';
import { classesOf } from './labels.js';

/**
 * max over classes of (score + 1 − label) − Σ label · score, one value a sample (Crammer and Singer, J. Mach. Learn. Res. 2,
 * 2001). Classes that tie for the maximum share the derivative equally.
 *
 * @param labels class numbers [...], or one-hot [..., classes]
 * @param scores [..., classes]
 * @throws InputError for shapes that do not fit, class numbers out of range
 */
export function multiclassHingeLoss(labels: Parameter, scores: Parameter): tf.Tensor {
  return tf.tidy(() => {
    const { target, prediction } = classesOf('multiclassHingeLoss', labels, scores);
    const worst = tf.max(tf.add(prediction, tf.sub(1, target)), -1);
    return tf.sub(worst, tf.sum(tf.mul(target, prediction), -1));
  });
}
