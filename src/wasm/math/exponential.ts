/**
 * e^x and e^x − 1.
 *
 * x = n ln 2 + r with |r| ≤ ln 2 / 2, where n · (leading part of ln 2) is exact; e^r by its minimax polynomial; 2ⁿ by
 * the exponent's bits, in two factors so that subnormal results are rounded once. No branches: arguments are clamped to
 * where results have become 0 or ∞. Source of the reduction: W. J. Cody and W. Waite, Software Manual for the
 * Elementary Functions (1980).
 */
import type { FunctionWriter } from '../module.js';
import { f64x2, type V128, v128 } from '../values.js';
import {
  constant,
  integerAndPower,
  type Pair,
  polynomial,
  powerOfTwo,
  quickSum,
  scale,
  signOf,
} from './arithmetic.js';

const { add, sub, mul, pmin, pmax } = f64x2;

const inverseLn2 = Math.LOG2E;
/** 41 bits of ln 2, and the rest. */
const ln2High = 0.6931471805601177;
const ln2Low = -1.7239444525614835e-13;
/** (e^r − 1 − r) / r² for |r| ≤ ln 2 / 2, error 0.2 · 2^-53 of e^r − 1. */
const coefficients = [
  0.5000000000000006, 0.16666666666666588, 0.04166666666657684, 0.008333333333389571, 0.0013888888931535733,
  0.00019841269718931908, 2.480150531043772e-5, 2.755740764414351e-6, 2.762602276467905e-7,
  2.5053730190449383e-8,
];

interface Reduced {
  /** The whole number of ln 2, and 2 to its power where that is normal. */
  readonly n: V128;
  readonly power: V128;
  readonly r: V128;
  /** What r lacks. */
  readonly rest: () => V128;
}

/** @param more what x lacks, if anything */
function reduce(f: FunctionWriter, x: V128, more?: V128): Reduced {
  const whole = more ? add(x, more) : x;
  const { value: n, power } = integerAndPower(f, mul(whole, constant(inverseLn2)));
  const leading = f.let(sub(x, mul(n, constant(ln2High))));
  const excess = mul(n, constant(ln2Low));
  const lack = more ? f.let(sub(excess, more)) : excess;
  const r = f.let(sub(leading, lack));
  return { n, power, r, rest: () => sub(sub(leading, r), lack) };
}

/** e^r − 1 − r */
export const tail = (f: FunctionWriter, r: V128): V128 => mul(mul(r, r), polynomial(f, r, coefficients));

export function exp(f: FunctionWriter, argument: V128): V128 {
  const x = f.let(pmax(pmin(argument, constant(710)), constant(-746)));
  const { n, r } = reduce(f, x);
  return scale(f, add(constant(1), add(r, tail(f, r))), n);
}

/** e^x where e^x is normal, which is not checked: |x| ≤ 708. */
export function expNormal(f: FunctionWriter, x: V128): V128 {
  const { power, r } = reduce(f, x);
  return mul(add(constant(1), add(r, tail(f, r))), power);
}

/** e^(x + more) = (high + low) · 2ⁿ to about 58 bits, for |x| ≤ 800 and |more| ≤ 1; both variables. */
export function expPair(f: FunctionWriter, x: V128, more?: V128): Pair & { readonly n: V128 } {
  const { n, r, rest } = reduce(f, x, more);
  const { high, low } = quickSum(f, constant(1), r);
  return { n, high, low: f.let(add(low, add(rest(), tail(f, r)))) };
}

export function expm1(f: FunctionWriter, argument: V128): V128 {
  // Below −50 the result is −1; −50 keeps 2^−n within what one factor holds.
  const x = f.let(pmax(pmin(argument, constant(710)), constant(-50)));
  const { n, r, rest } = reduce(f, x);
  // (e^r − 1 + 1 − 2⁻ⁿ) · 2ⁿ; far out 2⁻ⁿ no longer counts, so that it may stop at a normal number.
  const inverse = powerOfTwo(pmax(f64x2.neg(n), constant(-1000)));
  const { high, low } = quickSum(f, f.let(sub(constant(1), inverse)), r);
  const result = scale(f, add(high, add(low, add(rest(), tail(f, r)))), n);
  // The result has the sign of x, also for −0.
  return v128.or(result, signOf(x));
}
