/**
 * A made-up classification problem: clusters of samples at corners of a hypercube in the informative features, noise in all
 * others. In the manner of scikit-learn's make_classification, after Guyon, "Design of experiments for the NIPS 2003 variable
 * selection benchmark" (2003); the numbers are our own, seeded.
 */
import { InputError } from '../message/index.js';
import { random } from '../random/index.js';
import type { ClassificationData } from './dataset.js';
import { shuffled } from './split.js';

export interface ClassificationProblem {
  readonly count: number;
  readonly width: number;
  readonly classes: number;
  /** Features that tell the classes apart: a tenth of all by default, as many as tell the corners apart at the least. */
  readonly informative?: number;
  /** Half the side of the hypercube; 1 by default. */
  readonly separation?: number;
  /** Share of the labels that are drawn anew; 0.01 by default. */
  readonly flipped?: number;
  /** Default 0. */
  readonly seed?: number;
}

/** Each class is one cluster, a normal distribution with random covariance about its corner; the features are shuffled. */
export function makeClassification({
  count,
  width,
  classes,
  informative = Math.max(Math.ceil(Math.log2(classes)), Math.round(width / 10)),
  separation = 1,
  flipped = 0.01,
  seed = 0,
}: ClassificationProblem): ClassificationData {
  for (const [name, value, least] of [
    ['count', count, 1],
    ['width', width, 1],
    ['classes', classes, 2],
    ['informative', informative, 1],
  ] as const) {
    if (!(Number.isInteger(value) && value >= least)) {
      throw new InputError(
        `makeClassification: ${name} must be a whole number of ${least} or more, found ${value}`,
      );
    }
  }
  if (informative > width || classes > 2 ** Math.min(informative, 30)) {
    throw new InputError(
      `makeClassification: ${classes} classes need ${Math.ceil(Math.log2(classes))} informative features or more of ` +
        `${width}, found ${informative}`,
    );
  }
  if (!Number.isFinite(separation)) {
    throw new InputError(`makeClassification: separation must be a finite number, found ${separation}`);
  }
  if (!(flipped >= 0 && flipped <= 1)) {
    throw new InputError(`makeClassification: flipped is a share from 0 to 1, found ${flipped}`);
  }
  const { normal, uniform, integer } = random(seed);
  /** Of signs: corners differ also where the hypercube has no size. */
  const corners: Float64Array[] = [];
  while (corners.length < classes) {
    const corner = Float64Array.from({ length: informative }, () => (uniform() < 0.5 ? -1 : 1));
    if (!corners.some((other) => other.every((value, j) => value === corner[j]))) corners.push(corner);
  }
  // A banded mixing matrix a class: neighbouring features are correlated, at a cost that is linear in their number.
  const band = Math.min(informative, 8);
  const mixing = corners.map(() =>
    Float64Array.from({ length: informative * band }, () => 2 * uniform() - 1),
  );
  const columns = shuffled(width, { normal, uniform, integer });
  const X = new Float64Array(count * width);
  const labels = new Int32Array(count);
  const draws = new Float64Array(informative);
  for (let i = 0; i < count; i++) {
    const label = i % classes;
    for (let j = 0; j < informative; j++) draws[j] = normal();
    for (let j = 0; j < width; j++) {
      let value: number;
      if (j < informative) {
        value = separation * corners[label][j];
        for (let b = 0; b < band; b++) value += mixing[label][j * band + b] * draws[(j + b) % informative];
      } else value = normal();
      X[i * width + columns[j]] = value;
    }
    labels[i] = uniform() < flipped ? integer(classes) : label;
  }
  return { count, width, classes, X, labels };
}
