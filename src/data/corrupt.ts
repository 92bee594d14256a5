/** Wrong labels on purpose, to see whether they can be found. */
import { InputError } from '../message/index.js';
import { random } from '../random/index.js';
import type { ClassificationData } from './dataset.js';
import { shuffled } from './split.js';

export interface CorruptedData {
  readonly data: ClassificationData;
  /** 1 where the label was changed, one a sample. */
  readonly corrupted: Uint8Array;
}

/**
 * Gives a share of the samples another class than their own, drawn evenly from the others.
 *
 * @param share from 0 to 1
 */
export function corruptLabels(data: ClassificationData, share: number, seed = 0): CorruptedData {
  if (!(share >= 0 && share <= 1))
    throw new InputError(`corruptLabels: the share is from 0 to 1, found ${share}`);
  if (data.classes < 2) throw new InputError('corruptLabels: there is one class only');
  const source = random(seed);
  const labels = Int32Array.from(data.labels);
  const corrupted = new Uint8Array(data.count);
  for (const i of shuffled(data.count, source).subarray(0, Math.round(share * data.count))) {
    labels[i] = (labels[i] + 1 + source.integer(data.classes - 1)) % data.classes;
    corrupted[i] = 1;
  }
  return { data: { ...data, labels }, corrupted };
}
