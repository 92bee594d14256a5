/** Which samples are for training and which for validation: seeded splits and folds, even over classes where there are any. */
import { InputError } from '../message/index.js';
import { type Random, random } from '../random/index.js';

export interface SplitOptions {
  /** Default 0. */
  readonly seed?: number;
  /** Of the samples: each class is divided in the same proportion. */
  readonly labels?: ArrayLike<number>;
}

/** Indices of samples, ascending. */
export interface Split {
  readonly training: Int32Array;
  readonly validation: Int32Array;
}

/**
 * Draws a share of the samples for validation.
 *
 * @param share in (0, 1), for validation; both sides get one sample at the least
 * @throws InputError for a share out of range, or fewer than two samples
 */
export function splitSamples(count: number, share: number, options: SplitOptions = {}): Split {
  if (!(share > 0 && share < 1)) {
    throw new InputError(`the share of validation samples must lie between 0 and 1, found ${share}`);
  }
  if (!(count >= 2)) throw new InputError(`a split needs 2 samples or more, found ${count}`);
  const order = evenOrder(count, options);
  const wanted = Math.min(count - 1, Math.max(1, Math.round(share * count)));
  // Every so many of an order in which classes lie together: each class gives its share.
  const chosen = new Uint8Array(count);
  for (let k = 0; k < wanted; k++) chosen[order[Math.floor(((k + 0.5) * count) / wanted)]] = 1;
  return partition(chosen, (mark) => mark === 1);
}

/**
 * Cuts the samples into folds of like size: each is the validation set once, and training is all the others.
 *
 * @throws InputError for fewer than two folds, or fewer samples than folds
 */
export function foldSamples(count: number, folds: number, options: SplitOptions = {}): Split[] {
  if (!(Number.isInteger(folds) && folds >= 2)) {
    throw new InputError(`the number of folds must be a whole number of 2 or more, found ${folds}`);
  }
  if (count < folds) {
    throw new InputError(`${folds} folds need as many samples or more, found ${count}; ask for fewer folds`);
  }
  const order = evenOrder(count, options);
  const fold = new Int32Array(count);
  order.forEach((sample, k) => {
    fold[sample] = k % folds;
  });
  return Array.from({ length: folds }, (_, k) => partition(fold, (mark) => mark === k));
}

/** A random order, in which the samples of a class lie together. */
function evenOrder(count: number, { seed = 0, labels }: SplitOptions): Int32Array {
  if (labels !== undefined && labels.length !== count) {
    throw new InputError(`${count} samples need ${count} labels, found ${labels.length}`);
  }
  const order = shuffled(count, random(seed));
  // The sort is stable: within a class the order stays random.
  return labels === undefined ? order : order.sort((a, b) => labels[a] - labels[b]);
}

/** 0 … count − 1 in random order (Fisher and Yates). */
export function shuffled(count: number, source: Random): Int32Array {
  const order = Int32Array.from({ length: count }, (_, k) => k);
  for (let k = count - 1; k > 0; k--) {
    const other = source.integer(k + 1);
    [order[k], order[other]] = [order[other], order[k]];
  }
  return order;
}

function partition(marks: ArrayLike<number>, isValidation: (mark: number) => boolean): Split {
  const training: number[] = [];
  const validation: number[] = [];
  Array.from(marks).forEach((mark, i) => {
    (isValidation(mark) ? validation : training).push(i);
  });
  return { training: Int32Array.from(training), validation: Int32Array.from(validation) };
}
