/** The data that other programs were run on, and what they found: test/hyperparameter/reference/make.py. */
import { readFileSync } from 'node:fs';
import { type ClassificationData, type RegressionData, type Samples, take } from '../../src/data/index.js';
import type { TrainingPair } from '../../src/hyperparameter/index.js';

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`reference/${name}`, import.meta.url), 'utf8'));

export const sklearn = read('scikit-learn.json');
export const jaxopt = read('jaxopt.json');

const samples: Samples = {
  count: sklearn.training + sklearn.validation,
  width: sklearn.features,
  X: Float64Array.from(sklearn.X),
};

function pairOf<D extends Samples>(data: D): TrainingPair<D> {
  const indices = (from: number, count: number) => Array.from({ length: count }, (_, k) => from + k);
  return {
    training: take(data, indices(0, sklearn.training)),
    validation: take(data, indices(sklearn.training, sklearn.validation)),
  };
}

export const regression: TrainingPair<RegressionData> = pairOf({
  ...samples,
  y: Float64Array.from(sklearn.y),
});

export const threeClasses: TrainingPair<ClassificationData> = pairOf({
  ...samples,
  labels: Int32Array.from(sklearn.labels),
  classes: 3,
});

export const twoClasses: TrainingPair<ClassificationData> = pairOf({
  ...samples,
  labels: Int32Array.from(sklearn.binary),
  classes: 2,
});

/** The first samples alone, so that there are more features than samples. */
export const fewSamples: TrainingPair<ClassificationData> = {
  training: take(threeClasses.training, [0, 1, 2, 3, 4, 5, 6]),
  validation: threeClasses.validation,
};

/** The largest difference, against the largest entry. */
export function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let most = 0;
  let size = 1e-300;
  for (let i = 0; i < a.length; i++) {
    most = Math.max(most, Math.abs(a[i] - b[i]));
    size = Math.max(size, Math.abs(b[i]));
  }
  return most / size;
}
