/** The functions of expressions as vector code, two doubles at a time. */
import type { FunctionName } from '../../expression/index.js';
import { type FunctionWriter, f64x2, type I32, math, type V128, v128 } from '../../wasm/index.js';
import { erf, erfc } from './error-function.js';

/** Writes the code of a function of vectors; the result is its value. Operands are variables or constants. */
export type VectorFunction = (f: FunctionWriter, ...operands: V128[]) => V128;

const one = f64x2.const(1);
const zero = f64x2.const(0);
/** Masks become the numbers 1 and 0 that expressions compute with. */
const truth = (mask: V128): V128 => v128.and(mask, one);
const isTrue = (x: V128): V128 => f64x2.ne(x, zero);

export const vectorFunctions: Readonly<Record<FunctionName, VectorFunction>> = {
  exp: math.exp,
  expm1: math.expm1,
  log: math.log,
  log1p: math.log1p,
  sin: math.sin,
  cos: math.cos,
  tan: math.tan,
  asin: math.asin,
  acos: math.acos,
  atan: math.atan,
  sinh: math.sinh,
  cosh: math.cosh,
  tanh: math.tanh,
  asinh: math.asinh,
  acosh: math.acosh,
  atanh: math.atanh,
  erf,
  erfc,
  abs: (_, x) => f64x2.abs(x),
  // ±0 and NaN stay as they are.
  sign: (_, x) =>
    v128.bitselect(
      v128.or(one, v128.and(x, f64x2.const(-0))),
      x,
      v128.or(f64x2.lt(x, zero), f64x2.gt(x, zero)),
    ),
  floor: (_, x) => f64x2.floor(x),
  ceil: (_, x) => f64x2.ceil(x),
  roundHalfEven: (_, x) => f64x2.nearest(x),
  atan2: math.atan2,
  pow: math.pow,
  minimum: (_, x, y) => f64x2.min(x, y),
  maximum: (_, x, y) => f64x2.max(x, y),
  modulo: (_, x, y) => f64x2.sub(x, f64x2.mul(y, f64x2.floor(f64x2.div(x, y)))),
  less: (_, x, y) => truth(f64x2.lt(x, y)),
  lessEqual: (_, x, y) => truth(f64x2.le(x, y)),
  equal: (_, x, y) => truth(f64x2.eq(x, y)),
  and: (_, x, y) => truth(v128.and(isTrue(x), isTrue(y))),
  or: (_, x, y) => truth(v128.or(isTrue(x), isTrue(y))),
  not: (_, x) => truth(f64x2.eq(x, zero)),
  isNaN: (_, x) => truth(f64x2.ne(x, x)),
  isFinite: (_, x) => truth(f64x2.lt(f64x2.abs(x), f64x2.const(Infinity))),
};

/** Doubles of a table that functions read from memory, which whoever runs them puts there. */
export const functionTable = math.exponentialTable;

/** Code for a function of vectors where its table lies in memory, at the address `table`. */
export function writeFunction(f: FunctionWriter, table: I32, name: FunctionName, ...operands: V128[]): V128 {
  return name === 'exp' ? math.expByTable(f, table, operands[0]) : vectorFunctions[name](f, ...operands);
}
