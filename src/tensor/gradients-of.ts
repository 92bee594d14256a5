/** tfjs's own gradients of a scalar, for parts of the library that differentiate inside tfjs. */
import * as tf from '@tensorflow/tfjs';

interface Gradients {
  readonly value: tf.Scalar;
  readonly grads: (tf.Tensor | null | undefined)[];
}

/**
 * The value of `f` and its gradient in each of `xs`, as `tf.grads` gives them, but for three things: an input that
 * the value does not depend on has no gradient in place of an error; nothing is left behind when `f` throws; and it
 * works in the forward pass of a custom gradient, where tfjs records nothing.
 */
export function gradientsOf(f: () => tf.Scalar, xs: tf.Tensor[]): Gradients {
  if (xs.length === 0) return { value: f(), grads: [] };
  return onTapeOfItsOwn(() => {
    const engine = tf.engine();
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
  });
}

/**
 * In a kernel, and a custom gradient's forward pass is one to tfjs, operations are not recorded, and gradients would
 * come out as zeros. There a tape of its own is begun; the outer one need not see it, because to the outer one the
 * kernel is a single operation.
 */
function onTapeOfItsOwn<T>(run: () => T): T {
  const { state } = tf.engine();
  if (state.kernelDepth === 0) return run();
  const { kernelDepth, gradientDepth, activeTape } = state;
  Object.assign(state, { kernelDepth: 0, gradientDepth: 0, activeTape: null });
  try {
    return run();
  } finally {
    Object.assign(state, { kernelDepth, gradientDepth, activeTape });
  }
}
