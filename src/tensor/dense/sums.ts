/**
 * Sums along an axis, several at a time: a sum that goes from one number to the next waits for each addition. Rounding
 * errors are smaller for it, too.
 */
import { type Loops, openLoops, parts } from './loops.js';

/** out[i, j] = Σₖ x[i, k, j] for an array of outer × length × inner numbers. */
export function sums(x: Float64Array, outer: number, length: number, inner: number, out: Float64Array): void {
  const loops = openLoops();
  if (loops?.heap.holds(x) && out.length > 0) {
    const { heap } = loops;
    if (heap.holds(out)) {
      sumsAt(loops, x.byteOffset, outer, length, inner, out.byteOffset);
      return;
    }
    const results = heap.allocate(out.length);
    if (results !== null) {
      sumsAt(loops, x.byteOffset, outer, length, inner, results.byteOffset);
      out.set(results);
      heap.release(results);
      return;
    }
  }
  for (let i = 0; i < outer; i++) {
    if (inner === 1) out[i] = rowSum(x, i * length, (i + 1) * length);
    else columnSums(x, i * length * inner, length, inner, out, i * inner);
  }
}

function sumsAt(loops: Loops, x: number, outer: number, length: number, inner: number, out: number): void {
  const parties = loops.parties(outer * length * inner);
  if (inner === 1) {
    const shares = parts(outer, parties, 8);
    loops.run(
      'rowsSummed',
      shares.map(({ from, to }) => [x + from * length * 8, length * 8, 0, out + from * 8, to - from, length]),
    );
    return;
  }
  for (let i = 0; i < outer; i++) {
    const shares = parts(inner, outer === 1 ? parties : 1, 8);
    const at = x + i * length * inner * 8;
    loops.run(
      'rowsAdded',
      shares.map(({ from, to }) => [
        at + from * 8,
        inner * 8,
        0,
        out + (i * inner + from) * 8,
        length,
        to - from,
      ]),
    );
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
