/** Kernels that gather the elements along some axes into one, and running sums and products along an axis. */
import * as tf from '@tensorflow/tfjs';
import { allocate, type Values } from '../backend.js';
import { axesOf, type Call, type Kernel, type KernelTable, offsetsOf, stridesOf } from './kernel.js';

interface ReductionAttributes {
  readonly axis?: number | readonly number[] | null;
  /** What Max calls its axis. */
  readonly reductionIndices?: number | readonly number[] | null;
  readonly keepDims?: boolean;
}

/** One number from the elements of `x` that lie at `start` + each of `offsets`. */
type Reducer = (x: Values, start: number, offsets: Int32Array) => number;

function reduction(
  reducer: Reducer,
  resultType: (dtype: tf.DataType) => tf.DataType,
): Kernel<ReductionAttributes> {
  return ({ inputs: { x }, attrs, backend }) => {
    const axes = axesOf(attrs.axis ?? attrs.reductionIndices, x.shape.length);
    const { starts, offsets, kept, flat } = split(x.shape, axes);
    const dtype = resultType(x.dtype);
    const values = backend.values(x);
    const result = allocate(dtype, starts.length);
    for (let i = 0; i < starts.length; i++) result[i] = reducer(values, starts[i], offsets);
    return backend.output(attrs.keepDims ? kept : flat, dtype, result);
  };
}

/** Where each reduced set of elements starts, and the offsets of its members. */
function split(shape: readonly number[], axes: readonly number[]) {
  const strides = stridesOf(shape);
  const rest = shape.map((_, k) => k).filter((k) => !axes.includes(k));
  const pick = (from: readonly number[], which: readonly number[]) => which.map((k) => from[k]);
  return {
    starts: offsetsOf(pick(shape, rest), pick(strides, rest)),
    offsets: offsetsOf(pick(shape, axes), pick(strides, axes)),
    kept: shape.map((length, k) => (axes.includes(k) ? 1 : length)),
    flat: pick(shape, rest),
  };
}

const sum: Reducer = (x, start, offsets) => {
  let total = 0;
  for (let j = 0; j < offsets.length; j++) total += x[start + offsets[j]];
  return total;
};

const product: Reducer = (x, start, offsets) => {
  let total = 1;
  for (let j = 0; j < offsets.length; j++) total *= x[start + offsets[j]];
  return total;
};

const mean: Reducer = (x, start, offsets) => sum(x, start, offsets) / offsets.length;

/** The extreme element; NaN wins. */
const extreme =
  (better: (a: number, b: number) => boolean, start: number): Reducer =>
  (x, first, offsets) => {
    let best = start;
    for (let j = 0; j < offsets.length; j++) {
      const value = x[first + offsets[j]];
      if (Number.isNaN(value)) return value;
      if (better(value, best)) best = value;
    }
    return best;
  };

/** Where the extreme element is; the first of equals. */
const extremeAt =
  (better: (a: number, b: number) => boolean): Reducer =>
  (x, start, offsets) => {
    let best = 0;
    for (let j = 1; j < offsets.length; j++) {
      if (better(x[start + offsets[j]], x[start + offsets[best]])) best = j;
    }
    return best;
  };

const some: Reducer = (x, start, offsets) => {
  for (let j = 0; j < offsets.length; j++) if (x[start + offsets[j]]) return 1;
  return 0;
};

const every: Reducer = (x, start, offsets) => {
  for (let j = 0; j < offsets.length; j++) if (!x[start + offsets[j]]) return 0;
  return 1;
};

const greater = (a: number, b: number) => a > b;
const less = (a: number, b: number) => a < b;
const same = (dtype: tf.DataType) => dtype;
const counted = (dtype: tf.DataType) => tf.upcastType(dtype, 'int32');
const float = (): tf.DataType => 'float32';
const index = (): tf.DataType => 'int32';

interface ScanAttributes {
  readonly axis: number;
  readonly exclusive: boolean;
  readonly reverse: boolean;
}

/** A running combination along one axis, from either end, with or without the element itself. */
function scan(combine: (a: number, b: number) => number, neutral: number): Kernel<ScanAttributes> {
  return ({ inputs: { x }, attrs: { axis, exclusive, reverse }, backend }: Call<ScanAttributes>) => {
    const values = backend.values(x);
    const dtype = counted(x.dtype);
    const result = allocate(dtype, values.length);
    const { starts, offsets } = split(x.shape, axesOf(axis, x.shape.length));
    const length = offsets.length;
    for (let i = 0; i < starts.length; i++) {
      let total = neutral;
      for (let j = 0; j < length; j++) {
        const at = starts[i] + offsets[reverse ? length - 1 - j : j];
        const next = combine(total, values[at]);
        result[at] = exclusive ? total : next;
        total = next;
      }
    }
    return backend.output(x.shape, dtype, result);
  };
}

/** exp(x) over its sum, row by row, without overflow. */
export function softmaxRows(values: Values, width: number): Float64Array {
  const result = new Float64Array(values.length);
  for (let row = 0; row < values.length; row += width) {
    let top = Number.NEGATIVE_INFINITY;
    for (let j = row; j < row + width; j++) top = Math.max(top, values[j]);
    let total = 0;
    for (let j = row; j < row + width; j++) {
      result[j] = Math.exp(values[j] - top);
      total += result[j];
    }
    for (let j = row; j < row + width; j++) result[j] /= total;
  }
  return result;
}

function softmax({ inputs: { logits }, backend }: Call): tf.TensorInfo {
  const width = logits.shape[logits.shape.length - 1];
  return backend.output(logits.shape, 'float32', softmaxRows(backend.values(logits), width));
}

export const reductionKernels: KernelTable = {
  All: reduction(every, same),
  Any: reduction(some, same),
  ArgMax: reduction(extremeAt(greater), index),
  ArgMin: reduction(extremeAt(less), index),
  Cumprod: scan((a, b) => a * b, 1),
  Cumsum: scan((a, b) => a + b, 0),
  Max: reduction(extreme(greater, Number.NEGATIVE_INFINITY), same),
  Mean: reduction(mean, float),
  Min: reduction(extreme(less, Number.POSITIVE_INFINITY), same),
  Prod: reduction(product, counted),
  Softmax: softmax,
  Sum: reduction(sum, counted),
};
