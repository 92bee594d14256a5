/** The ball of the sum-of-magnitudes norm: the set behind sparse solutions. */
import type * as tf from '@tensorflow/tfjs';
import { demandNonNegative, type Parameter, vectorsOf, vectorwise } from './arguments.js';
import { ontoL1Sphere } from './l1-sphere.js';
import { operation } from './piecewise.js';
import { mask, type Support, withSupport } from './support.js';
import { shifted } from './threshold.js';

/** All entries of a vector inside the ball, those that are not zero of one on its surface. */
const support: Support<Parameter | undefined> = (x, radius = 1, tolerance = 0) =>
  operation(() => {
    const vectors = vectorsOf('support of an l1 ball', x);
    const radii = vectorwise('support of an l1 ball', 'radius', radius, vectors).values;
    const inside = Array.from(radii, (r, k) => {
      const row = vectors.values.subarray(k * vectors.width, (k + 1) * vectors.width);
      return l1Norm(row) < r * (1 - 1e-10) - tolerance;
    });
    return mask(x, (value, i) => inside[Math.floor(i / vectors.width)] || Math.abs(value) > tolerance);
  });

/**
 * The nearest point with Σ|p| ≤ radius, of each vector along the last axis.
 *
 * Inside the derivative is the identity; on the surface and outside it is that of the surface: entries that just reach
 * zero are held there.
 *
 * @param x [..., n], finite
 * @param radius 0 or more: a number, or one a vector
 * @throws InputError for a negative radius, NaN or infinite values, shapes that do not fit
 */
export const projectL1Ball = withSupport((x: tf.Tensor, radius: Parameter | undefined = 1): tf.Tensor => {
  const who = 'projectL1Ball';
  return operation(() => {
    const vectors = vectorsOf(who, x);
    const total = vectorwise(who, 'radius', radius, vectors);
    demandNonNegative(who, 'radius', total);
    return shifted(vectors, total, (row, k) => {
      if (l1Norm(row) >= total.values[k]) return ontoL1Sphere(row, total.values[k]);
      return { support: row.map(() => 1), signs: row.map(() => 0), values: row };
    });
  });
}, support);

function l1Norm(row: Float64Array): number {
  let sum = 0;
  for (const value of row) sum += Math.abs(value);
  return sum;
}
