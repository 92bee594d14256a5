/**
 * Sums of the rows of a matrix, with weights or without, by threads that take some of the rows each.
 *
 * Threads that took columns each would read pieces of rows, which takes longer than one thread does for whole ones. So
 * there are sums of some rows each, cut by the shape alone, which are then added in their order.
 */
import { withArray } from '../memory/index.js';
import { type Loops, parts } from './loops.js';

export interface Rows {
  readonly at: number;
  readonly rowBytes: number;
  readonly rows: number;
  /** Numbers in a row. */
  readonly width: number;
}

/** Columns that are summed at once: their sums stay in the first cache. */
const mostColumns = 2048;
/** Numbers that are worth a sum of their own, and the most such sums. */
const leastNumbers = 65_536;
const mostSums = 16;

/** out = Σ xᵢ aᵢ ('weightedSum'), or Σ aᵢ, at addresses. False where there is no room to work in. */
export function sumOfRows(
  loops: Loops,
  name: 'weightedSum' | 'rowsAdded',
  { at, rowBytes, rows, width }: Rows,
  x: number,
  out: number,
): boolean {
  const pieces = parts(width, Math.ceil(width / mostColumns), 8);
  const sums = pieces.length > 1 ? 1 : Math.min(mostSums, Math.ceil((rows * width) / leastNumbers), rows);
  const groups = rows === 0 ? [{ from: 0, to: 0 }] : parts(rows, sums, 1);
  const together = loops.parties(rows * width) > 1;
  const add = (to: number): void => {
    const lists = groups.flatMap((group, k) =>
      pieces.map(({ from, to: end }) => [
        ...[at + group.from * rowBytes + from * 8, rowBytes, x + group.from * 8, to + (k * width + from) * 8],
        ...[group.to - group.from, end - from],
      ]),
    );
    loops.run(name, lists, together);
  };
  if (groups.length === 1) {
    add(out);
    return true;
  }
  return withArray(loops.heap, groups.length * width, ({ byteOffset }) => {
    add(byteOffset);
    loops.run('rowsAdded', [[byteOffset, width * 8, 0, out, groups.length, width]]);
    return true;
  });
}
