/**
 * Projections that subtract one threshold from what stays above it: the simplex, and through signs the l1 sphere
 * and ball. Which entries stay is found by sorting (Held, Wolfe and Crowder, Math. Program. 6, 62, 1974; Duchi et al.,
 * ICML 2008); given them the projection is linear.
 */
import * as tf from '@tensorflow/tfjs';
import { fromHost, type Operand, type Vectors } from './arguments.js';
import { piecewise, sumLast } from './piecewise.js';

/**
 * The projection of a vector onto {p ≥ 0, Σp = total}, and which of its entries are above zero, as 1 among 0. An entry that
 * is exactly at the threshold is out. For total = 0 the largest count as in.
 */
export function threshold(
  values: Float64Array,
  total: number,
): { support: Float64Array; projected: Float64Array } {
  const sorted = Float64Array.from(values).sort().reverse();
  // All is reckoned from the largest entry down: no digits are lost to a common offset, however large.
  const top = sorted[0];
  let below = 0;
  let depth = -total;
  for (let k = 1; k < sorted.length; k++) {
    below += sorted[k] - top;
    const next = (below - total) / (k + 1);
    if (!(sorted[k] - top > next)) break;
    depth = next;
  }
  const projected = values.map((value) => Math.max(value - top - depth, 0));
  const support = values.map((value, i) => ((total === 0 ? value === top : projected[i] > 0) ? 1 : 0));
  return { support, projected };
}

/** One vector's piece: entries that stay are shifted by the threshold against their sign; those of `free` vectors are not. */
export interface Piece {
  /** 1 where an entry stays. */
  readonly support: Float64Array;
  /** ±1 where the entry is shifted, else 0. */
  readonly signs: Float64Array;
  /** What becomes of the vector. */
  readonly values: Float64Array;
}

/** Σ of the shifted entries times their signs becomes `total`. */
export function shifted(
  x: Vectors,
  total: Operand,
  pieceOf: (row: Float64Array, k: number) => Piece,
): tf.Tensor {
  const { width, shape } = x;
  const values = new Float64Array(x.values.length);
  const supports = new Float64Array(values.length);
  const signs = new Float64Array(values.length);
  const shares = new Float64Array(x.count);
  for (let k = 0; k < x.count; k++) {
    const start = k * width;
    const row = x.values.subarray(start, start + width);
    const piece = pieceOf(row, k);
    supports.set(piece.support, start);
    signs.set(piece.signs, start);
    values.set(piece.values, start);
    const shiftedEntries = piece.signs.reduce((sum, sign) => sum + Math.abs(sign), 0);
    shares[k] = shiftedEntries === 0 ? 0 : 1 / shiftedEntries;
  }
  return piecewise(values, shape, () => {
    const sign = fromHost(signs, shape);
    const excess = tf.sub(sumLast(tf.mul(sign, x.tensor)), total.tensor);
    const threshold = tf.mul(excess, fromHost(shares, [...x.batch, 1]));
    return tf.sub(tf.mul(fromHost(supports, shape), x.tensor), tf.mul(sign, threshold));
  });
}
