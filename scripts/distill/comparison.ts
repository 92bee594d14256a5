/** What the distilled samples are held against: the whole training set, and other samples of the same number. */
import * as tf from '@tensorflow/tfjs';
import type { ClassificationData } from '../../src/data/index.js';
import {
  accuracy,
  type Classifier,
  classMeans,
  randomSamples,
  softmaxRegression,
  trainClassifier,
} from '../../src/distillation/index.js';

export interface Comparison {
  /** Test accuracy of the model trained on the whole training set, with a penalty of its own. */
  readonly full: number;
  /** … on means of the classes. */
  readonly means: number;
  /** … on samples drawn from the training set: mean and standard deviation over the draws. */
  readonly random: { readonly mean: number; readonly spread: number; readonly draws: number };
}

const draws = 20;

export interface ComparisonOptions {
  readonly training: ClassificationData;
  readonly test: ClassificationData;
  readonly perClass: number;
  readonly l2: number;
  /** Many samples need less of a penalty than a few. */
  readonly fullL2: number;
  readonly seed: number;
}

export function compare({ training, test, perClass, l2, fullL2, seed }: ComparisonOptions): Comparison {
  const trained = (model: Classifier<tf.Tensor>, data: ClassificationData, maxSteps: number): number => {
    const parameters = trainClassifier(model, data, {
      tolerance: 1e-4,
      maxSteps,
      // An accuracy to three digits needs no more; large sets would take minutes.
      onSolution: () => undefined,
    });
    const share = accuracy(model, parameters, test);
    tf.dispose(parameters);
    return share;
  };
  const model = softmaxRegression({ l2 });
  const drawn = Array.from({ length: draws }, (_, k) =>
    trained(model, randomSamples(training, perClass, seed + k), 1000),
  );
  const mean = drawn.reduce((sum, share) => sum + share / draws, 0);
  const variance = drawn.reduce((sum, share) => sum + (share - mean) ** 2 / (draws - 1), 0);
  return {
    full: trained(softmaxRegression({ l2: fullL2 }), training, 100),
    means: trained(model, classMeans(training, perClass, seed), 1000),
    random: { mean, spread: Math.sqrt(variance), draws },
  };
}
