/** Kernels of two tensors that work on pairs of elements, with NumPy's broadcasting. */
import * as tf from '@tensorflow/tfjs';
import { allocate, type Values } from '../backend.js';
import { type Call, type Kernel, type KernelTable, sameShape, sizeOf, stridesOf } from './kernel.js';
import type { PairLoops } from './loops.js';
import * as loops from './loops.js';

type Pair = (a: number, b: number) => number;

/**
 * A kernel from a function of two numbers; the result has `a`'s dtype unless another is given. `loops` do the same
 * to whole arrays of doubles.
 */
export function binary(f: Pair, dtype?: tf.DataType, loops?: PairLoops): Kernel {
  return ({ inputs: { a, b }, backend }: Call) => {
    const type = dtype ?? a.dtype;
    const shape = sameShape(a.shape, b.shape)
      ? a.shape
      : tf.broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
    const result = allocate(type, sizeOf(shape));
    const left = backend.values(a);
    const right = backend.values(b);
    if (!(loops && runLoops(loops, left, right, result))) {
      combine(f, left, a.shape, right, b.shape, result, shape);
    }
    return backend.output(shape, type, result);
  };
}

/** Whether one of the loops fitted, and ran. */
function runLoops(loops: PairLoops, a: Values, b: Values, out: Values): boolean {
  if (!(a instanceof Float64Array && b instanceof Float64Array && out instanceof Float64Array)) return false;
  if (a.length === out.length && b.length === out.length) loops.both(a, b, out);
  else if (a.length === out.length && b.length === 1) loops.right(a, b[0], out);
  else if (b.length === out.length && a.length === 1) loops.left(a[0], b, out);
  else return false;
  return true;
}

/** Fills `result` with f of the broadcast pairs. */
export function combine(
  f: Pair,
  a: Values,
  aShape: readonly number[],
  b: Values,
  bShape: readonly number[],
  result: Values,
  shape: readonly number[],
): void {
  const size = result.length;
  if (a.length === size && b.length === size) {
    for (let i = 0; i < size; i++) result[i] = f(a[i], b[i]);
  } else if (a.length === size && b.length === 1) {
    const right = b[0];
    for (let i = 0; i < size; i++) result[i] = f(a[i], right);
  } else if (b.length === size && a.length === 1) {
    const left = a[0];
    for (let i = 0; i < size; i++) result[i] = f(left, b[i]);
  } else if (size > 0) {
    combineRows(f, a, aShape, b, bShape, result, shape);
  }
}

/** The general case: an odometer over all axes but the last, a plain loop along that one. */
function combineRows(
  f: Pair,
  a: Values,
  aShape: readonly number[],
  b: Values,
  bShape: readonly number[],
  result: Values,
  shape: readonly number[],
): void {
  const rank = shape.length;
  const length = shape[rank - 1];
  const aStrides = broadcastStrides(aShape, shape);
  const bStrides = broadcastStrides(bShape, shape);
  const aStep = aStrides[rank - 1];
  const bStep = bStrides[rank - 1];
  const index = new Array<number>(rank).fill(0);
  let p = 0;
  let q = 0;
  for (let row = 0; row < result.length; row += length) {
    for (let j = 0; j < length; j++) result[row + j] = f(a[p + j * aStep], b[q + j * bStep]);
    for (let k = rank - 2; k >= 0; k--) {
      index[k]++;
      p += aStrides[k];
      q += bStrides[k];
      if (index[k] < shape[k]) break;
      p -= aStrides[k] * shape[k];
      q -= bStrides[k] * shape[k];
      index[k] = 0;
    }
  }
}

/** Strides of an array along the axes of the shape that it is broadcast to: 0 along those that repeat it. */
export function broadcastStrides(from: readonly number[], to: readonly number[]): number[] {
  const own = stridesOf(from);
  const missing = to.length - from.length;
  return to.map((_, k) => (k < missing || from[k - missing] === 1 ? 0 : own[k - missing]));
}

/** The remainder with the divisor's sign. */
function mod(a: number, b: number): number {
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
}

const prelu = binary((value, slope) => (value < 0 ? slope * value : value), 'float32');

/** The sum of any number of tensors of one shape. */
function addN(call: Call): tf.TensorInfo {
  const [first, ...others] = Object.values(call.inputs);
  const total = call.backend.values(first).slice();
  for (const tensor of others) {
    const values = call.backend.values(tensor);
    for (let i = 0; i < total.length; i++) total[i] += values[i];
  }
  return call.backend.output(first.shape, first.dtype, total);
}

export const binaryKernels: KernelTable = {
  Add: binary((a, b) => a + b, undefined, loops.add),
  AddN: addN,
  Atan2: binary(Math.atan2),
  BitwiseAnd: binary((a, b) => a & b),
  FloorDiv: binary((a, b) => Math.floor(a / b), 'int32'),
  Maximum: binary((a, b) => (a > b || Number.isNaN(a) ? a : b)),
  Minimum: binary((a, b) => (a < b || Number.isNaN(a) ? a : b)),
  Mod: binary(mod),
  Multiply: binary((a, b) => a * b, undefined, loops.multiply),
  Pow: binary((a, b) => a ** b),
  RealDiv: binary((a, b) => a / b, undefined, loops.divide),
  SquaredDifference: binary((a, b) => (a - b) * (a - b)),
  Sub: binary((a, b) => a - b, undefined, loops.subtract),
  Prelu: ({ inputs: { x, alpha }, attrs, backend }) => prelu({ inputs: { a: x, b: alpha }, attrs, backend }),
};
