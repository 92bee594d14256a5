/** A classifier trained on samples that stay as they are, and how many it gets right. */
import * as tf from '@tensorflow/tfjs';
import { type ClassificationData, oneHot, type Samples } from '../data/index.js';
import { lbfgs, type Minimizer, type Solution, tensorSolver } from '../optimize/index.js';
import { float64, type TensorTree } from '../tensor/index.js';
import type { Classifier } from './model.js';

export interface TrainOptions {
  /** `lbfgs()` by default. */
  readonly method?: Minimizer;
  /** Of the gradient; 1e-6 by default. */
  readonly tolerance?: number;
  /** Default 10,000. */
  readonly maxSteps?: number;
  /** Takes the outcome; by default training that did not converge is a warning. */
  readonly onSolution?: (solution: Solution) => void;
}

/** The parameters that minimise the model's objective on the samples: new tensors, the caller's to dispose of. */
export function trainClassifier<P extends TensorTree>(
  model: Classifier<P>,
  data: ClassificationData,
  { method = lbfgs(), ...options }: TrainOptions = {},
): P {
  const [X, Y] = [featuresOf(data), labelsOf(data)];
  const start = model.start(data.width, data.classes);
  try {
    const objective = (parameters: P): tf.Tensor => model.objective(parameters, X, Y);
    return tensorSolver<P, [], { readonly size: number }>(method as never, objective, options)(start);
  } finally {
    tf.dispose([X, Y, start] as never);
  }
}

/** The class with the highest score for each sample. */
export function predictClasses<P extends TensorTree>(
  model: Classifier<P>,
  parameters: P,
  samples: Samples,
): Int32Array {
  const X = featuresOf(samples);
  try {
    return classesOf(model, parameters, X);
  } finally {
    X.dispose();
  }
}

/** The share of the samples that get their own class. */
export function accuracy<P extends TensorTree>(
  model: Classifier<P>,
  parameters: P,
  data: ClassificationData,
): number {
  return shareRight(predictClasses(model, parameters, data), data.labels);
}

/** As `predictClasses`, of features that are a tensor already. */
export function classesOf<P extends TensorTree>(
  model: Classifier<P>,
  parameters: P,
  X: tf.Tensor,
): Int32Array {
  const scores = tf.tidy(() => model.scores(parameters, X));
  const [count, classes] = scores.shape;
  const values = scores.dataSync();
  scores.dispose();
  return Int32Array.from({ length: count }, (_, i) => {
    let best = 0;
    for (let k = 1; k < classes; k++) if (values[i * classes + k] > values[i * classes + best]) best = k;
    return best;
  });
}

export function shareRight(predicted: Int32Array, labels: Int32Array): number {
  return predicted.reduce((right, label, i) => right + Number(label === labels[i]), 0) / labels.length;
}

export function featuresOf({ count, width, X }: Samples): tf.Tensor {
  return float64(X, [count, width]);
}

/** One-hot, [count, classes]. */
export function labelsOf(data: ClassificationData): tf.Tensor {
  return float64(oneHot(data), [data.count, data.classes]);
}
