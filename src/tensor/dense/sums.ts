/**
 * Sums along an axis.
 *
 * Many at once are the product of a matrix and a vector of ones. One alone is a plain loop with several sums at a time:
 * a sum that goes from one number to the next waits for each addition, and copying the numbers into WebAssembly's
 * memory would cost as much as adding them. Either way rounding errors are smaller than from one number to the next.
 */
import { hasVectors } from '../../wasm/index.js';
import { rowMajor, transpose } from './matrix.js';
import { leastForVector } from './product.js';
import { vectorProduct } from './vector-product.js';

/** Sums from which on the vector of ones pays: as many as its loops take at a time. */
const leastSums = 4;

/** out[i, j] = Σₖ x[i, k, j] for an array of outer × length × inner numbers. */
export function sums(x: Float64Array, outer: number, length: number, inner: number, out: Float64Array): void {
  const count = inner === 1 ? outer : inner;
  const vectors = hasVectors() && count >= leastSums && count * length >= leastForVector;
  const ones = vectors ? rowMajor(new Float64Array(length).fill(1), length, 1) : null;
  if (inner === 1) {
    if (ones) vectorProduct(rowMajor(x, outer, length), ones, out, 0, 0, outer);
    else for (let i = 0; i < outer; i++) out[i] = rowSum(x, i * length, (i + 1) * length);
    return;
  }
  for (let i = 0; i < outer; i++) {
    const start = i * length * inner;
    if (ones) vectorProduct(transpose(rowMajor(x, length, inner, start)), ones, out, i * inner, 0, inner);
    else columnSums(x, start, length, inner, out, i * inner);
  }
}

/** Σ x from `begin` to `end` − 1, eight sums at a time. */
function rowSum(x: Float64Array, begin: number, end: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let s4 = 0;
  let s5 = 0;
  let s6 = 0;
  let s7 = 0;
  let k = begin;
  for (; k + 7 < end; k += 8) {
    s0 += x[k];
    s1 += x[k + 1];
    s2 += x[k + 2];
    s3 += x[k + 3];
    s4 += x[k + 4];
    s5 += x[k + 5];
    s6 += x[k + 6];
    s7 += x[k + 7];
  }
  for (; k < end; k++) s0 += x[k];
  return s0 + s1 + (s2 + s3) + (s4 + s5 + (s6 + s7));
}

/** The sum of rows, four at a time. */
function columnSums(
  x: Float64Array,
  start: number,
  length: number,
  inner: number,
  out: Float64Array,
  at: number,
): void {
  out.fill(0, at, at + inner);
  let k = 0;
  for (; k + 3 < length; k += 4) {
    const r0 = start + k * inner;
    const r1 = r0 + inner;
    const r2 = r1 + inner;
    const r3 = r2 + inner;
    for (let j = 0; j < inner; j++) out[at + j] += x[r0 + j] + x[r1 + j] + (x[r2 + j] + x[r3 + j]);
  }
  for (; k < length; k++) {
    const row = start + k * inner;
    for (let j = 0; j < inner; j++) out[at + j] += x[row + j];
  }
}
