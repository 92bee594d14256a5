/** The points with ⟨normal, p⟩ = offset. */
import * as tf from '@tensorflow/tfjs';
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
  /** ⟨a, x⟩ − b of each vector. */
  readonly excess: Float64Array;
}

/** The checked arguments of a projection onto a hyperplane or a half-space. */
export function planeOf(who: string, x: tf.Tensor, parameters: HyperplaneParameters): Plane {
  const vectors = vectorsOf(who, x);
  const normal = elementwise(who, 'normal', parameters.normal, vectors.shape);
  demand(who, 'normal', normal.own, normal.ownShape, Number.isFinite, 'finite');
  const offset = vectorwise(who, 'offset', parameters.offset, vectors);
  const { width } = vectors;
  const excess = offset.values.map((b, k) => {
    const a = normal.values.subarray(k * width, (k + 1) * width);
    if (a.every((value) => value === 0)) {
      throw new InputError(
        `${who}: the normal${place(k, vectors.batch)} is zero, which makes no plane; give one that is not`,
      );
    }
    return a.reduce((sum, value, i) => sum + value * vectors.values[k * width + i], 0) - b;
  });
  return { x: vectors, normal, offset, excess };
}

/** What has to be subtracted from x to reach the plane. */
export function step({ x, normal, offset }: Plane): tf.Tensor {
  // A normal that is broadcast along the vector counts in every entry.
  const a = tf.mul(normal.tensor, fromHost(new Float64Array(x.width).fill(1), [x.width]));
  const excess = tf.sub(sumLast(tf.mul(a, x.tensor)), offset.tensor);
  return tf.mul(tf.div(excess, sumLast(tf.square(a))), a);
}
