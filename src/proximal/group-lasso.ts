/** The proximal operator of the sum of Euclidean norms of groups: whole groups become zero. */
import * as tf from '@tensorflow/tfjs';
import { maxAbs, norm2 } from '../linear/index.js';
import {
  demandNonNegative,
  fromHost,
  type Parameter,
  supportGroupNonzero,
  vectorsOf,
  vectorwise,
  withSupport,
} from '../projection/index.js';

/**
 * argmin over y of ½‖y − x‖² + scaling · Σ l2 ‖y_g‖, the groups being the vectors along the last axis:
 * y_g = max(1 − scaling · l2 / ‖x_g‖, 0) x_g (Yuan and Lin, J. R. Stat. Soc. B 68, 2006).
 *
 * The derivative of a group that becomes zero is 0, also of one that just does. For groups of other kinds, gather and
 * pad their entries (with zeros) into rows.
 *
 * @param x [..., n], finite
 * @param l2 0 or more: a number, or one a group
 * @param scaling 0 or more: the step size of a proximal gradient method
 * @throws InputError for negative strengths, NaN, shapes that do not fit
 */
export const proxGroupLasso = withSupport(
  (x: tf.Tensor, l2: Parameter | undefined = 1, scaling: Parameter = 1): tf.Tensor =>
    tf.tidy(() => {
      const who = 'proxGroupLasso';
      const groups = vectorsOf(who, x);
      const { values, width, batch } = groups;
      const strength = vectorwise(who, 'l2', l2, groups);
      const factor = vectorwise(who, 'scaling', scaling, groups);
      demandNonNegative(who, 'l2', strength);
      demandNonNegative(who, 'scaling', factor);
      const zero = new Float64Array(groups.count);
      const shrunk = new Float64Array(groups.count);
      const largest = new Float64Array(groups.count).fill(1);
      for (let k = 0; k < groups.count; k++) {
        const group = values.subarray(k * width, (k + 1) * width);
        const norm = norm2(group);
        const threshold = strength.values[k] * factor.values[k];
        if (norm === 0) zero[k] = 1;
        else largest[k] = maxAbs(group);
        if (threshold > 0) shrunk[k] = norm > threshold ? 1 : 0;
        else shrunk[k] = 1;
      }
      const selector = (chosen: Float64Array) => fromHost(chosen, [...batch, 1]);
      // Divided by its largest entry first, a group has squares that neither overflow nor underflow.
      const unit = tf.div(groups.tensor, selector(largest));
      const squares = tf.sum(tf.square(unit), -1, true);
      const direction = tf.div(unit, tf.sqrt(tf.add(squares, selector(zero))));
      const threshold = tf.mul(strength.tensor, factor.tensor);
      return tf.mul(selector(shrunk), tf.sub(groups.tensor, tf.mul(threshold, direction)));
    }),
  supportGroupNonzero,
);
