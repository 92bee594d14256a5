/** The sparsemax loss of two classes. */
import * as tf from '@tensorflow/tfjs';
import type { Parameter } from '../projection/index.js';
import { binaryOf } from './labels.js';

/**
 * s(−logit) for label 1, s(logit) for label 0, with s(z) = 0 up to −1, ¼ (z + 1)² up to 1, and z beyond (Blondel, Martins
 * and Niculae, J. Mach. Learn. Res. 21, 2020, section 4.4). Second derivatives on the kinks are those of the straight parts.
 *
 * @param label 1 or 0; or a probability. Broadcast with the logits
 * @throws InputError for shapes that do not go together, labels outside 0 … 1
 */
export function binarySparsemaxLoss(label: Parameter, logit: Parameter): tf.Tensor {
  return tf.tidy(() => {
    const { target, prediction } = binaryOf('binarySparsemaxLoss', label, logit, 'logit');
    const ofOne = tf.mul(target, sparsePlus(tf.neg(prediction)));
    return tf.add(ofOne, tf.mul(tf.sub(1, target), sparsePlus(prediction)));
  });
}

function sparsePlus(z: tf.Tensor): tf.Tensor {
  const curved = tf.mul(0.25, tf.square(tf.add(z, 1)));
  const above = tf.where(tf.greaterEqual(z, 1), z, curved);
  return tf.where(tf.lessEqual(z, -1), tf.zerosLike(z), above);
}
