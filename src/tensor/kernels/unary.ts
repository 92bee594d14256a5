/** Kernels of one tensor that work on each element alone. */

import type * as tf from '@tensorflow/tfjs';
import { uninitialized } from '../backend.js';
import { SELU_ALPHA, SELU_SCALE } from '../constants.js';
import { type UnaryName, unaryInHeap } from '../elementwise/index.js';
import { erf } from '../special.js';
import type { Call, Kernel, KernelTable } from './kernel.js';
import { type ElementLoop, exponential, negate, square, squareRoot } from './loops.js';

/**
 * A kernel from a function of a number; the result has the input's dtype unless another is given. `vectors` names the
 * same operation on large arrays of doubles, `loop` is one for all arrays of doubles.
 */
export function unary<Attributes = object>(
  f: (x: number, attributes: Attributes) => number,
  dtype?: tf.DataType,
  vectors?: UnaryName,
  loop?: ElementLoop,
): Kernel<Attributes> {
  return ({ inputs: { x }, attrs, backend }: Call<Attributes>) => {
    const values = backend.values(x);
    const type = dtype ?? x.dtype;
    const result = uninitialized(type, values.length);
    const doubles = values instanceof Float64Array && result instanceof Float64Array;
    if (doubles && vectors && unaryInHeap(vectors, values, result))
      return backend.output(x.shape, type, result);
    if (doubles && loop) loop(values, result);
    else for (let i = 0; i < values.length; i++) result[i] = f(values[i], attrs);
    return backend.output(x.shape, type, result);
  };
}

/** Rounds half to even. */
function round(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}

function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}

/** As tfjs has it: 0 for NaN, and no negative zero. */
function sign(x: number): number {
  return x > 0 ? 1 : x < 0 ? -1 : 0;
}

export const activations = {
  relu: (x: number) => Math.max(0, x),
  relu6: (x: number) => Math.min(Math.max(0, x), 6),
  elu: (x: number) => (x >= 0 ? x : Math.expm1(x)),
  sigmoid,
} as const;

export const unaryKernels: KernelTable = {
  Abs: unary(Math.abs, undefined, 'abs'),
  Acos: unary(Math.acos),
  Acosh: unary(Math.acosh),
  Asin: unary(Math.asin),
  Asinh: unary(Math.asinh),
  Atan: unary(Math.atan),
  Atanh: unary(Math.atanh),
  Ceil: unary(Math.ceil, undefined, 'ceil'),
  ClipByValue: unary<{ clipValueMin: number; clipValueMax: number }>((x, { clipValueMin, clipValueMax }) =>
    Math.max(clipValueMin, Math.min(clipValueMax, x)),
  ),
  Cos: unary(Math.cos, undefined, 'cos'),
  Cosh: unary(Math.cosh),
  Elu: unary(activations.elu),
  Erf: unary(erf),
  Exp: unary(Math.exp, 'float32', 'exp', exponential),
  Expm1: unary(Math.expm1, undefined, 'expm1'),
  Floor: unary(Math.floor, undefined, 'floor'),
  IsFinite: unary((x) => (Number.isFinite(x) ? 1 : 0), 'bool'),
  IsInf: unary((x) => (x === Number.POSITIVE_INFINITY || x === Number.NEGATIVE_INFINITY ? 1 : 0), 'bool'),
  IsNan: unary((x) => (Number.isNaN(x) ? 1 : 0), 'bool'),
  LeakyRelu: unary<{ alpha: number }>((x, { alpha }) => (x < 0 ? alpha * x : x), 'float32'),
  Log: unary(Math.log, undefined, 'log'),
  Log1p: unary(Math.log1p, undefined, 'log1p'),
  LogicalNot: unary((x) => (x ? 0 : 1), 'bool'),
  Neg: unary((x) => -x, undefined, 'negative', negate),
  Reciprocal: unary((x) => 1 / x, undefined, 'reciprocal'),
  Relu: unary(activations.relu, undefined, 'relu'),
  Relu6: unary(activations.relu6),
  Round: unary(round, undefined, 'round'),
  Rsqrt: unary((x) => 1 / Math.sqrt(x), undefined, 'rsqrt'),
  Selu: unary((x) => (x >= 0 ? SELU_SCALE * x : SELU_SCALE * SELU_ALPHA * Math.expm1(x))),
  Sigmoid: unary(sigmoid, undefined, 'sigmoid'),
  Sign: unary(sign),
  Sin: unary(Math.sin, undefined, 'sin'),
  Sinh: unary(Math.sinh),
  Softplus: unary(
    (x) => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x))),
    undefined,
    'softplus',
  ),
  Sqrt: unary(Math.sqrt, undefined, 'sqrt', squareRoot),
  Square: unary((x) => x * x, undefined, 'square', square),
  Step: unary<{ alpha: number }>((x, { alpha }) => (Number.isNaN(x) ? x : x > 0 ? 1 : alpha)),
  Tan: unary(Math.tan),
  Tanh: unary(Math.tanh, undefined, 'tanh'),
};
