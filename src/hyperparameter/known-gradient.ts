/**
 * An objective that is known by its gradient, for the conditions of src/implicit: they use nothing else of it. Written
 * down, a gradient takes half the work of the one that tfjs makes by going back through the value.
 */
import * as tf from '@tensorflow/tfjs';
import { constant } from '../tensor/index.js';

/**
 * A scalar function whose value is always zero, and whose gradient in x is `slope(x, hyper)`, in tfjs operations. Its
 * derivative in hyper is not defined by that, and comes out as zero; the derivatives of the gradient are those of `slope`.
 */
export function knownByGradient<H>(
  slope: (x: tf.Tensor, hyper: H) => tf.Tensor,
): (x: tf.Tensor, hyper: H) => tf.Tensor {
  return (x, hyper) =>
    tf.customGrad((given, save) => {
      (save as tf.GradSaveFunc)([given as tf.Tensor]);
      return {
        value: constant(0),
        gradFunc: (cotangent: tf.Tensor, [at]: tf.Tensor[]) => tf.mul(slope(at, hyper), cotangent),
      };
    })(x);
}
