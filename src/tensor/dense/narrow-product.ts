/**
 * Products with few columns: A is read once, where it lies, by threads that take rows of it each.
 */
import { withArray } from '../memory/index.js';
import { type Loops, parts } from './loops.js';
import type { Placed } from './placed.js';

/** Steps that are taken at once: so many rows of B stay in the second cache. */
const stepsAlong = 2048;
/**
 * The same of a matrix that lies in columns: so many are brought into the second cache as they lie, and taken from there
 * across.
 */
const stepsAcross = 64;

/** C = A B at address `c`, in rows of `cBytes`; false where there is no room to work in. */
export function narrowProduct(loops: Loops, a: Placed, b: Placed, c: number, cBytes: number): boolean {
  const { columns } = b;
  const vectors = Math.ceil(columns / 2);
  // Rows of B that are pairs already are taken as they lie.
  if (b.columnBytes === 8 && columns % 2 === 0) {
    multiply(loops, a, b.at, b.rowBytes, vectors, c, cBytes, 0);
    return true;
  }
  const width = vectors * 2;
  return withArray(loops.heap, b.rows * width, (pairs) => {
    const all = new Float64Array(loops.heap.memory.buffer);
    const [start, down, right] = [b.at / 8, b.rowBytes / 8, b.columnBytes / 8];
    for (let k = 0; k < b.rows; k++) {
      for (let j = 0; j < columns; j++) pairs[k * width + j] = all[start + k * down + j * right];
      if (columns < width) pairs[k * width + columns] = 0;
    }
    multiply(loops, a, pairs.byteOffset, width * 8, vectors, c, cBytes, columns % 2);
    return true;
  });
}

function multiply(
  loops: Loops,
  a: Placed,
  bAt: number,
  bBytes: number,
  vectors: number,
  c: number,
  cBytes: number,
  odd: number,
): void {
  const { rows, columns: inner, rowBytes, columnBytes } = a;
  const across = columnBytes !== 8;
  loops.run(
    `narrowPart${vectors}`,
    parts(rows, loops.parties(rows * inner * vectors), 8).map(({ from, to }) => [
      ...[a.at + from * rowBytes, rowBytes, columnBytes, bAt, bBytes, c + from * cBytes, cBytes],
      ...[to - from, inner, odd, across ? stepsAcross : stepsAlong, across ? 1 : 0],
    ]),
  );
}
