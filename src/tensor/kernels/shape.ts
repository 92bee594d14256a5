/**
 * Kernels that read one tensor in another shape, order, part or repetition, and compute nothing. They work on
 * tensors of any dtype, strings included.
 */
import * as tf from '@tensorflow/tfjs';
import { allocate, type Values } from '../backend.js';
import { broadcastStrides } from './binary.js';
import { axesOf, type Call, type Kernel, type KernelTable, offsetsOf, sizeOf, stridesOf } from './kernel.js';

type Elements = Values | Uint8Array[];

export function room(dtype: tf.DataType, size: number): Elements {
  return dtype === 'string' ? new Array<Uint8Array>(size).fill(new Uint8Array()) : allocate(dtype, size);
}

/** The tensor whose element i is element offsets[i] of `x`. */
export function pick(
  call: Call,
  x: tf.TensorInfo,
  shape: readonly number[],
  offsets: Int32Array,
): tf.TensorInfo {
  const from = call.backend.elements(x);
  const to = room(x.dtype, offsets.length);
  for (let i = 0; i < offsets.length; i++) to[i] = from[offsets[i]];
  return call.backend.output(shape, x.dtype, to);
}

/** A view of `x` by start and strides, made into a tensor of its own. */
export function view(
  call: Call,
  x: tf.TensorInfo,
  shape: readonly number[],
  strides: readonly number[],
  start = 0,
): tf.TensorInfo {
  return pick(call, x, shape, offsetsOf(shape, strides, start));
}

function reshape(call: Call<{ shape: number[] }>): tf.TensorInfo {
  const { x } = call.inputs;
  const size = sizeOf(x.shape);
  const shape = tf.util.inferFromImplicitShape(call.attrs.shape, size);
  tf.util.assert(
    size === sizeOf(shape),
    () =>
      `The new shape (${shape}) has ${sizeOf(shape)} elements and the old shape (${x.shape}) has ${size}.`,
  );
  return call.backend.alias(x, shape);
}

function expandDims(call: Call<{ dim: number }>): tf.TensorInfo {
  const { input } = call.inputs;
  const { dim } = call.attrs;
  const shape = [...input.shape];
  tf.util.assert(
    -(shape.length + 1) <= dim && dim <= shape.length,
    () => `Axis must be in the interval [${-(shape.length + 1)}, ${shape.length}]`,
  );
  shape.splice(dim < 0 ? shape.length + dim + 1 : dim, 0, 1);
  return call.backend.alias(input, shape);
}

function transpose(call: Call<{ perm: number[] }>): tf.TensorInfo {
  const { x } = call.inputs;
  const { perm } = call.attrs;
  const strides = stridesOf(x.shape);
  return view(
    call,
    x,
    perm.map((k) => x.shape[k]),
    perm.map((k) => strides[k]),
  );
}

/** The block of `x` of the given size that begins at `begin`. */
export function block(
  call: Call,
  x: tf.TensorInfo,
  begin: readonly number[],
  size: readonly number[],
): tf.TensorInfo {
  const strides = stridesOf(x.shape);
  const start = begin.reduce((sum, b, k) => sum + b * strides[k], 0);
  if (size.every((length, k) => k === 0 || length === x.shape[k])) {
    const values = call.backend.elements(x).slice(start, start + sizeOf(size));
    return call.backend.output(size, x.dtype, values);
  }
  return view(call, x, size, strides, start);
}

function slice(call: Call<{ begin: number | number[]; size: number | number[] }>): tf.TensorInfo {
  const x = call.inputs.x as tf.Tensor;
  const [begin, size] = tf.slice_util.parseSliceParams(x, call.attrs.begin, call.attrs.size);
  tf.slice_util.assertParamsValid(x, begin, size);
  return block(call, x, begin, size);
}

interface StridedSliceAttributes {
  readonly begin: number[];
  readonly end: number[];
  readonly strides: number[];
  readonly beginMask: number;
  readonly endMask: number;
  readonly ellipsisMask: number;
  readonly newAxisMask: number;
  readonly shrinkAxisMask: number;
}

function stridedSlice(call: Call<StridedSliceAttributes>): tf.TensorInfo {
  const { x } = call.inputs;
  const a = call.attrs;
  const { finalShape, begin, end, strides } = tf.slice_util.sliceInfo(
    x.shape,
    a.begin,
    a.end,
    a.strides,
    a.beginMask,
    a.endMask,
    a.ellipsisMask,
    a.newAxisMask,
    a.shrinkAxisMask,
  );
  const own = stridesOf(x.shape);
  const start = begin.reduce((sum, b, k) => sum + b * own[k], 0);
  const steps = strides.map((step, k) => step * own[k]);
  const lengths = strides.map((step, k) => Math.max(0, Math.ceil((end[k] - begin[k]) / step)));
  return pick(call, x, finalShape, offsetsOf(lengths, steps, start));
}

function reverse(call: Call<{ dims: number | number[] }>): tf.TensorInfo {
  const { x } = call.inputs;
  const strides = stridesOf(x.shape);
  let start = 0;
  for (const k of axesOf(call.attrs.dims, x.shape.length)) {
    start += (x.shape[k] - 1) * strides[k];
    strides[k] = -strides[k];
  }
  return view(call, x, x.shape, strides, start);
}

function broadcastTo(call: Call<{ shape: number[] }>): tf.TensorInfo {
  const { x } = call.inputs;
  const { shape } = call.attrs;
  return view(call, x, shape, broadcastStrides(x.shape, shape));
}

/** Repeats: axis k of the result is a pair (repetition, element), the repetition with stride 0. */
function tile(call: Call<{ reps: number[] }>): tf.TensorInfo {
  const { x } = call.inputs;
  const { reps } = call.attrs;
  const strides = stridesOf(x.shape);
  const pairs = x.shape.flatMap((length, k) => [reps[k], length]);
  const steps = x.shape.flatMap((_, k) => [0, strides[k]]);
  const shape = x.shape.map((length, k) => length * reps[k]);
  return pick(call, x, shape, offsetsOf(pairs, steps));
}

export const identity: Kernel = ({ inputs: { x }, backend }) => backend.alias(x);

export const shapeKernels: KernelTable = {
  BroadcastTo: broadcastTo,
  ExpandDims: expandDims,
  Identity: identity,
  Reshape: reshape,
  Reverse: reverse,
  Slice: slice,
  StridedSlice: stridedSlice,
  Tile: tile,
  Transpose: transpose,
};
