/** The error function and its complement, with the coefficients of src/tensor's. */
import { erfcExponent, erfcFrom, erfQuotients } from '../../tensor/index.js';
import { type FunctionWriter, f64x2, math, type V128 } from '../../wasm/index.js';

const { abs, add, sub, mul, div, lt, neg, pmin } = f64x2;
const { choose, constant, expNormal, expPair, flipSign, head, polynomial, scale, signOf } = math;

const { near: nearQuotient, far: farQuotient } = erfQuotients;

/** Below 1 as x + x Y(x²), above as 1 − e^(−x²) G(x); one division serves both. */
export function erf(f: FunctionWriter, x: V128): V128 {
  const one = constant(1);
  // erf 6 is 1 to the last bit.
  const a = f.let(pmin(abs(x), constant(6)));
  const z = f.let(mul(a, a));
  const near = f.let(lt(a, one));
  const fall = neg(expNormal(f, f.let(neg(z))));
  const above = choose(
    near,
    mul(a, polynomial(f, z, nearQuotient.above)),
    mul(fall, polynomial(f, a, farQuotient.above)),
  );
  const below = choose(near, polynomial(f, z, nearQuotient.below), polynomial(f, a, farQuotient.below));
  return flipSign(add(choose(near, a, one), div(above, below)), signOf(x));
}

/** Near zero as (1 − x) − x Y(x²), else as e^(L(t) − x²) / (1 + 2x), t = (x − 2)/(x + 2); one division gives Y or t. */
export function erfc(f: FunctionWriter, x: V128): V128 {
  const [one, two] = [constant(1), constant(2)];
  // erfc 28 is 0, also as a subnormal number.
  const a = f.let(pmin(abs(x), constant(28)));
  const z = f.let(mul(a, a));
  const near = f.let(lt(a, constant(erfcFrom)));
  const above = choose(near, polynomial(f, z, nearQuotient.above), sub(a, two));
  const below = choose(near, polynomial(f, z, nearQuotient.below), add(a, two));
  const quotient = f.let(div(above, below));
  const central = sub(sub(one, x), mul(x, quotient));
  // The square of 26 bits is exact.
  const leading = f.let(head(a));
  const rest = add(mul(sub(leading, a), add(leading, a)), polynomial(f, quotient, erfcExponent));
  const fall = expPair(f, f.let(neg(mul(leading, leading))), f.let(rest));
  const tail = f.let(scale(f, quotientOf(f, fall, math.quickSum(f, f.let(add(a, a)), one)), fall.n));
  return choose(near, central, choose(lt(x, constant(0)), sub(two, tail), tail));
}

/** a / b, both to more than their leading parts: rounded once but for a little. */
function quotientOf(f: FunctionWriter, a: math.Pair, b: math.Pair): V128 {
  const inverse = f.let(div(constant(1), b.high));
  const near = f.let(mul(a.high, inverse));
  const product = math.exactProduct(f, near, b.high);
  const lack = sub(sub(sub(a.high, product.high), product.low), sub(mul(near, b.low), a.low));
  return add(near, mul(lack, inverse));
}
