/** The logistic loss of several classes: the cross entropy of softmax. */
import * as tf from '@tensorflow/tfjs';
import type { Parameter } from '../projection/index.js';
import { logSoftmax } from '../tensor/index.js';
import { classesOf } from './labels.js';

/**
 * −Σ labels · logSoftmax(scores) along the last axis: one value a sample.
 *
 * @param labels class numbers [...], or weights of the classes [..., classes], which gradients flow to
 * @param scores [..., classes]
 * @throws InputError for shapes that do not fit, class numbers out of range
 */
export function multiclassLogisticLoss(labels: Parameter, scores: Parameter): tf.Tensor {
  return tf.tidy(() => {
    const { target, prediction } = classesOf('multiclassLogisticLoss', labels, scores);
    return tf.neg(tf.sum(tf.mul(target, logSoftmax(prediction)), -1));
  });
}
