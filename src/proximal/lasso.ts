/** The proximal operator of the sum of magnitudes: soft thresholding. */
import * as tf from '@tensorflow/tfjs';
import { type Parameter, supportNonzero, withSupport } from '../projection/index.js';
import { strengthOf } from './strength.js';

/**
 * argmin over y of ½‖y − x‖² + scaling · Σ l1 |y|: entries within scaling · l1 of zero become zero, others move that much
 * towards it.
 *
 * The derivative of an entry that becomes zero is 0, also of one that just does.
 *
 * @param x of any shape
 * @param l1 0 or more, broadcast to x
 * @param scaling 0 or more: the step size of a proximal gradient method
 * @throws InputError for negative strengths, NaN, shapes that do not fit
 */
export const proxLasso = withSupport(
  (x: tf.Tensor, l1: Parameter | undefined = 1, scaling: Parameter = 1): tf.Tensor =>
    tf.tidy(() => {
      const { tensor, strength } = strengthOf('proxLasso', x, 'l1', l1, scaling);
      return softThreshold(tensor, strength);
    }),
  supportNonzero,
);

/** Held at zero are entries with |x| ≤ strength; where the strength is 0 nothing is held. */
export function softThreshold(x: tf.Tensor, strength: tf.Tensor): tf.Tensor {
  const held = tf.logicalAnd(tf.lessEqual(tf.abs(x), strength), tf.greater(strength, 0));
  return tf.where(held, tf.zerosLike(x), tf.sub(x, tf.mul(tf.sign(x), strength)));
}
