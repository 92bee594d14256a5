/**
 * Products of a large matrix and a vector: pieces of the matrix are copied into the first cache and used there.
 *
 * Each number of the matrix is used once, so memory sets the time. The copy costs little beside it, for it is what
 * brings the numbers from memory, and the loops that follow find them in the cache.
 */
import type { Matrix } from './matrix.js';
import { openWorkplace } from './workplace.js';

/** Numbers that are copied in at once. */
const pieceNumbers = 8192;
/** Numbers of a row that are copied in at once, at the most. */
const mostLength = 8192;

/**
 * Rows `begin … end − 1` of `out` = A x from `outStart` on, for a matrix with one column as x. Needs vectors.
 */
export function vectorProduct(
  a: Matrix,
  x: Matrix,
  out: Float64Array,
  outStart: number,
  begin: number,
  end: number,
): void {
  const { regions, dots, weightedSum, stage } = openWorkplace();
  const vector = regions.b;
  const results = regions.c;
  const byRows = a.columnStride === 1;
  const most = vector.length;
  for (let i0 = begin; i0 < end; i0 += most) {
    const i1 = Math.min(i0 + most, end);
    for (let k0 = 0; k0 < a.columns; k0 += most) {
      const k1 = Math.min(k0 + most, a.columns);
      copyVector(x, k0, k1, vector);
      const [across, along] = byRows ? [i1 - i0, k1 - k0] : [k1 - k0, i1 - i0];
      const length = Math.ceil(along / Math.ceil(along / mostLength));
      const height = Math.max(4, Math.floor(pieceNumbers / length / 4) * 4);
      for (let p = 0; p < along; p += length) {
        const pEnd = Math.min(p + length, along);
        for (let q = 0; q < across; q += height) {
          const qEnd = Math.min(q + height, across);
          const [rows, columns] = [qEnd - q, pEnd - p];
          if (byRows) {
            stage(a, i0 + q, i0 + qEnd, k0 + p, k0 + pEnd);
            const [xAt, outAt] = [vector.byteOffset + p * 8, results.byteOffset + q * 8];
            dots(regions.staging.byteOffset, xAt, outAt, rows, columns, k0 + p);
          } else {
            stage(a, i0 + p, i0 + pEnd, k0 + q, k0 + qEnd);
            const [xAt, outAt] = [vector.byteOffset + q * 8, results.byteOffset + p * 8];
            weightedSum(regions.staging.byteOffset, xAt, outAt, rows, columns, k0 + q);
          }
        }
      }
    }
    out.set(results.subarray(0, i1 - i0), outStart + i0);
  }
}

function copyVector({ values, start, rowStride }: Matrix, from: number, to: number, out: Float64Array): void {
  if (rowStride === 1) out.set(values.subarray(start + from, start + to));
  else for (let k = from; k < to; k++) out[k - from] = values[start + k * rowStride];
}
