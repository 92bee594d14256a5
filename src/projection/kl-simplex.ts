/** The simplex in the geometry of the Kullback–Leibler divergence: softmax. The mirror map of mirror descent. */
import * as tf from '@tensorflow/tfjs';
import { demand, type Parameter, vectorsOf, vectorwise } from './arguments.js';
import { operation } from './piecewise.js';
import { supportAll, withSupport } from './support.js';

/**
 * argmin over {p > 0, Σp = scale} of KL(p, exp(x)) = Σ p (log p − x) − p + exp(x), which is scale · softmax(x), of each
 * vector along the last axis. To project a positive vector y, give x = log y: scale · y / Σy.
 *
 * @param x [..., n], finite: logarithms
 * @param scale above 0: a number, or one a vector
 * @throws InputError for a scale of 0 or less, NaN or infinite values, shapes that do not fit
 */
export const projectKlSimplex = withSupport((x: tf.Tensor, scale: Parameter | undefined = 1): tf.Tensor => {
  const who = 'projectKlSimplex';
  return operation(() => {
    const vectors = vectorsOf(who, x);
    const total = vectorwise(who, 'scale', scale, vectors);
    demand(who, 'scale', total.own, total.ownShape, (value) => value > 0, 'above 0');
    return tf.mul(total.tensor, tf.softmax(vectors.tensor));
  });
}, supportAll);
