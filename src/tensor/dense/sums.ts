/**
 * Sums along an axis, several at a time: a sum that goes from one number to the next waits for each addition. Rounding
 * errors are smaller for it, too.
 */
import { withArray } from '../memory/index.js';
import { type Loops, openLoops, parts } from './loops.js';
import { sumOfRows } from './sum-of-rows.js';

/** Numbers from which on vectors pay: below, the call and a place for the results take longer than the sum. Measured. */
const leastForVectors = 4096;

/** out[i, j] = Σₖ x[i, k, j] for an array of outer × length × inner numbers. */
export function sums(x: Float64Array, outer: number, length: number, inner: number, out: Float64Array): void {
  const loops = openLoops();
  if (x.length >= leastForVectors && loops?.heap.holds(x) && out.length > 0) {
    const { heap } = loops;
    if (heap.holds(out)) {
      if (sumsAt(loops, x.byteOffset, outer, length, inner, out.byteOffset)) return;
    } else {
      const done = withArray(heap, out.length, (results) => {
        if (!sumsAt(loops, x.byteOffset, outer, length, inner, results.byteOffset)) return false;
        out.set(results);
        return true;
      });
      if (done) return;
    }
  }
  for (let i = 0; i < outer; i++) {
    if (inner === 1) out[i] = rowSum(x, i * length, (i + 1) * length);
    else columnSums(x, i * length * inner, length, inner, out, i * inner);
  }
}

/** The same at addresses; false where there is no room to work in. */
function sumsAt(loops: Loops, x: number, outer: number, length: number, inner: number, out: number): boolean {
  if (inner > 1) {
    for (let i = 0; i < outer; i++) {
      const rows = { at: x + i * length * inner * 8, rowBytes: inner * 8, rows: length, width: inner };
      if (!sumOfRows(loops, 'rowsAdded', rows, 0, out + i * inner * 8)) return false;
    }
    return true;
  }
  const shares = parts(outer, loops.shares(outer * length), 8);
  loops.run(
    'rowsSummed',
    shares.map(({ from, to }) => [x + from * length * 8, length * 8, 0, out + from * 8, to - from, length]),
  );
  return true;
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
