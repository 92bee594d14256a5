/**
 * Products of matrices in double precision: which way is the fastest for a size.
 *
 * The rules depend on shapes alone, so that the same shapes give the same bits.
 */
import { withArray } from '../memory/index.js';
import { type Loops, openLoops } from './loops.js';
import { type Matrix, transpose } from './matrix.js';
import { mostNarrow } from './narrow.js';
import { narrowProduct } from './narrow-product.js';
import { type Placed, rowsOf, withPlaced } from './placed.js';
import { plainProduct } from './plain.js';
import { tiledProduct, tiledWidth } from './tiled-product.js';
import { lanes } from './tiles.js';
import { vectorProduct } from './vector-product.js';

/** Numbers of a matrix from which on vectors pay, for a product with a vector. Measured. */
const leastForVector = 256;
/** Multiplications from which on tiles pay, if there are two rows and columns. Measured. */
const leastForTiles = 300;
/** Columns from which on half a product and a copy are faster than a whole one. Measured. */
const leastForHalf = 32;
/** Numbers of a product that are held apart from the result at once: 16 MiB. */
const heldNumbers = 2 ** 21;

/**
 * `out` = A B in rows of b.columns, from `outStart` on; what it held there is lost. One of the strides of each matrix
 * must be 1. Of A = 0 × n and B = n × 0 the product is empty, of n × 0 and 0 × m it is zero.
 */
export function product(a: Matrix, b: Matrix, out: Float64Array, outStart = 0): void {
  const { rows, columns: inner } = a;
  const { columns } = b;
  if (rows === 0 || columns === 0) return;
  const loops = openLoops();
  let done = false;
  if (inner === 0) out.fill(0, outStart, outStart + rows * columns);
  else if (loops === null) plainProduct(a, b, out, outStart, 0, rows);
  else if (columns === 1 && rows * inner >= leastForVector) done = vectorWay(loops, a, b, out, outStart);
  else if (rows === 1 && columns * inner >= leastForVector) {
    // (a B)ᵀ = Bᵀ aᵀ, and a vector lies the same either way.
    done = vectorWay(loops, transpose(b), transpose(a), out, outStart);
  } else if (rows > 1 && columns > 1 && rows * columns * inner >= leastForTiles) {
    done = tiledWay(loops, a, b, out, outStart);
  }
  if (!done && inner > 0 && loops !== null) plainProduct(a, b, out, outStart, 0, rows);
}

/** All of `out` = Aᵀ A, of which half is computed and half copied: exactly symmetric. */
export function gram(a: Matrix, out: Float64Array, outStart = 0): void {
  const n = a.columns;
  const aT = transpose(a);
  const loops = openLoops();
  if (loops === null || n < leastForHalf || a.rows === 0 || !tiledWay(loops, aT, a, out, outStart, true)) {
    product(aT, a, out, outStart);
    return;
  }
  for (let i = 1; i < n; i++) {
    const row = outStart + i * n;
    for (let j = 0; j < i; j++) out[row + j] = out[outStart + j * n + i];
  }
}

/** A x; false where there is no room. */
function vectorWay(loops: Loops, a: Matrix, x: Matrix, out: Float64Array, outStart: number): boolean {
  const { heap } = loops;
  return withPlaced(heap, [a, x], ([matrix, vector]) => {
    if (heap.holds(out)) return vectorProduct(loops, matrix, vector.at, out.byteOffset + outStart * 8);
    return withArray(heap, a.rows, (results) => {
      const done = vectorProduct(loops, matrix, vector.at, results.byteOffset);
      if (done) out.set(results, outStart);
      return done;
    });
  });
}

/** A B; false where there is no room. */
function tiledWay(
  loops: Loops,
  a: Matrix,
  b: Matrix,
  out: Float64Array,
  outStart: number,
  symmetric = false,
): boolean {
  const { heap } = loops;
  const { rows } = a;
  const { columns } = b;
  if (columns <= mostNarrow) return narrowWay(loops, a, b, out, outStart);
  const direct = heap.holds(out) && tiledWidth(columns) === columns ? wholeLanes(rows) : 0;
  return withPlaced(heap, [a, b], ([left, right]) => {
    if (direct > 0) {
      const at = out.byteOffset + outStart * 8;
      if (!tiledProduct(loops, rowsOf(left, 0, direct), right, at, columns * 8, symmetric)) return false;
    }
    return apart(
      loops,
      rowsOf(left, direct, rows),
      right,
      out,
      outStart + direct * columns,
      symmetric && direct === 0,
    );
  });
}

/** A B with few columns; false where there is no room. */
function narrowWay(loops: Loops, a: Matrix, b: Matrix, out: Float64Array, outStart: number): boolean {
  const { heap } = loops;
  const { columns } = b;
  return withPlaced(heap, [a, b], ([left, right]) => {
    if (heap.holds(out)) {
      return narrowProduct(loops, left, right, out.byteOffset + outStart * 8, columns * 8);
    }
    return withArray(heap, a.rows * columns, (results) => {
      const done = narrowProduct(loops, left, right, results.byteOffset, columns * 8);
      if (done) out.set(results, outStart);
      return done;
    });
  });
}

/** Rows that tiles fill without writing beyond the last: all or none of few, because each part packs B anew. */
function wholeLanes(rows: number): number {
  return rows % lanes === 0 || rows >= 16 * lanes ? rows - (rows % lanes) : 0;
}

/** A B by way of an array with room for whole tiles. */
function apart(
  loops: Loops,
  a: Placed,
  b: Placed,
  out: Float64Array,
  outStart: number,
  symmetric: boolean,
): boolean {
  const { columns } = b;
  const width = tiledWidth(columns);
  const held = symmetric ? a.rows : Math.max(lanes, Math.floor(heldNumbers / width / lanes) * lanes);
  for (let from = 0; from < a.rows; from += held) {
    const rows = Math.min(held, a.rows - from);
    const done = withArray(loops.heap, Math.ceil(rows / lanes) * lanes * width, (space) => {
      const part = rowsOf(a, from, from + rows);
      if (!tiledProduct(loops, part, b, space.byteOffset, width * 8, symmetric)) return false;
      copyRows(space, width, out, outStart + from * columns, columns, rows);
      return true;
    });
    if (!done) return false;
  }
  return true;
}

/** The first `columns` numbers of each row. */
function copyRows(
  from: Float64Array,
  width: number,
  out: Float64Array,
  outStart: number,
  columns: number,
  rows: number,
): void {
  if (width === columns) {
    out.set(from.subarray(0, rows * columns), outStart);
    return;
  }
  for (let i = 0; i < rows; i++) {
    const [p, q] = [i * width, outStart + i * columns];
    for (let j = 0; j < columns; j++) out[q + j] = from[p + j];
  }
}
