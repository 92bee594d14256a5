/** The logistic loss of two classes. */
import * as tf from '@tensorflow/tfjs';
import type { Parameter } from '../projection/index.js';
import { binaryOf } from './labels.js';

/**
 * log(1 + exp(±logit)): minus the logarithm of the probability that 1/(1 + exp(−logit)) gives the label.
 *
 * @param label 1 or 0; or anything between, a probability. Broadcast with the logits
 * @throws InputError for shapes that do not go together, labels outside 0 … 1
 */
export function logisticLoss(label: Parameter, logit: Parameter): tf.Tensor {
  return tf.tidy(() => {
    const { target, prediction } = binaryOf('logisticLoss', label, logit, 'logit');
    // softplus(z) − label · z, with nothing cancelled.
    const ofOne = tf.mul(target, tf.softplus(tf.neg(prediction)));
    return tf.add(ofOne, tf.mul(tf.sub(1, target), tf.softplus(prediction)));
  });
}
