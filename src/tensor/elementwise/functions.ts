/** Operations on each element of a tensor, or on pairs of elements, as vector code. */
import { type FunctionWriter, f64x2, math, type V128, v128 } from '../../wasm/index.js';

type Unary = (f: FunctionWriter, x: V128) => V128;
type Binary = (f: FunctionWriter, a: V128, b: V128) => V128;

interface Operation<F> {
  /** The result of variables. */
  readonly code: F;
  /** Additions that take about as long. */
  readonly work: number;
}

const { abs, add, div, max, min, mul, neg, sqrt, sub } = f64x2;
const one = f64x2.const(1);
const zero = f64x2.const(0);

const cheap = <F>(code: F): Operation<F> => ({ code, work: 1 });
const dear = <F>(code: F): Operation<F> => ({ code, work: 16 });

export const unaryOperations = {
  abs: cheap<Unary>((_, x) => abs(x)),
  ceil: cheap<Unary>((_, x) => f64x2.ceil(x)),
  floor: cheap<Unary>((_, x) => f64x2.floor(x)),
  negative: cheap<Unary>((_, x) => neg(x)),
  reciprocal: cheap<Unary>((_, x) => div(one, x)),
  // The positive zero wins over the negative one, as in Math.max.
  relu: cheap<Unary>((_, x) => max(zero, x)),
  round: cheap<Unary>((_, x) => f64x2.nearest(x)),
  rsqrt: cheap<Unary>((_, x) => div(one, sqrt(x))),
  sqrt: cheap<Unary>((_, x) => sqrt(x)),
  square: cheap<Unary>((_, x) => mul(x, x)),
  cos: dear<Unary>(math.cos),
  exp: dear<Unary>(math.exp),
  expm1: dear<Unary>(math.expm1),
  log: dear<Unary>(math.log),
  log1p: dear<Unary>(math.log1p),
  sigmoid: dear<Unary>((f, x) => {
    // e / (1 + e) for negative x, so that nothing overflows and nothing is lost.
    const e = f.let(math.exp(f, f.let(neg(abs(x)))));
    return div(v128.bitselect(e, one, f64x2.lt(x, zero)), add(one, e));
  }),
  sin: dear<Unary>(math.sin),
  softplus: dear<Unary>((f, x) => {
    const e = f.let(math.exp(f, f.let(neg(abs(x)))));
    return add(max(x, zero), math.log1p(f, e));
  }),
  tanh: dear<Unary>(math.tanh),
} as const;

export const binaryOperations = {
  add: cheap<Binary>((_, a, b) => add(a, b)),
  divide: cheap<Binary>((_, a, b) => div(a, b)),
  maximum: cheap<Binary>((_, a, b) => max(a, b)),
  minimum: cheap<Binary>((_, a, b) => min(a, b)),
  multiply: cheap<Binary>((_, a, b) => mul(a, b)),
  power: dear<Binary>(math.pow),
  squaredDifference: cheap<Binary>((f, a, b) => {
    const difference = f.let(sub(a, b));
    return mul(difference, difference);
  }),
  subtract: cheap<Binary>((_, a, b) => sub(a, b)),
} as const;

export type UnaryName = keyof typeof unaryOperations;
export type BinaryName = keyof typeof binaryOperations;
