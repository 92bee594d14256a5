/** tf.tidy for lists of tensors, typed, and without tfjs walking through whatever else a function returns. */
import * as tf from '@tensorflow/tfjs';

/** Frees every tensor that `run` made but the ones it returns. */
export function scoped(run: () => tf.Tensor[]): tf.Tensor[] {
  return tf.tidy(run);
}

/** The same for one tensor. */
export function scopedOne(run: () => tf.Tensor): tf.Tensor {
  return tf.tidy(run);
}
