/** Constants of activation functions, and how a constant with many digits enters a tfjs expression. */
import * as tf from '@tensorflow/tfjs';
import { isDoublePrecision } from './backend.js';

/** Klambauer et al., "Self-Normalizing Neural Networks" (NIPS 2017), equations 14 of the appendix. */
export const SELU_ALPHA = 1.6732632423543772;
export const SELU_SCALE = 1.0507009873554805;

/** A scalar tensor of the backend in use: in double precision where that backend has it. */
export function constant(value: number): tf.Scalar {
  const backend = tf.backend();
  const values = isDoublePrecision(backend) ? Float64Array.of(value) : Float32Array.of(value);
  return tf.engine().makeTensor(values as Float32Array, [], 'float32', backend) as tf.Scalar;
}
