/** The Euclidean sphere about the origin. */
import * as tf from '@tensorflow/tfjs';
import { InputError } from '../message/index.js';
import {
  demandNonNegative,
  fromHost,
  type Operand,
  type Parameter,
  place,
  type Vectors,
  vectorsOf,
  vectorwise,
} from './arguments.js';
import { operation, sumLast } from './piecewise.js';
import { supportAll, withSupport } from './support.js';

/**
 * x · radius / ‖x‖, of each vector along the last axis.
 *
 * @param x [..., n], finite
 * @param radius 0 or more: a number, or one a vector
 * @throws InputError for a zero vector, to which every point of the sphere is equally near; for a negative radius, NaN or
 *   infinite values, shapes that do not fit
 */
export const projectL2Sphere = withSupport((x: tf.Tensor, radius: Parameter | undefined = 1): tf.Tensor => {
  const who = 'projectL2Sphere';
  return operation(() => {
    const vectors = vectorsOf(who, x);
    const radii = vectorwise(who, 'radius', radius, vectors);
    demandNonNegative(who, 'radius', radii);
    const zero = largest(vectors).indexOf(0);
    if (zero >= 0) {
      throw new InputError(
        `${who}: the vector${place(zero, vectors.batch)} is zero, and every point of the sphere is equally near to it; ` +
          'move it off the centre',
      );
    }
    return ontoL2Sphere(vectors, radii);
  });
}, supportAll);

/** Vectors scaled to their radii; what is divided by the largest entry first neither overflows nor underflows. */
export function ontoL2Sphere(x: Vectors, radii: Operand): tf.Tensor {
  const unit = tf.div(x.tensor, fromHost(largest(x), [...x.batch, 1]));
  return tf.mul(radii.tensor, tf.div(unit, tf.sqrt(sumLast(tf.square(unit)))));
}

/** The largest magnitude of each vector. */
function largest({ values, count, width }: Vectors): Float64Array {
  return Float64Array.from({ length: count }, (_, k) => {
    let top = 0;
    for (let i = k * width; i < (k + 1) * width; i++) top = Math.max(top, Math.abs(values[i]));
    return top;
  });
}
