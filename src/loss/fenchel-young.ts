/** Losses made from projections. */
import * as tf from '@tensorflow/tfjs';
import { InputError } from '../message/index.js';
import { type Parameter, type Projection, tensorOf } from '../projection/index.js';

/**
 * The Fenchel–Young loss of ½‖·‖² on a convex set C (Blondel, Martins and Niculae, J. Mach. Learn. Res. 21, 2020): with p
 * the projection of the scores onto C,
 *   max over q in C of (⟨q, scores⟩ − ½‖q‖²) + ½‖target‖² − ⟨target, scores⟩ = ½‖target − p‖² + ⟨target − p, p − scores⟩.
 * It is convex in the scores, 0 exactly where p is the target, and its gradient is p − target.
 *
 * @param projection onto C, of vectors along the last axis (or of matrices along the last two)
 * @param axes how many axes at the end make up one point of C: 1, or 2 for matrices
 * @returns target, scores, parameters of the projection ↦ one value a point
 */
export function fenchelYoungLoss<P>(
  projection: Projection<P>,
  axes: 1 | 2 = 1,
): (target: Parameter, scores: tf.Tensor, parameters: P) => tf.Tensor {
  return (target, scores, parameters) =>
    tf.tidy(() => {
      const wanted = tensorOf('fenchelYoungLoss', 'target', target);
      const last = Array.from({ length: axes }, (_, k) => k - axes);
      const nearest = projection(scores, parameters);
      if (!tf.util.arraysEqual(wanted.shape, nearest.shape)) {
        throw new InputError(
          `fenchelYoungLoss: the target must be of the scores' shape [${nearest.shape}], found [${wanted.shape}]`,
        );
      }
      const away = tf.sub(wanted, nearest);
      // Both terms are 0 or more for a target in C: nothing cancels.
      const linear = tf.mul(away, tf.sub(nearest, scores));
      return tf.sum(tf.add(tf.mul(0.5, tf.square(away)), linear), last);
    });
}
