/**
 * log x and log(1 + x).
 *
 * x = 2^k m with m between √½ and √2; log m from s = (m − 1) / (m + 1) by the odd series of the inverse hyperbolic
 * tangent as a minimax polynomial, arranged so that the leading terms are exact. Sources: J. F. Hart et al., Computer
 * Approximations (1968), 4.2; the arrangement is that of K. C. Ng's logarithms in FreeBSD's msun.
 */
import type { FunctionWriter } from '../module.js';
import { f64x2, type I32, i32, i64x2, type V128, v128 } from '../values.js';
import { choose, constant, exactSum, polynomial, signOf } from './arithmetic.js';

const { add, sub, mul, div, lt, gt, ge, eq } = f64x2;

/** 41 bits of ln 2, and the rest. */
export const ln2High = 0.6931471805601177;
export const ln2Low = -1.7239444525614835e-13;
/** 2 atanh(s) = 2 s + s z L(z), z = s², |s| ≤ (√2 − 1)²; error 0.02 · 2^-53. */
const coefficients = [
  0.6666666666666734, 0.3999999999941571, 0.2857142874217468, 0.22222198592609835, 0.1818356345709591,
  0.15314069240869035, 0.1479579572113092,
];
const rootHalfBits = 0x3fe6a09e667f3bcdn;
const oneBits = 0x3ff0000000000000n;

/** A positive normal number as m · 2^k, √½ ≤ m < √2. */
export interface Binary {
  readonly m: V128;
  /** As a double. */
  readonly k: V128;
  /** 2^−k, where that is normal. */
  readonly inversePower: () => V128;
}

export function toBinary(f: FunctionWriter, x: V128): Binary {
  const bits = f.let(i64x2.add(x, i64x2.const(oneBits - rootHalfBits)));
  const biased = f.let(i64x2.shrU(bits, 52));
  // The integer in the low bits of 2^52 is that double's distance from 2^52.
  const k = sub(v128.or(biased, constant(2 ** 52)), constant(2 ** 52 + 1023));
  const mantissa = v128.and(bits, i64x2.const((1n << 52n) - 1n));
  return {
    m: i64x2.add(mantissa, i64x2.const(rootHalfBits)),
    k: f.let(k),
    inversePower: () => i64x2.shl(i64x2.sub(i64x2.const(2046n), biased), 52),
  };
}

/** s z L(z) of a variable s: 2 atanh(s) − 2 s */
export function inverseTangentTail(f: FunctionWriter, s: V128): V128 {
  const z = f.let(mul(s, s));
  return mul(s, mul(z, polynomial(f, z, coefficients)));
}

/** k ln 2 + log(1 + t + rest) for variables √½ − 1 ≤ t < √2 − 1 and k. */
export function logOfParts(f: FunctionWriter, k: V128, t: V128, rest: V128 | null): V128 {
  const s = f.let(div(t, add(t, constant(2))));
  const half = f.let(mul(mul(t, t), constant(0.5)));
  const z = f.let(mul(s, s));
  const small = mul(s, add(half, mul(z, polynomial(f, z, coefficients))));
  const low = mul(k, constant(ln2Low));
  const lowest = add(small, rest ? add(low, rest) : low);
  return sub(mul(k, constant(ln2High)), sub(sub(half, lowest), t));
}

export function log(f: FunctionWriter, x: V128): V128 {
  const ordinary = v128.and(ge(x, constant(2 ** -1022)), lt(x, constant(Infinity)));
  const isRare = f.let(i32.eqz(i64x2.allTrue(ordinary)));
  const { normal, shift } = normalize(f, x, isRare);
  const { m, k } = toBinary(f, normal);
  const result = f.let(logOfParts(f, f.let(sub(k, shift)), f.let(sub(m, constant(1))), null));
  f.if(isRare, () => {
    const inside = v128.and(gt(x, constant(0)), lt(x, constant(Infinity)));
    f.set(result, choose(inside, result, logarithmAtEnds(x)));
  });
  return result;
}

/** x ≥ 0 as normal · 2^−shift; looks for subnormal numbers only where something is rare. */
export function normalize(f: FunctionWriter, x: V128, isRare: I32): { normal: V128; shift: V128 } {
  const normal = f.let(x);
  const shift = f.let(constant(0));
  f.if(isRare, () => {
    const subnormal = f.let(lt(x, constant(2 ** -1022)));
    f.set(normal, choose(subnormal, mul(x, constant(2 ** 54)), x));
    f.set(shift, v128.and(subnormal, constant(54)));
  });
  return { normal, shift };
}

/** log x where x is not both positive and finite. */
export function logarithmAtEnds(x: V128): V128 {
  const negative = choose(eq(x, constant(0)), constant(-Infinity), constant(Number.NaN));
  return choose(gt(x, constant(0)), x, negative);
}

export function log1p(f: FunctionWriter, x: V128): V128 {
  const { high: u, low } = exactSum(f, constant(1), x);
  const result = f.let(logOfSum(f, u, low, constant(0)));
  const ordinary = f.let(v128.and(gt(x, constant(-1)), lt(x, constant(Infinity))));
  f.if(i32.eqz(i64x2.allTrue(ordinary)), () => {
    f.set(result, choose(ordinary, result, logarithmAtEnds(u)));
  });
  // The result has the sign of x, also for −0.
  return v128.or(result, signOf(x));
}

/** log(u + low) + extra · ln 2 for a normal, positive u and |low| small beside it. */
export function logOfSum(f: FunctionWriter, u: V128, low: V128, extra: V128): V128 {
  const { m, k, inversePower } = toBinary(f, u);
  const leading = f.let(sub(m, constant(1)));
  // 2^−k is not normal for the largest u, whose low part does not count.
  const rest = f.let(v128.andNot(mul(low, inversePower()), ge(u, constant(2 ** 1000))));
  const t = f.let(add(leading, rest));
  const exponent = f.let(add(k, extra));
  return logOfParts(f, exponent, t, f.let(sub(rest, sub(t, leading))));
}
