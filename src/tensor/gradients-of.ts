/** tfjs's own gradients of a scalar, for parts of the library that differentiate inside tfjs. */
import * as tf from '@tensorflow/tfjs';

/**
 * The value of `f` and its gradient in each of `xs`, as `tf.grads` gives them, but for two things: an input that the
 * value does not depend on has no gradient in place of an error, and nothing is left behind when `f` throws.
 */
export function gradientsOf(
  f: () => tf.Scalar,
  xs: tf.Tensor[],
): { value: tf.Scalar; grads: (tf.Tensor | null | undefined)[] } {
  const engine = tf.engine();
  if (xs.length === 0) return { value: f(), grads: [] };
  try {
    return engine.gradients(f, xs, undefined, true);
  } catch (error) {
    const { state } = engine;
    if (state.gradientDepth === 0) {
      for (const node of state.activeTape ?? []) for (const saved of node.saved ?? []) saved.dispose();
      state.activeTape = [];
    }
    throw error;
  }
}
