/**
 * asin, acos, atan and atan2.
 *
 * Quotients of minimax polynomials on a small interval; elsewhere by the half-angle formula (asin, acos) and the
 * addition theorem (atan), whose constants have a second part. Source of the arrangement: W. J. Cody and W. Waite,
 * Software Manual for the Elementary Functions (1980).
 */
import type { FunctionWriter } from '../module.js';
import { f64x2, i64x2, type V128, v128 } from '../values.js';
import { choose, constant, flipSign, head, type Pair, polynomial, quickSum, signOf } from './arithmetic.js';

const { abs, add, sub, mul, div, sqrt, lt, gt, eq, pmax } = f64x2;

/** (asin a / a − 1) / z for a ≤ ½ */
const sineAbove = [
  0.16666666666666935, -0.29778343212895836, 0.161676306697936, -0.025994365088438026, 0.00027049319846453025,
];
const sineBelow = [1, -2.2367005927714607, 1.7087159639655907, -0.5080638081068823, 0.04605878581925455];
/** (atan t / t − 1) / z for |t| ≤ ½ */
const tangentAbove = [
  -0.3333333333333327, -0.5497350858739314, -0.2666811258733305, -0.03597582572973905,
  -0.00015989727588398896,
];
const tangentBelow = [1, 2.249205257621468, 1.7209951036414726, 0.5099127616911563, 0.045865842424498204];

const quarterPi = Math.PI / 4;
const quarterPiLow = 3.061616997868383e-17;
const halfPi = Math.PI / 2;
const halfPiLow = 6.123233995736766e-17;
const piLow = 1.2246467991473532e-16;

interface HalfAngle {
  /** a ≤ ½; elsewhere the angle is that of s = √((1 − a) / 2), doubled, from the other end. */
  readonly isSmall: V128;
  readonly s: V128;
  /** asin s − s */
  readonly excess: V128;
  /** √((1 − a) / 2) − s, where a is not small. */
  readonly rest: V128;
}

function halfAngle(f: FunctionWriter, a: V128): HalfAngle {
  const isSmall = f.let(lt(a, constant(0.5)));
  const half = f.let(mul(sub(constant(1), a), constant(0.5)));
  const z = f.let(choose(isSmall, mul(a, a), half));
  const root = f.let(sqrt(half));
  const s = f.let(choose(isSmall, a, root));
  const quotient = div(polynomial(f, z, sineAbove), polynomial(f, z, sineBelow));
  // (√half)² − half exactly, by halves of the digits
  const leading = f.let(head(root));
  const trailing = sub(root, leading);
  const lack = sub(sub(half, mul(leading, leading)), mul(trailing, add(root, leading)));
  const rest = div(lack, pmax(add(root, root), constant(2 ** -500)));
  return { isSmall, s, excess: f.let(mul(s, mul(z, quotient))), rest: f.let(rest) };
}

export function asin(f: FunctionWriter, x: V128): V128 {
  const { isSmall, s, excess, rest } = halfAngle(f, f.let(abs(x)));
  // π/2 − 2 (s + rest + excess), the large parts first
  const leading = f.let(sub(constant(quarterPi), s));
  const lost = sub(sub(constant(quarterPi), leading), s);
  const correction = sub(constant(halfPiLow / 2), add(rest, excess));
  const far = f.let(add(leading, add(lost, correction)));
  const near = add(s, excess);
  return flipSign(choose(isSmall, near, add(far, far)), signOf(x));
}

export function acos(f: FunctionWriter, x: V128): V128 {
  const { isSmall, s, excess, rest } = halfAngle(f, f.let(abs(x)));
  const negative = f.let(lt(x, constant(0)));
  // π/2 − asin x
  const signedS = flipSign(s, signOf(x));
  const signedExcess = flipSign(excess, signOf(x));
  const near = sub(constant(halfPi), sub(signedS, sub(constant(halfPiLow), signedExcess)));
  // 2 asin s, or π less that
  const angle = f.let(add(s, add(rest, excess)));
  const opposite = sub(constant(halfPi), sub(angle, constant(halfPiLow)));
  const far = f.let(choose(negative, opposite, angle));
  return choose(isSmall, near, add(far, far));
}

/** atan(small / large) for 0 ≤ small ≤ large, 0 < large. */
function arctangent(f: FunctionWriter, small: V128, large: V128): Pair {
  const beyond = f.let(gt(small, mul(large, constant(0.5))));
  // atan q = π/4 + atan((q − 1) / (q + 1)); quartered where the sum might overflow
  const unit = f.let(choose(gt(large, constant(1)), constant(0.25), constant(1)));
  const p = f.let(choose(beyond, mul(small, unit), small));
  const q = f.let(choose(beyond, mul(large, unit), large));
  const t = f.let(div(choose(beyond, sub(p, q), p), choose(beyond, add(p, q), q)));
  const z = f.let(mul(t, t));
  const quotient = div(polynomial(f, z, tangentAbove), polynomial(f, z, tangentBelow));
  const excess = mul(mul(t, z), quotient);
  const sum = quickSum(f, f.let(v128.and(beyond, constant(quarterPi))), t);
  const constants = v128.and(beyond, constant(quarterPiLow));
  return { high: sum.high, low: f.let(add(sum.low, add(excess, constants))) };
}

/** The angle of the first octant, or its complement to π/2. */
function inQuarter(f: FunctionWriter, small: V128, large: V128, swapped: V128): V128 {
  const { high, low } = arctangent(f, small, large);
  const start = f.let(sub(constant(halfPi), high));
  const lost = sub(sub(constant(halfPi), start), high);
  const complement = add(start, sub(lost, sub(low, constant(halfPiLow))));
  return choose(swapped, complement, add(high, low));
}

export function atan(f: FunctionWriter, x: V128): V128 {
  const a = f.let(abs(x));
  const one = constant(1);
  const swapped = f.let(gt(a, one));
  const small = f.let(choose(swapped, one, a));
  const large = f.let(choose(swapped, a, one));
  return flipSign(inQuarter(f, small, large, swapped), signOf(x));
}

export function atan2(f: FunctionWriter, y: V128, x: V128): V128 {
  const height = f.let(abs(y));
  const width = f.let(abs(x));
  const swapped = f.let(gt(height, width));
  const small = f.let(choose(swapped, width, height));
  const large = f.let(choose(swapped, height, width));
  // 0/0 is 0/1, ∞/∞ is 1/1.
  const one = constant(1);
  const infinite = f.let(v128.and(eq(small, constant(Infinity)), eq(large, constant(Infinity))));
  const even = v128.or(eq(large, constant(0)), infinite);
  const p = f.let(choose(infinite, one, small));
  const q = f.let(choose(even, one, large));
  const angle = f.let(inQuarter(f, p, q, swapped));
  const left = i64x2.ltS(x, i64x2.const(0n));
  const turned = sub(constant(Math.PI), sub(angle, constant(piLow)));
  return flipSign(choose(left, turned, angle), signOf(y));
}
