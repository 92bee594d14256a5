/**
 * Samples with features and a target, as flat arrays. What reads files makes them, and models take them.
 */
import { InputError } from '../message/index.js';

/** `count` samples of `width` features, row-major. */
export interface Samples {
  readonly count: number;
  readonly width: number;
  readonly X: Float64Array;
}

/** Samples with numbers to be predicted. */
export interface RegressionData extends Samples {
  /** One a sample. */
  readonly y: Float64Array;
}

/** Samples with classes to be predicted. */
export interface ClassificationData extends Samples {
  /** The class of each sample, 0 … classes − 1. */
  readonly labels: Int32Array;
  readonly classes: number;
}

/** The samples of the given indices, in their order: of either kind of data. */
export function take<D extends Samples>(data: D, indices: ArrayLike<number>): D {
  const { width } = data;
  const list = Array.from(indices);
  const bad = list.find((i) => !(Number.isInteger(i) && i >= 0 && i < data.count));
  if (bad !== undefined) throw new InputError(`there is no sample ${bad}: the data have ${data.count}`);
  const X = new Float64Array(list.length * width);
  list.forEach((i, k) => {
    X.set(data.X.subarray(i * width, (i + 1) * width), k * width);
  });
  const { y, labels } = data as Partial<RegressionData & ClassificationData>;
  return {
    ...data,
    count: list.length,
    X,
    ...(y === undefined ? {} : { y: Float64Array.from(list, (i) => y[i]) }),
    ...(labels === undefined ? {} : { labels: Int32Array.from(list, (i) => labels[i]) }),
  };
}

/** The classes as rows of zeros with a one: `count` × `classes`. */
export function oneHot({ count, labels, classes }: ClassificationData): Float64Array {
  const Y = new Float64Array(count * classes);
  for (let i = 0; i < count; i++) Y[i * classes + labels[i]] = 1;
  return Y;
}

/** @throws InputError for sizes that do not fit, values that are not finite, labels out of range, no samples */
export function checkData(who: string, data: Samples): void {
  const { count, width, X } = data;
  const { y, labels, classes } = data as Partial<RegressionData & ClassificationData>;
  if (!(Number.isInteger(count) && count > 0)) throw new InputError(`${who}: there are no samples`);
  if (!(Number.isInteger(width) && width > 0)) throw new InputError(`${who}: the samples have no features`);
  if (X.length !== count * width) {
    throw new InputError(
      `${who}: ${count} × ${width} features make ${count * width} values, found ${X.length}`,
    );
  }
  for (const [name, list] of [
    ['y', y],
    ['labels', labels],
  ] as const) {
    if (list !== undefined && list.length !== count) {
      throw new InputError(`${who}: ${count} samples need ${count} ${name}, found ${list.length}`);
    }
  }
  const bad = X.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new InputError(
      `${who}: feature ${bad % width} of sample ${Math.floor(bad / width)} is ${X[bad]}; give finite numbers`,
    );
  }
  const badTarget = y?.findIndex((value) => !Number.isFinite(value)) ?? -1;
  if (badTarget >= 0) throw new InputError(`${who}: the target of sample ${badTarget} is ${y?.[badTarget]}`);
  const badLabel = labels?.findIndex((label) => !(label >= 0 && label < (classes ?? 0))) ?? -1;
  if (badLabel >= 0) {
    throw new InputError(
      `${who}: the label of sample ${badLabel} is ${labels?.[badLabel]}; expected 0 … ${(classes ?? 0) - 1}`,
    );
  }
}
