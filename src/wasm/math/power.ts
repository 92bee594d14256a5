/**
 * x^y where both vary, with the special cases of JavaScript's `**`.
 *
 * x^y = 2^(y log₂ x), with log₂ x to about 2⁻⁷⁵ of itself as a pair of doubles whose leading one is short, so that its
 * product with the leading part of y is exact. Source of the method: the power function of FreeBSD's msun (K. C. Ng and
 * others, 1993); here without tables, one interval for the mantissa.
 */
import type { FunctionWriter } from '../module.js';
import { f64x2, i32, i64x2, type V128, v128 } from '../values.js';
import {
  choose,
  constant,
  head,
  type Pair,
  polynomial,
  quickSum,
  scale,
  split,
  toInteger,
} from './arithmetic.js';
import { tail } from './exponential.js';
import { normalize, toBinary } from './logarithm.js';

const { abs, add, sub, mul, div, lt, gt, ge, eq, ne, pmin, pmax } = f64x2;

/** 2 atanh(s) = (2/3) s (3 + z + z² W(z)), z = s², |s| ≤ (√2 − 1)²; error 2^-65. */
const coefficients = [
  0.6000000000000337, 0.4285714285515263, 0.33333333779384383, 0.27272676588571737, 0.23080134459513046,
  0.1988525873040266, 0.1979422112186707,
];
/** 2 / (3 ln 2): 26 bits, the rest, and both. */
const scaleHigh = 0.9617967009544373;
const scaleLow = -7.028461650952758e-9;
const scaleBoth = scaleHigh + scaleLow;
/** ln 2: 26 bits, the rest, and both. */
const ln2High = 0.6931471824645996;
const ln2Low = -1.904654299957768e-9;
const ln2 = Math.LN2;

/** log₂ x − shift for a positive normal x; the high part has 26 bits. */
function log2(f: FunctionWriter, x: V128, shift: V128): Pair {
  const { m, k } = toBinary(f, x);
  const exponent = f.let(sub(k, shift));
  const mantissa = f.let(m);
  const t = f.let(sub(mantissa, constant(1)));
  const u = f.let(add(mantissa, constant(1)));
  // s = t / u in two parts; what u lost in rounding counts.
  const inverse = f.let(div(constant(1), u));
  const s = f.let(mul(t, inverse));
  const sHigh = f.let(head(s));
  const uHigh = f.let(head(u));
  const uLow = sub(mantissa, sub(uHigh, constant(1)));
  const sLow = f.let(mul(sub(sub(t, mul(sHigh, uHigh)), mul(sHigh, uLow)), inverse));
  // 3 + z + z² W in two parts
  const z = f.let(mul(s, s));
  const zHigh = f.let(mul(sHigh, sHigh));
  const more = f.let(add(mul(sLow, add(sHigh, s)), mul(mul(z, z), polynomial(f, z, coefficients))));
  const factorHigh = f.let(head(add(constant(3), add(zHigh, more))));
  const factorLow = f.let(sub(more, sub(sub(factorHigh, constant(3)), zHigh)));
  // s · factor
  const product = f.let(mul(sHigh, factorHigh));
  const rest = f.let(add(mul(sLow, factorHigh), mul(factorLow, s)));
  const productHigh = f.let(head(add(product, rest)));
  const productLow = sub(rest, sub(productHigh, product));
  // · 2 / (3 ln 2), + k
  const logHigh = f.let(mul(productHigh, constant(scaleHigh)));
  const logLow = f.let(add(mul(productHigh, constant(scaleLow)), mul(productLow, constant(scaleBoth))));
  const high = f.let(head(add(add(logHigh, logLow), exponent)));
  return { high, low: f.let(sub(logLow, sub(sub(high, exponent), logHigh))) };
}

/** 2^(high + low) for |high| ≤ 1100 and a small low. */
function exp2(f: FunctionWriter, high: V128, low: V128): V128 {
  const { value: n } = toInteger(f, add(high, low));
  const fraction = f.let(sub(high, n));
  const leading = f.let(head(add(fraction, low)));
  const rest = sub(low, sub(leading, fraction));
  const u = f.let(mul(leading, constant(ln2High)));
  const v = f.let(add(mul(rest, constant(ln2)), mul(leading, constant(ln2Low))));
  const r = f.let(add(u, v));
  const lack = f.let(sub(v, sub(r, u)));
  // e^lack = 1 + lack
  const one = quickSum(f, constant(1), r);
  const power = add(one.high, add(one.low, add(tail(f, r), add(lack, mul(lack, r)))));
  return scale(f, power, n);
}

export function pow(f: FunctionWriter, x: V128, y: V128): V128 {
  const a = f.let(abs(x));
  const ordinary = v128.and(
    v128.and(ge(x, constant(2 ** -1022)), lt(x, constant(Infinity))),
    lt(abs(y), constant(Infinity)),
  );
  const isRare = f.let(i32.eqz(i64x2.allTrue(ordinary)));
  const { normal, shift } = normalize(f, a, isRare);
  const log = log2(f, normal, shift);
  // Beyond ±2^65 every power of a number other than 1 has over- or underflown.
  const exponent = split(f, f.let(pmax(pmin(y, constant(2 ** 65)), constant(-(2 ** 65)))));
  const leading = f.let(mul(exponent.high, log.high));
  const rest = f.let(add(mul(exponent.low, log.high), mul(add(exponent.high, exponent.low), log.low)));
  // Where the exponent of 2 is clamped its low part stays: it is small beside what matters there.
  const inside = lt(abs(leading), constant(1100));
  const clamped = f.let(pmax(pmin(leading, constant(1100)), constant(-1100)));
  const result = f.let(exp2(f, clamped, f.let(v128.and(rest, inside))));
  f.if(isRare, () => f.set(result, special(f, x, y, a, result)));
  return result;
}

/** x^y for all operands; `power` is |x|^y where |x| is positive and finite and y is finite. */
function special(f: FunctionWriter, x: V128, y: V128, a: V128, power: V128): V128 {
  const zero = constant(0);
  const one = constant(1);
  const infinity = constant(Infinity);
  const nan = constant(Number.NaN);
  const size = f.let(abs(y));
  const isInteger = f.let(eq(y, f64x2.floor(y)));
  const half = f.let(mul(y, constant(0.5)));
  const isOdd = f.let(v128.and(isInteger, ne(half, f64x2.floor(half))));
  const positive = gt(y, zero);
  // 0 and ∞ as bases, then ∞ as the exponent
  const extreme = f.let(v128.or(eq(a, zero), eq(a, infinity)));
  const grows = f.let(eq(v128.and(one, gt(a, one)), v128.and(one, positive)));
  const limit = f.let(choose(grows, infinity, zero));
  const magnitude = f.let(choose(v128.or(extreme, eq(size, infinity)), limit, power));
  const negative = f.let(i64x2.ltS(x, i64x2.const(0n)));
  const signed = v128.xor(magnitude, v128.and(v128.and(negative, isOdd), constant(-0)));
  // A negative base has real powers for integer exponents only; ±1 to ±∞ is NaN in JavaScript.
  const root = v128.and(v128.and(negative, lt(a, infinity)), v128.andNot(gt(a, zero), isInteger));
  const undecided = v128.and(eq(a, one), eq(size, infinity));
  const invalid = v128.or(v128.or(ne(x, x), ne(y, y)), v128.or(root, undecided));
  return choose(eq(y, zero), one, choose(invalid, nan, signed));
}
