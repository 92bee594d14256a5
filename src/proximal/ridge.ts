/** The proximal operator of half the sum of squares. */
import * as tf from '@tensorflow/tfjs';
import { type Parameter, supportAll, withSupport } from '../projection/index.js';
import { strengthOf } from './strength.js';

/**
 * argmin over y of ½‖y − x‖² + scaling · ½ Σ l2 y², which is x / (1 + scaling · l2).
 *
 * @param x of any shape
 * @param l2 0 or more, broadcast to x
 * @param scaling 0 or more: the step size of a proximal gradient method
 * @throws InputError for negative strengths, NaN, shapes that do not fit
 */
export const proxRidge = withSupport(
  (x: tf.Tensor, l2: Parameter | undefined = 1, scaling: Parameter = 1): tf.Tensor =>
    tf.tidy(() => {
      const { tensor, strength } = strengthOf('proxRidge', x, 'l2', l2, scaling);
      return tf.div(tensor, tf.add(1, strength));
    }),
  supportAll,
);
