/** The functions of expressions as vector code, two doubles at a time. */
import type { FunctionName } from '../../expression/index.js';
import { type FunctionWriter, f64x2, type V128, v128 } from '../../wasm/index.js';

/** Writes the code of a function of vectors; the result is its value. */
export type VectorFunction = (f: FunctionWriter, ...operands: V128[]) => V128;

const one = f64x2.const(1);
/** Masks become the numbers 1 and 0 that expressions compute with. */
const truth = (mask: V128): V128 => v128.and(mask, one);
const isTrue = (x: V128): V128 => f64x2.ne(x, f64x2.const(0));

export const vectorFunctions: Readonly<Partial<Record<FunctionName, VectorFunction>>> = {
  abs: (_, x) => f64x2.abs(x),
  floor: (_, x) => f64x2.floor(x),
  ceil: (_, x) => f64x2.ceil(x),
  roundHalfEven: (_, x) => f64x2.nearest(x),
  minimum: (_, x, y) => f64x2.min(x, y),
  maximum: (_, x, y) => f64x2.max(x, y),
  less: (_, x, y) => truth(f64x2.lt(x, y)),
  lessEqual: (_, x, y) => truth(f64x2.le(x, y)),
  equal: (_, x, y) => truth(f64x2.eq(x, y)),
  and: (_, x, y) => truth(v128.and(isTrue(x), isTrue(y))),
  or: (_, x, y) => truth(v128.or(isTrue(x), isTrue(y))),
  not: (_, x) => truth(f64x2.eq(x, f64x2.const(0))),
};
