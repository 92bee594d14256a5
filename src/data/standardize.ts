/** Features of mean 0 and variance 1, by the means and variances of the training samples. */
import { InputError } from '../message/index.js';
import type { Samples } from './dataset.js';

export interface Standardizer {
  /** One a feature. */
  readonly mean: Float64Array;
  /** Standard deviation, the square root of the mean square; 1 for a feature that is the same everywhere. */
  readonly scale: Float64Array;
  /** The same samples with (x − mean) / scale in place of x. */
  apply<D extends Samples>(data: D): D;
}

/** From training samples, to be applied to these and to all others. */
export function standardizer({ count, width, X }: Samples): Standardizer {
  const mean = new Float64Array(width);
  const scale = new Float64Array(width);
  for (let i = 0; i < count; i++) for (let j = 0; j < width; j++) mean[j] += X[i * width + j] / count;
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < width; j++) scale[j] += (X[i * width + j] - mean[j]) ** 2 / count;
  }
  // A constant feature's variance is that of rounding.
  for (let j = 0; j < width; j++) scale[j] = scale[j] > 1e-24 * mean[j] ** 2 ? Math.sqrt(scale[j]) : 1;
  return {
    mean,
    scale,
    apply(data) {
      if (data.width !== width) {
        throw new InputError(`the standardiser was made for ${width} features, found ${data.width}`);
      }
      return { ...data, X: data.X.map((value, k) => (value - mean[k % width]) / scale[k % width]) };
    },
  };
}
