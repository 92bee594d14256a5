/** Kernels that gather the elements along some axes into one, and running sums and products along an axis. */
import * as tf from '@tensorflow/tfjs';
import { allocate, type Values } from '../backend.js';
import { sums } from '../dense/index.js';
import { softmaxInHeap } from '../elementwise/index.js';
import { doubles } from '../memory/index.js';
import { axesOf, type Call, type Kernel, type KernelTable, offsetsOf, sizeOf, stridesOf } from './kernel.js';

interface ReductionAttributes {
  readonly axis?: number | readonly number[] | null;
  /** What Max calls its axis. */
  readonly reductionIndices?: number | readonly number[] | null;
  readonly keepDims?: boolean;
}

/** One number from `length` elements of x, which lie `step` apart from `start` on. */
type Reducer = (x: Values, start: number, length: number, step: number) => number;

/** The same of an array of outer × length × inner doubles, for all of its rows. */
type Loop = (x: Float64Array, outer: number, length: number, inner: number, out: Float64Array) => void;

function reduction(
  reducer: Reducer,
  resultType: (dtype: tf.DataType) => tf.DataType,
  loop?: Loop,
): Kernel<ReductionAttributes> {
  return ({ inputs: { x }, attrs, backend }) => {
    const axes = axesOf(attrs.axis ?? attrs.reductionIndices, x.shape.length);
    const { values, outer, length, inner } = rowsAlong(backend.values(x), x.shape, axes);
    const dtype = resultType(x.dtype);
    const result = allocate(dtype, outer * inner);
    if (loop && values instanceof Float64Array && result instanceof Float64Array) {
      loop(values, outer, length, inner, result);
    } else {
      for (let i = 0; i < outer; i++) {
        for (let j = 0; j < inner; j++) {
          result[i * inner + j] = reducer(values, i * length * inner + j, length, inner);
        }
      }
    }
    const kept = x.shape.map((size, k) => (axes.includes(k) ? 1 : size));
    const shape = attrs.keepDims ? kept : kept.filter((_, k) => !axes.includes(k));
    return backend.output(shape, dtype, result);
  };
}

/** An array as outer × length × inner, the middle being the given axes: a copy only where they are not adjacent. */
function rowsAlong(values: Values, shape: readonly number[], axes: readonly number[]) {
  const first = axes[0] ?? shape.length;
  const length = sizeOf(axes.map((k) => shape[k]));
  if (axes.every((k, m) => k === first + m)) {
    const inner = sizeOf(shape.slice(first + axes.length));
    return { values, outer: sizeOf(shape.slice(0, first)), length, inner };
  }
  const strides = stridesOf(shape);
  const order = [...shape.keys()].filter((k) => !axes.includes(k)).concat(axes);
  const offsets = offsetsOf(
    order.map((k) => shape[k]),
    order.map((k) => strides[k]),
  );
  const moved = values.slice();
  for (let i = 0; i < offsets.length; i++) moved[i] = values[offsets[i]];
  return { values: moved, outer: length === 0 ? 0 : values.length / length, length, inner: 1 };
}

const sum: Reducer = (x, start, length, step) => {
  let total = 0;
  for (let j = 0, at = start; j < length; j++, at += step) total += x[at];
  return total;
};

const product: Reducer = (x, start, length, step) => {
  let total = 1;
  for (let j = 0, at = start; j < length; j++, at += step) total *= x[at];
  return total;
};

const mean: Reducer = (x, start, length, step) => sum(x, start, length, step) / length;

const means: Loop = (x, outer, length, inner, out) => {
  sums(x, outer, length, inner, out);
  for (let i = 0; i < out.length; i++) out[i] /= length;
};

/** The largest element; NaN wins. */
const max: Reducer = (x, start, length, step) => {
  let best = Number.NEGATIVE_INFINITY;
  for (let j = 0, at = start; j < length; j++, at += step) {
    const value = x[at];
    if (value > best) best = value;
    else if (Number.isNaN(value)) return value;
  }
  return best;
};

/** The smallest element; NaN wins. */
const min: Reducer = (x, start, length, step) => {
  let best = Number.POSITIVE_INFINITY;
  for (let j = 0, at = start; j < length; j++, at += step) {
    const value = x[at];
    if (value < best) best = value;
    else if (Number.isNaN(value)) return value;
  }
  return best;
};

/** Where the extreme element is; the first of equals. */
const extremeAt =
  (better: (a: number, b: number) => boolean): Reducer =>
  (x, start, length, step) => {
    let best = 0;
    for (let j = 1; j < length; j++) if (better(x[start + j * step], x[start + best * step])) best = j;
    return best;
  };

const some: Reducer = (x, start, length, step) => {
  for (let j = 0; j < length; j++) if (x[start + j * step]) return 1;
  return 0;
};

const every: Reducer = (x, start, length, step) => {
  for (let j = 0; j < length; j++) if (!x[start + j * step]) return 0;
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
    const { outer, length, inner } = rowsAlong(values, x.shape, axesOf(axis, x.shape.length));
    for (let i = 0; i < outer * inner; i++) {
      const start = Math.floor(i / inner) * length * inner + (i % inner);
      let total = neutral;
      for (let j = 0; j < length; j++) {
        const at = start + (reverse ? length - 1 - j : j) * inner;
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
  const result = doubles(values.length);
  if (values instanceof Float64Array && softmaxInHeap(values, width, result)) return result;
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
  Max: reduction(max, same),
  Mean: reduction(mean, float, means),
  Min: reduction(min, same),
  Prod: reduction(product, counted),
  Softmax: softmax,
  Sum: reduction(sum, counted, sums),
};
