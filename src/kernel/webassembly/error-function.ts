/**
 * The error function.
 *
 * Below 1 as x + x Y(x²), above as 1 − e^(−x²) G(x), with the quotients of src/tensor's erf; one division serves both.
 */
import { erfQuotients } from '../../tensor/index.js';
import { type FunctionWriter, f64x2, math, type V128 } from '../../wasm/index.js';

const { abs, add, mul, div, lt, neg, pmin } = f64x2;
const { choose, constant, expNormal, flipSign, polynomial, signOf } = math;

const { near: nearQuotient, far: farQuotient } = erfQuotients;

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
