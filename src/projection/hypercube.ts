/** The hypercube [0, unit]ⁿ. */
import type * as tf from '@tensorflow/tfjs';
import { demandNonNegative, elementwise, type Parameter } from './arguments.js';
import { clipped, supportBetween } from './box.js';
import { operation } from './piecewise.js';
import { withSupport } from './support.js';

/**
 * Each entry moved into [0, unit]. Derivatives as those of projectBox.
 *
 * @param x of any shape
 * @param unit 0 or more, broadcast to x
 * @throws InputError for a negative unit, NaN, shapes that do not fit
 */
export const projectHypercube = withSupport(
  (x: tf.Tensor, unit: Parameter | undefined = 1): tf.Tensor =>
    operation(() => {
      const who = 'projectHypercube';
      const upper = elementwise(who, 'unit', unit, x.shape);
      demandNonNegative(who, 'unit', upper);
      return clipped(who, x, { lower: 0, upper: upper.tensor });
    }),
  (x, unit = 1, tolerance = 0) => supportBetween(x, { lower: 0, upper: unit }, tolerance),
);
