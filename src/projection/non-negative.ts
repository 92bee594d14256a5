/** The non-negative orthant. */
import * as tf from '@tensorflow/tfjs';
import { anyTensor } from './arguments.js';
import { operation } from './piecewise.js';
import { supportNonzero, withSupport } from './support.js';

/**
 * max(x, 0), entry by entry. The derivative at 0 is 0: the entry is held.
 *
 * @param x of any shape
 * @throws InputError for NaN
 */
export const projectNonNegative = withSupport(
  (x: tf.Tensor, _parameters?: undefined): tf.Tensor =>
    operation(() => tf.relu(anyTensor('projectNonNegative', x).tensor)),
  supportNonzero,
);
