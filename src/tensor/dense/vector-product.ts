/**
 * Products of a matrix and a vector. Each number of the matrix is used once, so memory sets the time.
 *
 * Work is cut by shapes alone, so that every result is the same sum whatever the number of threads.
 */
import { type Loops, parts } from './loops.js';
import type { Placed } from './placed.js';
import { sumOfRows } from './sum-of-rows.js';

/** out = A x: as many numbers as A has rows from address `out` on, for x at an address. False where there is no room. */
export function vectorProduct(loops: Loops, a: Placed, x: number, out: number): boolean {
  const { at, rows, columns, rowBytes, columnBytes } = a;
  if (columnBytes !== 8) {
    return sumOfRows(loops, 'weightedSum', { at, rowBytes: columnBytes, rows: columns, width: rows }, x, out);
  }
  const work = rows * columns;
  loops.run(
    'dots',
    parts(rows, loops.shares(work), 8).map(({ from, to }) => [
      ...[at + from * rowBytes, rowBytes, x, out + from * 8, to - from, columns],
    ]),
  );
  return true;
}
