/**
 * Projections that subtract one threshold from what stays above it: the simplex, and through signs the l1 sphere
 * and ball. Which entries stay is found by sorting (Held, Wolfe and Crowder, Math. Program. 6, 62, 1974; Duchi et al.,
 * ICML 2008); given them the projection is linear.
 */
import * as tf from '@tensorflow/tfjs';
import { fromHost, type Operand, type Vectors } from './arguments.js';
import { piecewise, sumLast } from './piecewise.js';

/**
 * The entries of a vector that the projection onto {p ≥ 0, Σp = total} leaves above zero, as 1 among 0, and the threshold
 * that is subtracted from them. An entry that is exactly at the threshold is out. For total = 0 the largest stay in.
 */
export function thresholdSupport(
  values: Float64Array,
  total: number,
): { support: Float64Array; threshold: number } {
  const sorted = Float64Array.from(values).sort().reverse();
  // Sums of what lies below the largest entry: digits are not lost to a common offset.
  const top = sorted[0];
  let below = 0;
  let threshold = top - total;
  for (let k = 1; k < sorted.length; k++) {
    below += sorted[k] - top;
    const next = top + (below - total) / (k + 1);
    if (!(sorted[k] > next)) break;
    threshold = next;
  }
  const support = values.map((value) => (value > threshold ? 1 : 0));
  if (total === 0) for (let i = 0; i < values.length; i++) support[i] = values[i] === top ? 1 : 0;
  return { support, threshold };
}

/** One vector's piece: entries that stay are shifted by the threshold against their sign; those of `free` vectors are not. */
export interface Piece {
  /** 1 where an entry stays. */
  readonly support: Float64Array;
  /** ±1 where the entry is shifted, else 0. */
  readonly signs: Float64Array;
  readonly threshold: number;
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
    let shiftedEntries = 0;
    for (let i = 0; i < width; i++) {
      const sign = piece.signs[i];
      if (sign !== 0) {
        shiftedEntries++;
        values[start + i] = sign * Math.max(sign * row[i] - piece.threshold, 0);
      } else if (piece.support[i] === 1) values[start + i] = row[i];
    }
    shares[k] = shiftedEntries === 0 ? 0 : 1 / shiftedEntries;
  }
  return piecewise(values, shape, () => {
    const sign = fromHost(signs, shape);
    const excess = tf.sub(sumLast(tf.mul(sign, x.tensor)), total.tensor);
    const threshold = tf.mul(excess, fromHost(shares, [...x.batch, 1]));
    return tf.sub(tf.mul(fromHost(supports, shape), x.tensor), tf.mul(sign, threshold));
  });
}
