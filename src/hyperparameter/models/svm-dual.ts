/**
 * The dual of the multiclass support vector machine of Crammer and Singer, on host vectors, scaled by its largest curvature L:
 *
 * min over x in a product of simplices (a row a sample) of [½⟨x − Y, K (x − Y)⟩ + θ ⟨x, Y⟩] / L, with K = X Xᵀ.
 *
 * Everything that methods of src/optimize may ask, and what block coordinate descent wants beside: a sample's partial
 * gradient from products that are kept up to date, instead of a new product with all samples.
 *
 * Source: Crammer and Singer, J. Mach. Learn. Res. 2, 265 (2001); Blondel et al., NeurIPS 2022, section 4.1.
 */
import type { LinearMap } from '../matrix.js';
import type { ModelProblem } from '../model.js';

export interface SvmData {
  readonly samples: number;
  readonly classes: number;
  /** One-hot, `samples` × `classes`. */
  readonly Y: Float64Array;
  /** K as a product. */
  readonly gram: LinearMap;
  /** What the products that are kept are with: K itself (`rows` = samples), or X (`rows` = features), row-major by sample. */
  readonly kept: { readonly matrix: Float64Array; readonly rows: number; readonly isGram: boolean };
  /** K's diagonal, and a bound of its eigenvalues. */
  readonly diagonal: Float64Array;
  readonly largest: number;
}

export interface SvmDual extends ModelProblem {
  readonly data: SvmData;
  readonly theta: number;
}

export function svmDual(data: SvmData, theta: number): SvmDual {
  const { samples, classes, Y, gram, largest } = data;
  const size = samples * classes;
  const moved = new Float64Array(size);
  return {
    data,
    theta,
    size,
    gradient(x, g) {
      for (let i = 0; i < size; i++) moved[i] = x[i] - Y[i];
      gram.apply(moved, classes, g);
      let value = 0;
      for (let i = 0; i < size; i++) {
        value += 0.5 * moved[i] * g[i] + theta * x[i] * Y[i];
        g[i] = (g[i] + theta * Y[i]) / largest;
      }
      return value / largest;
    },
    projection: (v, out) => projectRows(v, classes, out),
    prox: (v, _step, out) => projectRows(v, classes, out),
  };
}

/** Each row of `width` entries to its nearest point of the simplex. */
export function projectRows(v: Float64Array, width: number, out: Float64Array): void {
  for (let from = 0; from < v.length; from += width) projectRow(v, from, width, out);
}

/** The threshold is found by leaving out what falls below it until nothing does (Michelot, J. Optim. Theory Appl. 50, 1986). */
export function projectRow(v: Float64Array, from: number, width: number, out: Float64Array): void {
  let sum = 0;
  for (let k = from; k < from + width; k++) sum += v[k];
  let threshold = (sum - 1) / width;
  for (let count = width; ; ) {
    let left = 0;
    let total = 0;
    for (let k = from; k < from + width; k++) {
      if (v[k] > threshold) {
        left++;
        total += v[k];
      }
    }
    // Rounding may leave none above: the largest stays.
    if (left === count || left === 0) break;
    count = left;
    threshold = (total - 1) / count;
  }
  for (let k = from; k < from + width; k++) out[k] = Math.max(v[k] - threshold, 0);
}
