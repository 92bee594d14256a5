/**
 * Hyperbolic functions and their inverses.
 *
 * Near zero odd minimax polynomials or quotients (x + x z R(z), z = x²), elsewhere the exponential or the logarithm of
 * sums that are kept with their rounding errors. Odd functions are computed for |x|.
 */
import type { FunctionWriter } from '../module.js';
import { f64x2, type V128 } from '../values.js';
import {
  choose,
  constant,
  exactProduct,
  exactSum,
  flipSign,
  polynomial,
  powerOfTwo,
  quickSum,
  signOf,
} from './arithmetic.js';
import { expNormal, expPair } from './exponential.js';
import { inverseTangentTail, ln2High, ln2Low, logOfSum, toBinary } from './logarithm.js';

const { abs, add, sub, mul, div, sqrt, lt, ge, eq, pmin, pmax } = f64x2;

/** (tanh x / x − 1) / z for x ≤ 0.55 */
const tanhAbove = [-0.3333333333333333, -0.020500428234262937, -0.00019925023752036798];
const tanhBelow = [1, 0.4615012847027847, 0.02329350268900496, 0.00020661106457814577];
/** (sinh x / x − 1) / z for x ≤ 1 */
const sinhSeries = [
  0.16666666666666669, 0.008333333333333139, 0.0001984126984143757, 2.755731915536457e-6,
  2.505212339527987e-8, 1.6057240517220391e-10, 7.759308937304352e-13,
];

export function tanh(f: FunctionWriter, x: V128): V128 {
  const a = f.let(pmin(abs(x), constant(22)));
  const z = f.let(mul(a, a));
  const small = f.let(lt(a, constant(0.55)));
  const growth = f.let(expNormal(f, f.let(add(a, a))));
  // x + x z P / Q, or 1 − 2 / (e^2x + 1)
  const above = choose(small, mul(mul(a, z), polynomial(f, z, tanhAbove)), constant(-2));
  const below = choose(small, polynomial(f, z, tanhBelow), add(growth, constant(1)));
  return flipSign(add(choose(small, a, constant(1)), div(above, below)), signOf(x));
}

/** A quarter of e^x as a pair, and of e^−x; overflow comes only when they are doubled. */
function quarters(f: FunctionWriter, a: V128): { high: V128; low: V128; inverse: V128 } {
  const { n, high, low } = expPair(f, f.let(pmin(a, constant(710.7))));
  const power = f.let(powerOfTwo(sub(n, constant(2))));
  const large = f.let(mul(high, power));
  const rest = f.let(mul(low, power));
  return { high: large, low: rest, inverse: div(constant(1 / 16), add(large, rest)) };
}

export function sinh(f: FunctionWriter, x: V128): V128 {
  const a = f.let(abs(x));
  const z = f.let(mul(a, a));
  const { high, low, inverse } = quarters(f, a);
  const half = f.let(add(sub(high, inverse), low));
  const small = add(a, mul(mul(a, z), polynomial(f, z, sinhSeries)));
  return flipSign(choose(lt(a, constant(1)), small, add(half, half)), signOf(x));
}

export function cosh(f: FunctionWriter, x: V128): V128 {
  const { high, low, inverse } = quarters(f, f.let(abs(x)));
  const half = f.let(add(add(high, inverse), low));
  return add(half, half);
}

/** From here on x² + 1 and x² are the same. */
const far = 2 ** 28;

export function asinh(f: FunctionWriter, x: V128): V128 {
  const a = f.let(abs(x));
  // √(x² + 1) + x − 1 = x + x² / (1 + √(x² + 1))
  const near = f.let(pmin(a, constant(far)));
  const square = f.let(mul(near, near));
  const above = div(square, add(constant(1), sqrt(add(constant(1), square))));
  const result = logOfOnePlus(f, a, quickSum(f, near, f.let(above)));
  return flipSign(result, signOf(x));
}

export function acosh(f: FunctionWriter, x: V128): V128 {
  const near = f.let(pmin(x, constant(far)));
  const t = f.let(sub(near, constant(1)));
  // √(x² − 1) = √(t (t + 2)) with its rounding error
  const factor = exactSum(f, t, constant(2));
  const product = exactProduct(f, t, factor.high);
  const root = f.let(sqrt(product.high));
  const square = exactProduct(f, root, root);
  const lack = add(sub(sub(product.high, square.high), square.low), add(product.low, mul(t, factor.low)));
  const rootLow = div(lack, pmax(add(root, root), constant(2 ** -500)));
  const sum = quickSum(f, root, t);
  const result = logOfOnePlus(f, x, { high: sum.high, low: f.let(add(sum.low, rootLow)) });
  return choose(ge(x, constant(1)), result, constant(Number.NaN));
}

/** log(1 + sum), or log(2 x) where x is far. */
function logOfOnePlus(f: FunctionWriter, x: V128, sum: { high: V128; low: V128 }): V128 {
  const isFar = f.let(ge(x, constant(far)));
  const { high, low } = exactSum(f, constant(1), sum.high);
  const result = logOfSum(
    f,
    f.let(choose(isFar, x, high)),
    choose(isFar, constant(0), add(low, sum.low)),
    choose(isFar, constant(1), constant(0)),
  );
  // ∞ stays as it is.
  const beyond = ge(x, constant(Infinity));
  return choose(beyond, x, result);
}

export function atanh(f: FunctionWriter, x: V128): V128 {
  const a = f.let(abs(x));
  const one = constant(1);
  // ½ log((1 + a) / (1 − a)) with the quotient 2^k m; s = (m − 1) / (m + 1) without the quotient's rounding
  const p = exactSum(f, one, a);
  const q = exactSum(f, one, f64x2.neg(a));
  const { k } = toBinary(f, div(p.high, q.high));
  const power = f.let(powerOfTwo(k));
  const scaled = f.let(mul(q.high, power));
  const above = f.let(sub(p.high, scaled));
  const aboveLow = f.let(sub(p.low, mul(q.low, power)));
  const below = exactSum(f, p.high, scaled);
  const s = f.let(div(add(above, aboveLow), below.high));
  const product = exactProduct(f, s, below.high);
  const lack = sub(sub(sub(above, product.high), product.low), sub(mul(s, below.low), aboveLow));
  const rest = div(lack, below.high);
  const low = mul(k, constant(ln2Low / 2));
  const tail = mul(inverseTangentTail(f, s), constant(0.5));
  const sum = quickSum(f, f.let(mul(k, constant(ln2High / 2))), s);
  const result = add(sum.high, add(sum.low, add(tail, add(rest, low))));
  const end = choose(eq(a, one), constant(Infinity), constant(Number.NaN));
  return flipSign(choose(lt(a, one), result, end), signOf(x));
}
