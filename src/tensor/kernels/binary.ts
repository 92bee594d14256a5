/** Kernels of two tensors that work on pairs of elements, with NumPy's broadcasting. */
import * as tf from '@tensorflow/tfjs';
import { uninitialized, type Values } from '../backend.js';
import { type BinaryName, binaryInHeap } from '../elementwise/index.js';
import { type Call, type Kernel, type KernelTable, sameShape, sizeOf, stridesOf } from './kernel.js';
import type { CompareLoop, PairLoop } from './loops.js';
import * as loops from './loops.js';

type Pair = (a: number, b: number) => number;

interface Faster {
  /** The same operation on large arrays of doubles. */
  readonly vectors?: BinaryName;
  /** The same to arrays of doubles. */
  readonly loop?: PairLoop;
  /** The same from arrays of doubles to truths. */
  readonly compare?: CompareLoop;
}

/** A kernel from a function of two numbers; the result has `a`'s dtype unless another is given. */
export function binary(f: Pair, dtype?: tf.DataType, faster: Faster = {}): Kernel {
  return ({ inputs: { a, b }, backend }: Call) => {
    const type = dtype ?? a.dtype;
    const shape = sameShape(a.shape, b.shape)
      ? a.shape
      : tf.broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
    const result = uninitialized(type, sizeOf(shape));
    combine(f, backend.values(a), a.shape, backend.values(b), b.shape, result, shape, faster);
    return backend.output(shape, type, result);
  };
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
  faster: Faster = {},
): void {
  const size = result.length;
  if (size === 0) return;
  const { vectors } = faster;
  if (
    vectors &&
    a instanceof Float64Array &&
    b instanceof Float64Array &&
    result instanceof Float64Array &&
    binaryInHeap(vectors, a, aShape, b, bShape, result, shape)
  ) {
    return;
  }
  const row = rowLoop(f, a, b, result, faster);
  const aStep = a.length === size ? 1 : 0;
  const bStep = b.length === size ? 1 : 0;
  if ((aStep === 1 || a.length === 1) && (bStep === 1 || b.length === 1)) row(0, aStep, 0, bStep, 0, size);
  else alongRows(row, aShape, bShape, shape, size);
}

/** Fills results `from … to − 1`, from elements that begin at p and q and lie so many steps apart. */
type RowLoop = (p: number, aStep: number, q: number, bStep: number, from: number, to: number) => void;

function rowLoop(f: Pair, a: Values, b: Values, result: Values, { loop, compare }: Faster): RowLoop {
  if (a instanceof Float64Array && b instanceof Float64Array) {
    if (loop && result instanceof Float64Array) {
      return (p, aStep, q, bStep, from, to) => loop(a, p, aStep, b, q, bStep, result, from, to);
    }
    if (compare && result instanceof Uint8Array) {
      return (p, aStep, q, bStep, from, to) => compare(a, p, aStep, b, q, bStep, result, from, to);
    }
  }
  return (p, aStep, q, bStep, from, to) => {
    for (let i = from, k = p, m = q; i < to; i++, k += aStep, m += bStep) result[i] = f(a[k], b[m]);
  };
}

/** An odometer over all axes but the last, a loop along that one. */
function alongRows(
  row: RowLoop,
  aShape: readonly number[],
  bShape: readonly number[],
  shape: readonly number[],
  size: number,
): void {
  const rank = shape.length;
  const length = shape[rank - 1];
  const aStrides = broadcastStrides(aShape, shape);
  const bStrides = broadcastStrides(bShape, shape);
  const index = new Array<number>(rank).fill(0);
  let p = 0;
  let q = 0;
  for (let from = 0; from < size; from += length) {
    row(p, aStrides[rank - 1], q, bStrides[rank - 1], from, from + length);
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
  Add: binary((a, b) => a + b, undefined, { vectors: 'add', loop: loops.add }),
  AddN: addN,
  Atan2: binary(Math.atan2),
  BitwiseAnd: binary((a, b) => a & b),
  FloorDiv: binary((a, b) => Math.floor(a / b), 'int32'),
  Maximum: binary((a, b) => (a > b || Number.isNaN(a) ? a : b), undefined, { vectors: 'maximum' }),
  Minimum: binary((a, b) => (a < b || Number.isNaN(a) ? a : b), undefined, { vectors: 'minimum' }),
  Mod: binary(mod),
  Multiply: binary((a, b) => a * b, undefined, { vectors: 'multiply', loop: loops.multiply }),
  Pow: binary((a, b) => a ** b, undefined, { vectors: 'power' }),
  RealDiv: binary((a, b) => a / b, undefined, { vectors: 'divide', loop: loops.divide }),
  SquaredDifference: binary((a, b) => (a - b) * (a - b), undefined, { vectors: 'squaredDifference' }),
  Sub: binary((a, b) => a - b, undefined, { vectors: 'subtract', loop: loops.subtract }),
  Prelu: ({ inputs: { x, alpha }, attrs, backend }) => prelu({ inputs: { a: x, b: alpha }, attrs, backend }),
};
