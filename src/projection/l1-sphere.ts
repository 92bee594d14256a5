/** The sphere of the sum-of-magnitudes norm. It is not convex: a nearest point need not be the only one. */
import type * as tf from '@tensorflow/tfjs';
import { demandNonNegative, type Parameter, vectorsOf, vectorwise } from './arguments.js';
import { operation } from './piecewise.js';
import { supportNonzero, withSupport } from './support.js';
import { type Piece, shifted, threshold } from './threshold.js';

/**
 * A nearest point with Σ|p| = radius, of each vector along the last axis: the magnitudes projected onto a simplex, with
 * the signs of x. Where x lies inside the sphere a zero entry may go either way; it goes up.
 *
 * @param x [..., n], finite
 * @param radius 0 or more: a number, or one a vector
 * @throws InputError for a negative radius, NaN or infinite values, shapes that do not fit
 */
export const projectL1Sphere = withSupport((x: tf.Tensor, radius: Parameter | undefined = 1): tf.Tensor => {
  const who = 'projectL1Sphere';
  return operation(() => {
    const vectors = vectorsOf(who, x);
    const total = vectorwise(who, 'radius', radius, vectors);
    demandNonNegative(who, 'radius', total);
    return shifted(vectors, total, (row, k) => ontoL1Sphere(row, total.values[k]));
  });
}, supportNonzero);

export function ontoL1Sphere(row: Float64Array, radius: number): Piece {
  const { support, projected } = threshold(row.map(Math.abs), radius);
  const signed = (magnitude: number, i: number): number => (row[i] < 0 ? 0 - magnitude : magnitude);
  return { support, signs: support.map(signed), values: projected.map(signed) };
}
