/** The points with ⟨normal, p⟩ = offset. */
import * as tf from '@tensorflow/tfjs';
import { maxAbs } from '../linear/index.js';
import { InputError } from '../message/index.js';
import {
  demand,
  elementwise,
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

export interface HyperplaneParameters {
  /** [n], or one a vector; not zero, of any length. */
  readonly normal: Parameter;
  /** A number, or one a vector. */
  readonly offset: Parameter;
}

/**
 * x − (⟨a, x⟩ − b) / ‖a‖² · a, of each vector along the last axis.
 *
 * @param x [..., n], finite
 * @throws InputError for a zero normal, NaN or infinite values, shapes that do not fit
 */
export const projectHyperplane = withSupport(
  (x: tf.Tensor, parameters: HyperplaneParameters): tf.Tensor =>
    operation(() => {
      const plane = planeOf('projectHyperplane', x, parameters);
      return tf.sub(plane.x.tensor, step(plane));
    }),
  supportAll,
);

export interface Plane {
  readonly x: Vectors;
  readonly normal: Operand;
  readonly offset: Operand;
  /** The largest magnitude in each normal: divided by it, no square of the normal overflows or underflows. */
  readonly lengths: Float64Array;
  /** (⟨a, x⟩ − b) / length of each vector. */
  readonly excess: Float64Array;
}

/** The checked arguments of a projection onto a hyperplane or a half-space. */
export function planeOf(who: string, x: tf.Tensor, parameters: HyperplaneParameters): Plane {
  const vectors = vectorsOf(who, x);
  const normal = elementwise(who, 'normal', parameters.normal, vectors.shape);
  demand(who, 'normal', normal.own, normal.ownShape, Number.isFinite, 'finite');
  const offset = vectorwise(who, 'offset', parameters.offset, vectors);
  const { width } = vectors;
  const lengths = new Float64Array(vectors.count);
  const excess = offset.values.map((b, k) => {
    const a = normal.values.subarray(k * width, (k + 1) * width);
    lengths[k] = maxAbs(a);
    if (lengths[k] === 0) {
      throw new InputError(
        `${who}: the normal${place(k, vectors.batch)} is zero, which makes no plane; give one that is not`,
      );
    }
    const product = a.reduce(
      (sum, value, i) => sum + (value / lengths[k]) * vectors.values[k * width + i],
      0,
    );
    return product - b / lengths[k];
  });
  return { x: vectors, normal, offset, lengths, excess };
}

/** What has to be subtracted from x to reach the plane. */
export function step({ x, normal, offset, lengths }: Plane): tf.Tensor {
  const length = fromHost(lengths, [...x.batch, 1]);
  // A normal that is broadcast along the vector counts in every entry.
  const whole = tf.mul(normal.tensor, fromHost(new Float64Array(x.width).fill(1), [x.width]));
  const a = tf.div(whole, length);
  const excess = tf.sub(sumLast(tf.mul(a, x.tensor)), tf.div(offset.tensor, length));
  return tf.mul(tf.div(excess, sumLast(tf.square(a))), a);
}
