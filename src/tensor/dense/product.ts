/**
 * Products of matrices in double precision: which way is the fastest for a size.
 *
 * The rules depend on shapes alone, so that the same shapes give the same bits.
 */
import { hasVectors } from '../../wasm/index.js';
import { type Matrix, transpose } from './matrix.js';
import { plainProduct } from './plain.js';
import { tiledProduct } from './tiled-product.js';
import { vectorProduct } from './vector-product.js';

/** Numbers of a matrix from which on copying it in pays, for a product with a vector. Measured. */
export const leastForVector = 256;
/** Multiplications from which on tiles pay, if there are two rows and columns. Measured. */
const leastForTiles = 300;
/** Columns from which on half a product and a copy are faster than a whole one. Measured. */
const leastForHalf = 32;

/**
 * Rows `begin … end − 1` of `out` = A B: all of them by default. `out` has rows of b.columns, from `outStart` on; what
 * it held there is lost. One of the strides of each matrix must be 1. Of A = 0 × n and B = n × 0 the product is empty,
 * of n × 0 and 0 × m it is zero.
 */
export function product(
  a: Matrix,
  b: Matrix,
  out: Float64Array,
  outStart = 0,
  begin = 0,
  end = a.rows,
): void {
  const { rows, columns: inner } = a;
  const { columns } = b;
  if (begin >= end || columns === 0) return;
  if (inner === 0) out.fill(0, outStart + begin * columns, outStart + end * columns);
  else if (!hasVectors()) plainProduct(a, b, out, outStart, begin, end);
  else if (columns === 1 && rows * inner >= leastForVector) vectorProduct(a, b, out, outStart, begin, end);
  else if (rows === 1 && columns * inner >= leastForVector) {
    // (a B)ᵀ = Bᵀ aᵀ, and a vector lies the same either way.
    vectorProduct(transpose(b), transpose(a), out, outStart, 0, columns);
  } else if (rows > 1 && columns > 1 && rows * columns * inner >= leastForTiles) {
    tiledProduct(a, b, out, outStart, begin, end);
  } else plainProduct(a, b, out, outStart, begin, end);
}

/** All of `out` = Aᵀ A, of which half is computed and half copied: exactly symmetric. */
export function gram(a: Matrix, out: Float64Array, outStart = 0): void {
  const n = a.columns;
  const aT = transpose(a);
  if (!hasVectors() || n < leastForHalf || a.rows === 0) {
    product(aT, a, out, outStart);
    return;
  }
  tiledProduct(aT, a, out, outStart, 0, n, true);
  for (let i = 1; i < n; i++) {
    const row = outStart + i * n;
    for (let j = 0; j < i; j++) out[row + j] = out[outStart + j * n + i];
  }
}
