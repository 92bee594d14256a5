/** Boxes: every entry between two bounds of its own. */
import * as tf from '@tensorflow/tfjs';
import { InputError } from '../message/index.js';
import { anyTensor, elementwise, type Parameter, place } from './arguments.js';
import { operation } from './piecewise.js';
import { mask, type Support, withSupport } from './support.js';

export interface BoxParameters {
  /** Broadcast to x; −Infinity for none. */
  readonly lower: Parameter;
  /** Broadcast to x; Infinity for none. */
  readonly upper: Parameter;
}

/** Entries strictly between their bounds. */
export const supportBetween: Support<BoxParameters> = (x, { lower, upper }, tolerance = 0) =>
  operation(() => {
    const low = elementwise('support of a box', 'lower', lower, x.shape).values;
    const high = elementwise('support of a box', 'upper', upper, x.shape).values;
    return mask(x, (value, i) => value > low[i] + tolerance && value < high[i] - tolerance);
  });

/**
 * Each entry moved into [lower, upper].
 *
 * An entry at or beyond a bound has the derivative of the bound, one strictly between them its own.
 *
 * @param x of any shape
 * @throws InputError where lower > upper, for NaN, for bounds that do not broadcast to x
 */
export const projectBox = withSupport(
  (x: tf.Tensor, parameters: BoxParameters): tf.Tensor => clipped('projectBox', x, parameters),
  supportBetween,
);

/** What projectBox does, under the name of the caller. */
export function clipped(who: string, x: tf.Tensor, { lower, upper }: BoxParameters): tf.Tensor {
  return operation(() => {
    const { tensor } = anyTensor(who, x);
    const low = elementwise(who, 'lower', lower, x.shape);
    const high = elementwise(who, 'upper', upper, x.shape);
    demandOrdered(who, low.values, high.values, x.shape);
    // tfjs has no gradient of a choice among nothing.
    if (x.size === 0) return tf.clone(tensor);
    const held = tf.where(tf.greaterEqual(tensor, high.tensor), high.tensor, tensor);
    return tf.where(tf.lessEqual(tensor, low.tensor), low.tensor, held);
  });
}

/** @throws InputError where lower > upper */
export function demandOrdered(
  who: string,
  lower: Float64Array,
  upper: Float64Array,
  shape: readonly number[],
): void {
  for (let i = 0; i < lower.length; i++) {
    if (lower[i] > upper[i]) {
      throw new InputError(
        `${who}: the box is empty${place(i, shape)}, where lower = ${lower[i]} is above upper = ${upper[i]}; ` +
          'exchange them, or drop one',
      );
    }
  }
}
