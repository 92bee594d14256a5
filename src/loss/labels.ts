/** Targets and predictions of losses: numbers that belong together one by one, or classes that scores are given for. */
import * as tf from '@tensorflow/tfjs';
import { InputError } from '../message/index.js';
import { demand, type Parameter, tensorOf } from '../projection/index.js';
import { toFloat64 } from '../tensor/index.js';

export interface Pair {
  readonly target: tf.Tensor;
  readonly prediction: tf.Tensor;
}

/** Two tensors whose shapes broadcast to one another. */
export function pairOf(
  who: string,
  names: readonly [string, string],
  target: Parameter,
  prediction: Parameter,
): Pair {
  const pair = {
    target: tensorOf(who, names[0], target),
    prediction: tensorOf(who, names[1], prediction),
  };
  try {
    tf.broadcast_util.assertAndGetBroadcastShape(pair.target.shape, pair.prediction.shape);
  } catch {
    throw new InputError(
      `${who}: ${names[0]} of shape [${pair.target.shape}] and ${names[1]} of shape [${pair.prediction.shape}] do not go together`,
    );
  }
  return pair;
}

/** Labels of two classes, 0 … 1, and what is predicted for them. */
export function binaryOf(who: string, label: Parameter, score: Parameter, name: string): Pair {
  const pair = pairOf(who, ['label', name], label, score);
  const expected = 'from 0 to 1 (for −1 and 1 write (label + 1) / 2)';
  demand(who, 'label', toFloat64(pair.target), pair.target.shape, (v) => v >= 0 && v <= 1, expected);
  return pair;
}

/**
 * Scores of classes along the last axis, and labels as one weight a class.
 *
 * @param labels class numbers 0 … k − 1, an int32 tensor or an array of them, of the shape of the scores but for the last axis;
 *   or a float tensor of the shape of the scores: one-hot, or probabilities
 */
export function classesOf(who: string, labels: Parameter, scores: Parameter): Pair {
  const prediction = tensorOf(who, 'scores', scores);
  const classes = prediction.shape[prediction.rank - 1];
  if (prediction.rank === 0 || classes === 0) {
    throw new InputError(`${who}: scores must be [..., classes], found the shape [${prediction.shape}]`);
  }
  const given = labels instanceof tf.Tensor ? labels : tensorOf(who, 'labels', labels);
  if (tf.util.arraysEqual(given.shape, prediction.shape)) {
    return { target: tensorOf(who, 'labels', given), prediction };
  }
  if (!tf.util.arraysEqual(given.shape, prediction.shape.slice(0, -1))) {
    throw new InputError(
      `${who}: labels must be of shape [${prediction.shape.slice(0, -1)}] (class numbers) or [${prediction.shape}] ` +
        `(weights of the classes), found [${given.shape}]`,
    );
  }
  if (given instanceof tf.Tensor && labels instanceof tf.Tensor && given.dtype !== 'int32') {
    throw new InputError(
      `${who}: class numbers must be an int32 tensor or an array, found a tensor of ${given.dtype}; write labels.toInt()`,
    );
  }
  const numbers = toFloat64(given);
  const wrong = numbers.find((label) => !(Number.isInteger(label) && label >= 0 && label < classes));
  if (wrong !== undefined) {
    throw new InputError(`${who}: class numbers are 0 to ${classes - 1}, found ${wrong}`);
  }
  const target = tf.cast(tf.oneHot(tf.cast(given, 'int32'), classes), 'float32');
  return { target: tf.reshape(target, prediction.shape), prediction };
}
