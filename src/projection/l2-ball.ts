/** The Euclidean ball about the origin. */
import * as tf from '@tensorflow/tfjs';
import { norm2 } from '../linear/index.js';
import { demandNonNegative, fromHost, type Parameter, vectorsOf, vectorwise } from './arguments.js';
import { ontoL2Sphere } from './l2-sphere.js';
import { operation } from './piecewise.js';
import { supportAll, withSupport } from './support.js';

/**
 * x where ‖x‖ < radius, else x · radius / ‖x‖, of each vector along the last axis.
 *
 * On the surface the derivative is that of outside: along the surface. A ball of radius 0 is a point, whose
 * derivative with respect to x is zero.
 *
 * @param x [..., n], finite
 * @param radius 0 or more: a number, or one a vector
 * @throws InputError for a negative radius, NaN or infinite values, shapes that do not fit
 */
export const projectL2Ball = withSupport((x: tf.Tensor, radius: Parameter | undefined = 1): tf.Tensor => {
  const who = 'projectL2Ball';
  return operation(() => {
    const vectors = vectorsOf(who, x);
    const radii = vectorwise(who, 'radius', radius, vectors);
    demandNonNegative(who, 'radius', radii);
    const { width, batch } = vectors;
    const norms = radii.values.map((_, k) => norm2(vectors.values.subarray(k * width, (k + 1) * width)));
    const inside = norms.map((norm, k) => (norm < radii.values[k] ? 1 : 0));
    const centre = norms.map((norm) => (norm === 0 ? 1 : 0));
    const selector = (chosen: Float64Array) => fromHost(chosen, [...batch, 1]);
    // A zero vector would divide by zero; what stands in for it is not used.
    const safe = tf.add(vectors.tensor, selector(centre));
    const outer = ontoL2Sphere({ ...vectors, tensor: safe, values: filledCentres(vectors, centre) }, radii);
    const outside = selector(inside.map((within, k) => (within === 1 || centre[k] === 1 ? 0 : 1)));
    return tf.add(tf.mul(selector(inside), vectors.tensor), tf.mul(outside, outer));
  });
}, supportAll);

function filledCentres(x: { values: Float64Array; width: number }, centre: Float64Array): Float64Array {
  return x.values.map((value, i) => value + centre[Math.floor(i / x.width)]);
}
