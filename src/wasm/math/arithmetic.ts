/**
 * What the elementary functions share: polynomials, signs, powers of two, sums and products with their errors.
 *
 * Values that occur twice must be variables (`f.let`): an expression is written out wherever it stands. There is no
 * fused multiply–add; products are made exact by splitting operands.
 */
import type { FunctionWriter } from '../module.js';
import { f64x2, i64x2, type V128, v128 } from '../values.js';

const { add, sub, mul } = f64x2;

/** Value and rounding error: the unevaluated sum `high + low`. */
export interface Pair {
  readonly high: V128;
  readonly low: V128;
}

const signBit = i64x2.const(-(2n ** 63n));

export const constant = (x: number): V128 => f64x2.const(x);
export const signOf = (x: V128): V128 => v128.and(x, signBit);
/** `x` with `sign`'s sign flipped onto it. */
export const flipSign = (x: V128, sign: V128): V128 => v128.xor(x, sign);
export const choose = (condition: V128, then: V128, otherwise: V128): V128 =>
  v128.bitselect(then, otherwise, condition);

/** Largest |x| below which `toInteger` holds. */
const shift = 1.5 * 2 ** 52;

/** The nearest integer to x, |x| < 2⁵¹: as a double, and as the low bits of an int64 after adding `bias` to it. */
export function toInteger(f: FunctionWriter, x: V128, bias = 0): { value: V128; bits: V128 } {
  const bits = f.let(add(x, constant(shift + bias)));
  return { value: f.let(sub(bits, constant(shift + bias))), bits };
}

const exponentBias = 1023;

/** 2ⁿ for integers −1022 ≤ n ≤ 1023, as the bits of `toInteger(…, exponentBias)`. */
const fromExponent = (bits: V128): V128 => i64x2.shl(bits, 52);

/** Integers near x, and 2 to their power where that is a normal number. */
export function integerAndPower(f: FunctionWriter, x: V128): { value: V128; power: V128 } {
  const { value, bits } = toInteger(f, x, exponentBias);
  return { value, power: fromExponent(bits) };
}

/** 2ⁿ for integers n that are known as doubles, −1022 ≤ n ≤ 1023. */
export const powerOfTwo = (n: V128): V128 => fromExponent(add(n, constant(shift + exponentBias)));

/** `x · 2ⁿ`, rounded once, for |n| ≤ 2000 and 1/2 ≤ |x| ≤ 2: also where the result is subnormal or overflows. */
export function scale(f: FunctionWriter, x: V128, n: V128): V128 {
  const half = integerAndPower(f, mul(n, constant(0.5)));
  return mul(mul(x, half.power), powerOfTwo(sub(n, half.value)));
}

/** Σ coefficients[k] · xᵏ as even and odd part, which halves the wait of one step for another. */
export function polynomial(f: FunctionWriter, x: V128, coefficients: readonly number[]): V128 {
  if (coefficients.length < 4) return horner(x, coefficients);
  const square = f.let(mul(x, x));
  const even = horner(
    square,
    coefficients.filter((_, k) => k % 2 === 0),
  );
  const odd = horner(
    square,
    coefficients.filter((_, k) => k % 2 === 1),
  );
  return add(even, mul(odd, x));
}

function horner(x: V128, coefficients: readonly number[]): V128 {
  return coefficients.map(constant).reduceRight((total, coefficient) => add(mul(total, x), coefficient));
}

/** a + b exactly, for |a| ≥ |b| or a = 0. */
export function quickSum(f: FunctionWriter, a: V128, b: V128): Pair {
  const high = f.let(add(a, b));
  return { high, low: f.let(sub(b, sub(high, a))) };
}

/** a + b exactly. */
export function exactSum(f: FunctionWriter, a: V128, b: V128): Pair {
  const high = f.let(add(a, b));
  const part = f.let(sub(high, a));
  return { high, low: f.let(add(sub(a, sub(high, part)), sub(b, part))) };
}

/** The 26 leading bits and the rest: products of two heads are exact. */
export function split(f: FunctionWriter, x: V128): Pair {
  const high = f.let(head(x));
  return { high, low: f.let(sub(x, high)) };
}

export const head = (x: V128): V128 => v128.and(x, i64x2.const(-(2n ** 27n)));

/** a · b exactly, short of underflow. Source: T. J. Dekker, Numerische Mathematik 18, 224 (1971). */
export function exactProduct(f: FunctionWriter, a: V128, b: V128): Pair {
  const high = f.let(mul(a, b));
  const x = split(f, a);
  const y = split(f, b);
  const cross = add(mul(x.high, y.low), mul(x.low, y.high));
  const low = add(add(sub(mul(x.high, y.high), high), cross), mul(x.low, y.low));
  return { high, low: f.let(low) };
}
