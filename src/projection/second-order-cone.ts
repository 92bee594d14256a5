/** The second-order (Lorentz, ice-cream) cone. */
import * as tf from '@tensorflow/tfjs';
import { maxAbs, norm2 } from '../linear/index.js';
import { InputError } from '../message/index.js';
import { fromHost, vectorsOf } from './arguments.js';
import { operation, sumLast } from './piecewise.js';
import { supportAll, withSupport } from './support.js';

/**
 * The nearest point of {(t, z) : ‖z‖ ≤ t}, of each vector (t, z₁, …) along the last axis.
 *
 * (t, z) itself where ‖z‖ < t, 0 where ‖z‖ ≤ −t, else ½(‖z‖ + t)(1, z/‖z‖) (Parikh and Boyd, "Proximal algorithms",
 * 2014, section 6.3.2). On the surface of the cone the derivative is that of outside, on that of the polar cone it is 0.
 *
 * @param x [..., n] with n ≥ 2, finite
 * @throws InputError for vectors of fewer than 2 entries, NaN or infinite values
 */
export const projectSecondOrderCone = withSupport((x: tf.Tensor, _parameters?: undefined): tf.Tensor => {
  const who = 'projectSecondOrderCone';
  return operation(() => {
    const { tensor, values, batch, count, width } = vectorsOf(who, x);
    if (width < 2) {
      throw new InputError(
        `${who}: a vector is (t, z₁, …) with 2 entries or more, found the shape [${x.shape}]`,
      );
    }
    const inside = new Float64Array(count);
    const outside = new Float64Array(count);
    const largest = new Float64Array(count).fill(1);
    for (let k = 0; k < count; k++) {
      const t = values[k * width];
      const rest = values.subarray(k * width + 1, (k + 1) * width);
      const norm = norm2(rest);
      largest[k] = maxAbs(rest) || 1;
      if (norm < t) inside[k] = 1;
      else if (norm > -t) outside[k] = 1;
    }
    const selector = (chosen: Float64Array) => fromHost(chosen, [...batch, 1]);
    const start = batch.map(() => 0);
    const t = tf.slice(tensor, [...start, 0], [...batch, 1]);
    const z = tf.slice(tensor, [...start, 1], [...batch, width - 1]);
    const elsewhere = selector(outside.map((value) => 1 - value));
    // Divided by its largest entry first, z has squares that neither overflow nor underflow.
    const size = selector(largest);
    const unit = tf.div(z, size);
    const length = tf.sqrt(tf.add(sumLast(tf.square(unit)), elsewhere));
    const height = tf.mul(tf.add(tf.mul(length, size), t), fromHost(Float64Array.of(0.5), []));
    const surface = tf.concat([height, tf.mul(height, tf.div(unit, length))], -1);
    return tf.add(tf.mul(selector(inside), tensor), tf.mul(selector(outside), surface));
  });
}, supportAll);
