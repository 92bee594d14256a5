/** The ball of the largest-entry norm: [−radius, radius]ⁿ. */
import * as tf from '@tensorflow/tfjs';
import { demandNonNegative, elementwise, type Parameter } from './arguments.js';
import { clipped, supportBetween } from './box.js';
import { operation } from './piecewise.js';
import { type Support, withSupport } from './support.js';

const support: Support<Parameter | undefined> = (x, radius = 1, tolerance = 0) =>
  operation(() => {
    const { tensor } = elementwise('support of a linf ball', 'radius', radius, x.shape);
    return supportBetween(x, { lower: tf.neg(tensor), upper: tensor }, tolerance);
  });

/**
 * Each entry moved into [−radius, radius]. Derivatives as those of projectBox.
 *
 * @param x of any shape
 * @param radius 0 or more, broadcast to x
 * @throws InputError for a negative radius, NaN, shapes that do not fit
 */
export const projectLinfBall = withSupport(
  (x: tf.Tensor, radius: Parameter | undefined = 1): tf.Tensor =>
    operation(() => {
      const who = 'projectLinfBall';
      const radii = elementwise(who, 'radius', radius, x.shape);
      demandNonNegative(who, 'radius', radii);
      return clipped(who, x, { lower: tf.neg(radii.tensor), upper: radii.tensor });
    }),
  support,
);
