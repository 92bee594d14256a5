/** The proximal operator of the sum of entries that must not be negative. */
import * as tf from '@tensorflow/tfjs';
import { type Parameter, supportNonzero, withSupport } from '../projection/index.js';
import { strengthOf } from './strength.js';

/**
 * argmin over y ≥ 0 of ½‖y − x‖² + scaling · Σ l1 y, which is max(x − scaling · l1, 0). The derivative of an entry at
 * zero is 0, also of one that just gets there.
 *
 * @param x of any shape
 * @param l1 0 or more, broadcast to x
 * @param scaling 0 or more: the step size of a proximal gradient method
 * @throws InputError for negative strengths, NaN, shapes that do not fit
 */
export const proxNonNegativeLasso = withSupport(
  (x: tf.Tensor, l1: Parameter | undefined = 1, scaling: Parameter = 1): tf.Tensor =>
    tf.tidy(() => {
      const { tensor, strength } = strengthOf('proxNonNegativeLasso', x, 'l1', l1, scaling);
      return tf.relu(tf.sub(tensor, strength));
    }),
  supportNonzero,
);
