/**
 * Products of matrices as plain loops: for small ones, and where WebAssembly has no vectors.
 *
 * Every loop goes along numbers that lie side by side, four rows at a time, so that each number that is read serves more
 * than one sum, and no sum waits for itself.
 */
import type { Values } from '../backend.js';
import { type Matrix, rowMajor, rowsOf, transpose } from './matrix.js';

/** Steps along the inner dimension that one pass goes over, so that the rows of B stay in cache. */
const block = 64;

/** Rows `begin … end − 1` of `out` = A B, for `out` in rows of b.columns from `outStart` on. */
export function plainProduct(
  a: Matrix,
  b: Matrix,
  out: Float64Array,
  outStart: number,
  begin: number,
  end: number,
): void {
  if (b.columns === 1 && a.columnStride !== 1) {
    weightedSum(a, b, out, outStart, begin, end);
  } else if (b.columns === 1 && b.rowStride === 1) {
    // A x is (xᵀ Aᵀ)ᵀ, and a vector lies the same either way: so four rows of A are taken at a time.
    dots(transpose(b), transpose(rowsOf(a, begin, end)), out, outStart + begin, 1);
  } else {
    const own = rowsOf(a, begin, end);
    const left = a.columnStride === 1 ? own : rowsCopied(own);
    const loops = b.columnStride === 1 && b.columns > 1 ? rowSums : dots;
    loops(left, b, out, outStart + begin * b.columns, end - begin);
  }
}

/** The same matrix, with its rows in rows. */
function rowsCopied({ values, start, rows, columns, rowStride, columnStride }: Matrix): Matrix {
  const out = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    const p = start + i * rowStride;
    for (let k = 0; k < columns; k++) out[i * columns + k] = values[p + k * columnStride];
  }
  return rowMajor(out, rows, columns);
}

/** out = a B, as sums of the rows of B, four at a time. */
function rowSums(a: Matrix, b: Matrix, out: Float64Array, outStart: number, rows: number): void {
  const { columns } = b;
  const [left, right]: [Values, Values] = [a.values, b.values];
  out.fill(0, outStart, outStart + rows * columns);
  for (let k0 = 0; k0 < a.columns; k0 += block) {
    const k1 = Math.min(k0 + block, a.columns);
    for (let i = 0; i < rows; i++) {
      const at = outStart + i * columns;
      const p = a.start + i * a.rowStride;
      let k = k0;
      for (; k + 3 < k1; k += 4) {
        const [f0, f1, f2, f3] = [left[p + k], left[p + k + 1], left[p + k + 2], left[p + k + 3]];
        const r0 = b.start + k * b.rowStride;
        const r1 = r0 + b.rowStride;
        const r2 = r1 + b.rowStride;
        const r3 = r2 + b.rowStride;
        for (let j = 0; j < columns; j++) {
          out[at + j] += f0 * right[r0 + j] + f1 * right[r1 + j] + f2 * right[r2 + j] + f3 * right[r3 + j];
        }
      }
      for (; k < k1; k++) {
        const factor = left[p + k];
        const r = b.start + k * b.rowStride;
        for (let j = 0; j < columns; j++) out[at + j] += factor * right[r + j];
      }
    }
  }
}

/** out = a B, as inner products of the rows of a and the columns of B, four columns at a time. */
function dots(a: Matrix, b: Matrix, out: Float64Array, outStart: number, rows: number): void {
  const { columns, columnStride: stride } = b;
  const inner = a.columns;
  const [left, right]: [Values, Values] = [a.values, b.values];
  for (let i = 0; i < rows; i++) {
    const p = a.start + i * a.rowStride;
    const at = outStart + i * columns;
    let j = 0;
    for (; j + 3 < columns; j += 4) {
      const q0 = b.start + j * stride;
      const q1 = q0 + stride;
      const q2 = q1 + stride;
      const q3 = q2 + stride;
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      for (let k = 0; k < inner; k++) {
        const factor = left[p + k];
        s0 += factor * right[q0 + k];
        s1 += factor * right[q1 + k];
        s2 += factor * right[q2 + k];
        s3 += factor * right[q3 + k];
      }
      out[at + j] = s0;
      out[at + j + 1] = s1;
      out[at + j + 2] = s2;
      out[at + j + 3] = s3;
    }
    for (; j < columns; j++) {
      const q = b.start + j * stride;
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      let k = 0;
      for (; k + 3 < inner; k += 4) {
        s0 += left[p + k] * right[q + k];
        s1 += left[p + k + 1] * right[q + k + 1];
        s2 += left[p + k + 2] * right[q + k + 2];
        s3 += left[p + k + 3] * right[q + k + 3];
      }
      for (; k < inner; k++) s0 += left[p + k] * right[q + k];
      out[at + j] = s0 + s1 + (s2 + s3);
    }
  }
}

/** out = A x for a matrix whose columns lie side by side: their sum with the weights x, four at a time. */
function weightedSum(
  a: Matrix,
  x: Matrix,
  out: Float64Array,
  outStart: number,
  begin: number,
  end: number,
): void {
  const { values, columnStride: stride, columns } = a;
  const weight = (k: number): number => x.values[x.start + k * x.rowStride];
  out.fill(0, outStart + begin, outStart + end);
  let k = 0;
  for (; k + 3 < columns; k += 4) {
    const [w0, w1, w2, w3] = [weight(k), weight(k + 1), weight(k + 2), weight(k + 3)];
    let p = a.start + k * stride + begin;
    for (let i = outStart + begin; i < outStart + end; i++, p++) {
      out[i] +=
        w0 * values[p] + w1 * values[p + stride] + w2 * values[p + 2 * stride] + w3 * values[p + 3 * stride];
    }
  }
  for (; k < columns; k++) {
    const w = weight(k);
    const p = a.start + k * stride;
    for (let i = begin; i < end; i++) out[outStart + i] += w * values[p + i];
  }
}
