/** The simplex. With scale 1: probabilities, and the map known as sparsemax. */
import type * as tf from '@tensorflow/tfjs';
import { demandNonNegative, type Parameter, vectorsOf, vectorwise } from './arguments.js';
import { operation } from './piecewise.js';
import { supportNonzero, withSupport } from './support.js';
import { shifted, threshold } from './threshold.js';

/**
 * The nearest point with p ≥ 0 and Σp = scale, of each vector along the last axis.
 *
 * The derivative is s ↦ s − mean of s over the support, on the support (Martins and Astudillo, ICML 2016); an
 * entry that just reaches zero is not in the support.
 *
 * @param x [..., n], finite
 * @param scale 0 or more: a number, or one a vector
 * @throws InputError for a negative scale, NaN or infinite values, shapes that do not fit
 */
export const projectSimplex = withSupport((x: tf.Tensor, scale: Parameter | undefined = 1): tf.Tensor => {
  const who = 'projectSimplex';
  return operation(() => {
    const vectors = vectorsOf(who, x);
    const total = vectorwise(who, 'scale', scale, vectors);
    demandNonNegative(who, 'scale', total);
    return shifted(vectors, total, (row, k) => {
      const { support, projected } = threshold(row, total.values[k]);
      return { support, signs: support, values: projected };
    });
  });
}, supportNonzero);
