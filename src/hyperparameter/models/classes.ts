/** What models of several classes share: how many there are, and a penalty's place among their weights. */
import * as tf from '@tensorflow/tfjs';
import type { ClassificationData } from '../../data/index.js';
import { InputError } from '../../message/index.js';
import { tensorOf } from '../matrix.js';
import type { TrainingPair } from '../model.js';

/** @throws InputError unless both sets have the same classes, and training has two of them or more */
export function demandClasses(
  who: string,
  { training, validation }: TrainingPair<ClassificationData>,
): number {
  const { classes } = training;
  if (validation.classes !== classes) {
    throw new InputError(
      `${who}: the training data have ${classes} classes, the validation data ${validation.classes}`,
    );
  }
  const found = new Set(training.labels).size;
  if (found < 2) {
    throw new InputError(
      `${who}: all training samples are of one class; expected samples of two classes or more`,
    );
  }
  return classes;
}

/** l2 as a matrix like the weights (a row a feature, one for the constants; a column a class), by broadcasting. */
export function penaltyMatrix(
  who: string,
  penalty: 'one' | 'feature' | 'class',
  features: number,
  columns: number,
  intercept: boolean,
): (l2: tf.Tensor) => tf.Tensor {
  const size = { one: 1, feature: features, class: columns }[penalty];
  const rows = features + (intercept ? 1 : 0);
  const mask = new Float64Array(rows * columns).fill(1);
  if (intercept) mask.fill(0, features * columns);
  return (l2) => {
    if (l2.size !== size) {
      throw new InputError(
        `${who}: with the penalty '${penalty}' l2 has ${size} ${size === 1 ? 'entry' : 'entries'}, found ${l2.size}`,
      );
    }
    const shape = { one: [1, 1], feature: [features, 1], class: [1, columns] }[penalty];
    const reshaped = tf.reshape(l2, shape);
    const padded =
      penalty === 'feature' && intercept
        ? tf.pad(reshaped, [
            [0, 1],
            [0, 0],
          ])
        : reshaped;
    return tf.mul(padded, tensorOf(mask, [rows, columns]));
  };
}
