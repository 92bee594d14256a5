/**
 * sin, cos and tan.
 *
 * Minimax polynomials on |r| ≤ π/4 after the reduction, with the remainder's low part to first order; sine and cosine
 * are both computed and chosen by quadrant. Odd functions are computed for |x|.
 */
import type { FunctionWriter } from '../module.js';
import { f64x2, i64x2, type V128, v128 } from '../values.js';
import { choose, constant, flipSign, polynomial, quickSum, signOf } from './arithmetic.js';
import { type Remainder, remainderByHalfPi } from './reduction.js';

const { abs, add, sub, mul, div } = f64x2;

/** sin r = r + r z S(z), z = r² */
const sine = [
  -0.16666666666666632, 0.008333333333322434, -0.00019841269829822542, 2.755731369662351e-6,
  -2.505075880199361e-8, 1.589683332617287e-10,
];
/** cos r = 1 − z/2 + z² C(z) */
const cosine = [
  0.0416666666666666, -0.0013888888888874149, 2.4801587289496377e-5, -2.7557314356341566e-7,
  2.087572381278443e-9, -1.1359675693009959e-11,
];
/** tan r = r + r z P(z) / Q(z) */
const tangentAbove = [
  0.3333333333333333, -0.02144290373161067, 0.00024489590052736315, -1.789849920464287e-8,
];
const tangentBelow = [1, -0.4643287111948317, 0.024561410274748747, -0.000256053982293248];

/** sin(r + quarter turns) of a remainder. */
function sineOf(f: FunctionWriter, { high: r, low }: Remainder, quadrant: V128): V128 {
  const z = f.let(mul(r, r));
  const s = add(r, add(low, mul(mul(z, r), polynomial(f, z, sine))));
  const half = f.let(mul(z, constant(0.5)));
  const whole = f.let(sub(constant(1), half));
  const lost = sub(sub(constant(1), whole), half);
  const c = add(whole, add(lost, sub(mul(mul(z, z), polynomial(f, z, cosine)), mul(r, low))));
  const value = choose(isOdd(quadrant), c, s);
  return flipSign(value, signOf(i64x2.shl(quadrant, 62)));
}

const isOdd = (quadrant: V128): V128 => i64x2.ne(v128.and(quadrant, i64x2.const(1n)), i64x2.const(0n));

export function sin(f: FunctionWriter, x: V128): V128 {
  const remainder = remainderByHalfPi(f, f.let(abs(x)));
  return flipSign(sineOf(f, remainder, remainder.quadrant), signOf(x));
}

export function cos(f: FunctionWriter, x: V128): V128 {
  const remainder = remainderByHalfPi(f, f.let(abs(x)));
  return sineOf(f, remainder, f.let(i64x2.add(remainder.quadrant, i64x2.const(1n))));
}

export function tan(f: FunctionWriter, x: V128): V128 {
  const { high: r, low, quadrant } = remainderByHalfPi(f, f.let(abs(x)));
  const z = f.let(mul(r, r));
  const quotient = div(polynomial(f, z, tangentAbove), polynomial(f, z, tangentBelow));
  // The slope of tan, 1 + tan² r, is near 1 + z + z².
  const slope = add(constant(1), mul(z, add(z, constant(1))));
  const sum = quickSum(f, r, f.let(add(mul(low, slope), mul(mul(z, r), quotient))));
  const t = sum.high;
  const odd = f.let(isOdd(quadrant));
  const value = f.let(div(choose(odd, constant(-1), t), choose(odd, t, constant(1))));
  // −1 / (t + low) = v + v² low with v = −1 / t
  const lack = v128.and(odd, mul(mul(value, value), sum.low));
  return flipSign(add(value, lack), signOf(x));
}
