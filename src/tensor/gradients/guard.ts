/**
 * Keeps a wrong second derivative from passing for a right one.
 *
 * A gradient that uses a saved result of its forward pass is right once. Differentiated again it is wrong, without
 * an error, because tfjs takes the saved result for a constant. A gradient that runs under this guard throws when
 * such a result enters an operation which is being recorded for another derivative.
 */
import * as tf from '@tensorflow/tfjs';

/** The depth of recording at which only the cotangent varies, so that a saved result is a constant indeed. */
let linearDepth: number | null = null;

/**
 * Runs a backward pass that will be differentiated with respect to its cotangent only.
 * (Only the outermost one may be let pass: under another tape the saved results vary after all.)
 */
export function linearPass<T>(pass: () => T): T {
  const { gradientDepth } = tf.engine().state;
  if (gradientDepth !== 1 || linearDepth !== null) return pass();
  linearDepth = gradientDepth;
  try {
    return pass();
  } finally {
    linearDepth = null;
  }
}

/** Runs code that has tapes of its own, to which what is known of the outer one does not apply. */
export function withoutLinearPass<T>(run: () => T): T {
  const outer = linearDepth;
  linearDepth = null;
  try {
    return run();
  } finally {
    linearDepth = outer;
  }
}

/**
 * Runs part of a backward pass and throws when it used one of `results` in a recorded operation.
 *
 * @param name of the operation whose gradient it is, for the message
 */
export function guarded<T>(name: string, results: readonly tf.Tensor[], pass: () => T): T {
  const { state } = tf.engine();
  if (results.length === 0 || state.gradientDepth === 0 || state.gradientDepth === linearDepth) return pass();
  const constants = new Set(results.map((tensor) => tensor.id));
  const recorded = state.activeTape.length;
  const given = pass();
  const returned = [given].flat().some((item) => item instanceof tf.Tensor && constants.has(item.id));
  const used = state.activeTape
    .slice(recorded)
    .some((node) => Object.values(node.inputs).some((input) => constants.has(input.id)));
  if (returned || used) {
    throw new Error(
      `the gradient of ${name} cannot be differentiated again: it uses a result that it saved, which tfjs would ` +
        'take for a constant, and the second derivative would be wrong. Build the function from ops whose ' +
        'gradients save their inputs, or use the version in src/tensor where there is one (logSoftmax, ' +
        'softmaxCrossEntropy)',
    );
  }
  return given;
}
