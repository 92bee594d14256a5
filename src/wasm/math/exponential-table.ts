/**
 * e^x with a table of 2^(j/256): half the instructions of a polynomial alone.
 *
 * x = (256 n + j) ln 2 / 256 + r with |r| ≤ ln 2 / 512, where the product with the leading part of ln 2 is exact;
 * 2^(j/256) comes from a table in memory, one lane after the other; e^r − 1 by a polynomial of degree 4; 2ⁿ goes into
 * the exponent's bits. Where a result is not normal, which is looked for, the function without a table takes over.
 * Source of the method: P. T. P. Tang, ACM Transactions on Mathematical Software 15, 144 (1989).
 */
import type { FunctionWriter } from '../module.js';
import { f64x2, type I32, i32, i32x4, i64x2, type V128, v128 } from '../values.js';
import { constant } from './arithmetic.js';
import { exp } from './exponential.js';

const { add, sub, mul } = f64x2;

const entries = 256;
/** Adding it leaves the nearest integer in the low bits. */
const shift = 1.5 * 2 ** 52;
/** 34 bits of ln 2 / 256, which 19 bits of a whole number times are exact, and the rest. */
const partHigh = 0.002707606173999011;
const partLow = 6.327543041662719e-14;
/** (e^r − 1 − r) / r² for |r| ≤ ln 2 / 512, error 0.05 · 2^-53 of e^r. */
const coefficients = [1 / 2, 1 / 6 + 1.33e-8, 1 / 24];

/** |x| up to which e^x is normal. */
const mostNormal = 708;

let table: Float64Array | null = null;

/**
 * What must lie in memory: 2^(j/256) rounded, for j from 0 to 255, as bits less j · 2^44. So adding the bits of
 * 256 n + j, 44 places up, leaves n in the exponent.
 */
export function exponentialTable(): Float64Array {
  table ??= makeTable();
  return table;
}

/** In fixed point with 128 binary places, so that each entry is rounded once. */
function makeTable(): Float64Array {
  const places = 128n;
  let root = 2n << places;
  for (let k = 1; k < entries; k *= 2) root = squareRoot(root << places);
  const values = new Float64Array(entries);
  const bits = new BigInt64Array(values.buffer);
  let power = 1n << places;
  for (let j = 0; j < entries; j++) {
    values[j] = Number(power) / 2 ** 128;
    bits[j] -= BigInt(j) << 44n;
    power = (power * root) >> places;
  }
  return values;
}

function squareRoot(n: bigint): bigint {
  let x = 1n << BigInt(Math.ceil(n.toString(2).length / 2));
  for (;;) {
    const next = (x + n / x) >> 1n;
    if (next >= x) return x;
    x = next;
  }
}

/** @param address of `exponentialTable()` in memory */
export function expByTable(f: FunctionWriter, address: I32, x: V128): V128 {
  const shifted = f.let(add(mul(x, constant(entries * Math.LOG2E)), constant(shift)));
  const k = f.let(sub(shifted, constant(shift)));
  const r = f.let(sub(sub(x, mul(k, constant(partHigh))), mul(k, constant(partLow))));
  const [c2, c3, c4] = coefficients.map(constant);
  const p = f.let(add(r, mul(mul(r, r), add(c2, mul(r, add(c3, mul(r, c4)))))));
  const offsets = f.let(v128.and(i64x2.shl(shifted, 3), i64x2.const(BigInt(8 * (entries - 1)))));
  const entry = v128.load64Lane(
    i32.add(address, i32x4.extractLane(offsets, 2)),
    v128.load64Zero(i32.add(address, i32x4.extractLane(offsets, 0))),
    1,
  );
  const power = f.let(i64x2.add(entry, i64x2.shl(shifted, 44)));
  const result = f.let(add(power, mul(power, p)));
  f.if(v128.anyTrue(f64x2.gt(f64x2.abs(x), constant(mostNormal))), () => f.set(result, exp(f, x)));
  return result;
}
