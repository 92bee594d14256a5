/** The proximal operator of the sum of magnitudes and half the sum of squares. */
import * as tf from '@tensorflow/tfjs';
import { type Parameter, supportNonzero, withSupport } from '../projection/index.js';
import { softThreshold } from './lasso.js';
import { strengthOf } from './strength.js';

export interface ElasticNetParameters {
  /** Of Σ|y|; 0 or more, broadcast to x. */
  readonly l1: Parameter;
  /** Of ½ Σ y²; 0 or more, broadcast to x. */
  readonly l2: Parameter;
}

/**
 * argmin over y of ½‖y − x‖² + scaling · (Σ l1 |y| + ½ Σ l2 y²) (Zou and Hastie, J. R. Stat. Soc. B 67, 2005).
 *
 * For scikit-learn's alpha and l1_ratio: l1 = alpha · l1_ratio, l2 = alpha · (1 − l1_ratio).
 *
 * @param x of any shape
 * @param scaling 0 or more: the step size of a proximal gradient method
 * @throws InputError for negative strengths, NaN, shapes that do not fit
 */
export const proxElasticNet = withSupport(
  (x: tf.Tensor, { l1, l2 }: ElasticNetParameters, scaling: Parameter = 1): tf.Tensor =>
    tf.tidy(() => {
      const { tensor, strength } = strengthOf('proxElasticNet', x, 'l1', l1, scaling);
      const quadratic = strengthOf('proxElasticNet', x, 'l2', l2, scaling).strength;
      return tf.div(softThreshold(tensor, strength), tf.add(1, quadratic));
    }),
  supportNonzero,
);
