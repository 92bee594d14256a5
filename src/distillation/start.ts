/** Where distilled samples begin: means of the classes, or noise. And samples to compare them with, drawn from the data. */
import { type ClassificationData, type Samples, shuffled, standardizer, take } from '../data/index.js';
import { random } from '../random/index.js';

/** Means of `perClass` equal random parts of each class; class by class. */
export function classMeans(data: ClassificationData, perClass: number, seed: number): ClassificationData {
  const { width } = data;
  const X = new Float64Array(data.classes * perClass * width);
  partsOfClasses(data, perClass, seed).forEach((part, s) => {
    const mean = X.subarray(s * width, (s + 1) * width);
    for (const i of part) for (let j = 0; j < width; j++) mean[j] += data.X[i * width + j] / part.length;
  });
  return classByClass(data, perClass, X);
}

/** `perClass` samples of each class, drawn without replacement; class by class. */
export function randomSamples(data: ClassificationData, perClass: number, seed: number): ClassificationData {
  return take(
    data,
    partsOfClasses(data, perClass, seed).map((part) => part[0]),
  );
}

/** Normal numbers with the mean and the spread of each feature; class by class. */
export function noiseLike(data: ClassificationData, perClass: number, seed: number): ClassificationData {
  const { mean, scale } = standardizer(data as Samples);
  const { normal } = random(seed);
  const count = data.classes * perClass;
  const constantScale = constantFeatures(data);
  const X = Float64Array.from({ length: count * data.width }, (_, k) => {
    const j = k % data.width;
    const draw = normal();
    return constantScale[j] ? mean[j] : mean[j] + scale[j] * draw;
  });
  return classByClass(data, perClass, X);
}

/** Which features are the same in all samples: the standardiser scales them by 1. */
function constantFeatures({ X, count, width }: Samples): boolean[] {
  return Array.from({ length: width }, (_, j) => {
    for (let i = 1; i < count; i++) if (X[i * width + j] !== X[j]) return false;
    return true;
  });
}

/** The samples of each class in `perClass` parts of like size, in random order. */
function partsOfClasses(data: ClassificationData, perClass: number, seed: number): number[][] {
  const parts: number[][] = Array.from({ length: data.classes * perClass }, () => []);
  const seen = new Int32Array(data.classes);
  for (const i of shuffled(data.count, random(seed))) {
    const label = data.labels[i];
    parts[label * perClass + (seen[label]++ % perClass)].push(i);
  }
  return parts;
}

function classByClass(
  { width, classes }: ClassificationData,
  perClass: number,
  X: Float64Array,
): ClassificationData {
  const count = classes * perClass;
  const labels = Int32Array.from({ length: count }, (_, s) => Math.floor(s / perClass));
  return { count, width, X, labels, classes };
}
