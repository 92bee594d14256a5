/**
 * Products of a matrix and a vector. Each number of the matrix is used once, so memory sets the time.
 *
 * Threads take rows of results each, so that every result is the same sum whatever their number.
 */
import { type Loops, parts } from './loops.js';
import type { Placed } from './placed.js';

/** Results of a weighted sum that are summed at once: they stay in the first cache. */
const mostResults = 2048;

/** out = A x: as many numbers as A has rows from address `out` on, for x at an address. */
export function vectorProduct(loops: Loops, a: Placed, x: number, out: number): void {
  const parties = loops.parties(a.rows * a.columns);
  const shares = parts(a.rows, parties, 8);
  if (a.columnBytes === 8) {
    loops.run(
      'dots',
      shares.map(({ from, to }) => [
        a.at + from * a.rowBytes,
        a.rowBytes,
        x,
        out + from * 8,
        to - from,
        a.columns,
      ]),
    );
    return;
  }
  for (let piece = 0; piece * mostResults < shares[0].to; piece++) {
    const operands = shares.flatMap(({ from, to }) => {
      const begin = from + piece * mostResults;
      const end = Math.min(begin + mostResults, to);
      if (begin >= end) return [];
      return [[a.at + begin * 8, a.columnBytes, x, out + begin * 8, a.columns, end - begin]];
    });
    loops.run('weightedSum', operands);
  }
}
