/**
 * log softmax and the cross entropy with it, right to any order. tfjs's own save results of their forward pass, so
 * that their second derivatives cannot be had, and the first with respect to the labels is another function's.
 */
import * as tf from '@tensorflow/tfjs';
import { InputError } from '../message/index.js';

/**
 * x − log Σ exp(x) along an axis, without overflow.
 *
 * @param axis the last by default
 */
export function logSoftmax<T extends tf.Tensor>(logits: T, axis = -1): T {
  return tf.tidy(() => {
    const shifted = tf.sub(logits, largest(logits, axis));
    return tf.sub(shifted, tf.log(tf.sum(tf.exp(shifted), axis, true))) as T;
  });
}

/** What is subtracted against overflow. The result does not depend on it, so that it counts as constant. */
function largest(logits: tf.Tensor, axis: number): tf.Tensor {
  const constant = tf.customGrad((x) => ({
    value: tf.max(x as tf.Tensor, axis, true),
    gradFunc: (dy: tf.Tensor) => tf.zeros(logits.shape, dy.dtype as 'float32'),
  }));
  return constant(logits);
}

/**
 * −Σ labels · logSoftmax(logits) along the last axis, weighted and reduced as tf.losses does; with respect to
 * logits, labels and weights it can be differentiated any number of times.
 *
 * @param labels probabilities of the classes, of the shape of `logits`
 * @param weights broadcast to the losses; none by default
 * @param labelSmoothing in [0, 1): how much of each label is spread evenly over all classes
 * @throws InputError when the shapes differ
 */
export function softmaxCrossEntropy(
  labels: tf.Tensor | tf.TensorLike,
  logits: tf.Tensor | tf.TensorLike,
  weights?: tf.Tensor | tf.TensorLike,
  labelSmoothing = 0,
  reduction: tf.Reduction = tf.Reduction.SUM_BY_NONZERO_WEIGHTS,
): tf.Tensor {
  return tf.tidy(() => {
    const given = asTensor(labels);
    const scores = tf.cast(asTensor(logits), 'float32');
    if (!tf.util.arraysEqual(given.shape, scores.shape)) {
      throw new InputError(
        `softmaxCrossEntropy needs labels and logits of one shape, found [${given.shape}] and [${scores.shape}]`,
      );
    }
    const classes = scores.shape[scores.rank - 1];
    const smooth = labelSmoothing > 0;
    const targets = smooth ? tf.add(tf.mul(given, 1 - labelSmoothing), labelSmoothing / classes) : given;
    const losses = tf.neg(tf.sum(tf.mul(targets, logSoftmax(scores)), -1));
    return tf.losses.computeWeightedLoss(losses, weights, reduction);
  });
}

function asTensor(values: tf.Tensor | tf.TensorLike): tf.Tensor {
  return values instanceof tf.Tensor ? values : tf.tensor(values);
}
