/** The sparsemax loss of several classes: like the logistic one, but it can be exactly 0. */
import * as tf from '@tensorflow/tfjs';
import { type Parameter, projectSimplex } from '../projection/index.js';
import { fenchelYoungLoss } from './fenchel-young.js';
import { classesOf } from './labels.js';

const onSimplex = fenchelYoungLoss<Parameter | undefined>(projectSimplex);

/**
 * The Fenchel–Young loss of the projection onto the simplex (Martins and Astudillo, ICML 2016): one value a sample, with
 * the gradient projectSimplex(scores) − labels.
 *
 * @param labels class numbers [...], or probabilities of the classes [..., classes], which gradients flow to
 * @param scores [..., classes], finite
 * @throws InputError for shapes that do not fit, class numbers out of range
 */
export function sparsemaxLoss(labels: Parameter, scores: Parameter): tf.Tensor {
  return tf.tidy(() => {
    const { target, prediction } = classesOf('sparsemaxLoss', labels, scores);
    return onSimplex(target, prediction, 1);
  });
}
