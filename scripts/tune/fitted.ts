/** The model that is written: fitted to all rows with the hyperparameters that were found, ready to predict by hand. */
import type * as tf from '@tensorflow/tfjs';
import type { Samples } from '../../src/data/index.js';
import { solveAt } from '../../src/hyperparameter/index.js';
import { warn } from '../../src/message/index.js';
import { float64, toFloat64 } from '../../src/tensor/index.js';
import type { AnyModel, Hyper, ModelName, Subject } from './subject.js';

export type HyperNumbers = Readonly<Record<string, number | Float64Array>>;

/** A score is intercept + Σ weights · (feature − mean) / scale; the class of the largest score is predicted. */
export function fittedModel(
  name: ModelName,
  subject: Subject,
  values: HyperNumbers,
): Record<string, unknown> {
  const { whole, features, target, classNames, scaling, growth, standardised } = subject;
  const grown = Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      typeof value === 'number' ? value * growth : value.map((each) => each * growth),
    ]),
  );
  const hyper = tensorsOf(grown);
  const { x, inner } = solveAt(whole, hyper);
  if (inner.result !== 'converged') warn(`the model of all rows is not fitted to the end: ${inner.message}`);
  const common = {
    model: name,
    target,
    features,
    ...(classNames === null ? {} : { classes: classNames }),
    hyperparameters: listed(grown),
    standardize: { mean: [...scaling.mean], scale: [...scaling.scale] },
  };
  try {
    if (name !== 'kernel-ridge') return { ...common, ...linearWeights(whole, x, hyper, features.length) };
    const zero = predictions(whole, x, hyper, {
      count: 1,
      width: features.length,
      X: new Float64Array(features.length).fill(1e9),
    });
    // Far from all samples only the mean of the targets is left.
    return { ...common, intercept: zero[0], weights: [...toFloat64(x)], samples: rowsOf(standardised) };
  } finally {
    x.dispose();
    for (const tensor of Object.values<tf.Tensor>(hyper)) tensor.dispose();
  }
}

/** Share of validation samples whose class is predicted; null where there are no classes. */
export function validationAccuracy(
  { folds, pairs, classNames }: Subject,
  solutions: readonly tf.Tensor[],
  values: HyperNumbers,
): number | null {
  if (classNames === null) return null;
  const hyper = tensorsOf(values);
  let right = 0;
  let count = 0;
  folds.forEach((model, k) => {
    const samples = pairs[k].validation as Samples & { readonly labels: Int32Array };
    const scores = predictions(model, solutions[k], hyper, samples);
    for (let i = 0; i < samples.count; i++) {
      const row = scores.subarray(i * model.outputs, (i + 1) * model.outputs);
      if (row.indexOf(Math.max(...row)) === samples.labels[i]) right++;
    }
    count += samples.count;
  });
  for (const tensor of Object.values<tf.Tensor>(hyper)) tensor.dispose();
  return right / count;
}

export function tensorsOf(values: HyperNumbers): Hyper {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, float64(value)]));
}

/** Typed arrays as lists, for JSON. */
export function listed(values: HyperNumbers): Record<string, number | number[]> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, typeof value === 'number' ? value : [...value]]),
  );
}

/** Read off the predictions at the origin and at each unit vector. */
function linearWeights(model: AnyModel, x: tf.Tensor, hyper: Hyper, width: number) {
  const X = new Float64Array((width + 1) * width);
  for (let j = 0; j < width; j++) X[(j + 1) * width + j] = 1;
  const scores = predictions(model, x, hyper, { count: width + 1, width, X });
  const { outputs } = model;
  const intercept = Array.from(scores.subarray(0, outputs));
  const weights = Array.from({ length: width }, (_, j) =>
    intercept.map((constant, k) => scores[(j + 1) * outputs + k] - constant),
  );
  return outputs === 1
    ? { intercept: intercept[0], weights: weights.map(([weight]) => weight) }
    : { intercept, weights };
}

function predictions(model: AnyModel, x: tf.Tensor, hyper: Hyper, samples: Samples): Float64Array {
  return model.predict(x, hyper, samples);
}

function rowsOf({ count, width, X }: Samples): number[][] {
  return Array.from({ length: count }, (_, i) => Array.from(X.subarray(i * width, (i + 1) * width)));
}
