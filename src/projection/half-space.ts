/** The points with ⟨normal, p⟩ ≤ offset. */
import * as tf from '@tensorflow/tfjs';
import { fromHost } from './arguments.js';
import { type HyperplaneParameters, planeOf, step } from './hyperplane.js';
import { operation } from './piecewise.js';
import { supportAll, withSupport } from './support.js';

/**
 * x where ⟨a, x⟩ < b, else its projection onto the hyperplane, of each vector along the last axis. On the plane itself
 * the derivative is that of the hyperplane.
 *
 * @param x [..., n], finite
 * @throws InputError for a zero normal, NaN or infinite values, shapes that do not fit
 */
export const projectHalfSpace = withSupport(
  (x: tf.Tensor, parameters: HyperplaneParameters): tf.Tensor =>
    operation(() => {
      const plane = planeOf('projectHalfSpace', x, parameters);
      const outside = fromHost(
        plane.excess.map((value) => (value >= 0 ? 1 : 0)),
        [...plane.x.batch, 1],
      );
      return tf.sub(plane.x.tensor, tf.mul(outside, step(plane)));
    }),
  supportAll,
);
