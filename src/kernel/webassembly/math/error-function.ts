/**
 * The error function.
 *
 * Below 1 as x + x Y(x²), above as 1 − e^(−x²) G(x), with quotients of minimax polynomials Y and G; one division serves
 * both. Source of the forms: W. J. Cody, Mathematics of Computation 23, 631 (1969).
 */
import { type FunctionWriter, f64x2, type V128 } from '../../../wasm/index.js';
import { choose, constant, flipSign, polynomial, signOf } from './arithmetic.js';
import { expNormal } from './exponential.js';

const { abs, add, mul, div, lt, neg, pmin } = f64x2;

const nearAbove = [
  0.1283791670955126, -0.31701414939804873, -0.04830971581789671, -0.00881252421751503,
  -0.0004951292539627435, -2.0710092629411675e-5,
];
const nearBelow = [
  1, 0.46045040617696315, 0.09378403325495038, 0.010687338566977539, 0.0006919147234848915,
  2.0783780813962925e-5,
];
const farAbove = [
  0.9999998869874565, 1.3905928376967873, 0.9495394269626733, 0.37361014466704107, 0.08435225741355326,
  0.008930800400971571,
];
const farBelow = [
  1, 2.51897081422218, 2.7918995973074057, 1.7571943039446356, 0.6701809695072698, 0.1495065785188944,
  0.015829554013678235,
];

export function erf(f: FunctionWriter, x: V128): V128 {
  const one = constant(1);
  // erf 6 is 1 to the last bit.
  const a = f.let(pmin(abs(x), constant(6)));
  const z = f.let(mul(a, a));
  const near = f.let(lt(a, one));
  const fall = neg(expNormal(f, f.let(neg(z))));
  const above = choose(near, mul(a, polynomial(f, z, nearAbove)), mul(fall, polynomial(f, a, farAbove)));
  const below = choose(near, polynomial(f, z, nearBelow), polynomial(f, a, farBelow));
  return flipSign(add(choose(near, a, one), div(above, below)), signOf(x));
}
