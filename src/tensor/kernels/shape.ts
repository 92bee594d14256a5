/**
 * Kernels that move elements about and compute nothing: another shape, order, part or repetition. They work on
 * tensors of any dtype, strings included.
 */
import * as tf from '@tensorflow/tfjs';
import { allocate, type Values } from '../backend.js';
import { broadcastStrides } from './binary.js';
import { axesOf, type Call, type Kernel, type KernelTable, offsetsOf, sizeOf, stridesOf } from './kernel.js';

type Elements = Values | Uint8Array[];

function room(dtype: tf.DataType, size: number): Elements {
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
function view(
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

function pad(call: Call<{ paddings: [number, number][]; constantValue: number }>): tf.TensorInfo {
  const { x } = call.inputs;
  const { paddings, constantValue } = call.attrs;
  const shape = x.shape.map((length, k) => paddings[k][0] + length + paddings[k][1]);
  const strides = stridesOf(shape);
  const start = paddings.reduce((sum, [before], k) => sum + before * strides[k], 0);
  const from = call.backend.values(x);
  const to = allocate(x.dtype, sizeOf(shape));
  if (constantValue) to.fill(constantValue);
  const offsets = offsetsOf(x.shape, strides, start);
  for (let i = 0; i < offsets.length; i++) to[offsets[i]] = from[i];
  return call.backend.output(shape, x.dtype, to);
}

/** Pads with a reflection, about the border (symmetric) or about the element on it (reflect). */
function mirrorPad(
  call: Call<{ paddings: [number, number][]; mode: 'reflect' | 'symmetric' }>,
): tf.TensorInfo {
  const { x } = call.inputs;
  const { paddings, mode } = call.attrs;
  const border = mode === 'reflect' ? 0 : 1;
  const strides = stridesOf(x.shape);
  let offsets = Int32Array.of(0);
  for (const [k, length] of x.shape.entries()) {
    const [before, after] = paddings[k];
    const along = Int32Array.from({ length: before + length + after }, (_, at) => {
      const i = at - before;
      const mirrored = i < 0 ? -i - border : i >= length ? 2 * (length - 1) - i + border : i;
      return mirrored * strides[k];
    });
    const next = new Int32Array(offsets.length * along.length);
    let filled = 0;
    for (const base of offsets) for (const shift of along) next[filled++] = base + shift;
    offsets = next;
  }
  return pick(
    call,
    x,
    x.shape.map((length, k) => paddings[k][0] + length + paddings[k][1]),
    offsets,
  );
}

/** Joins tensors along an axis: rows of each in turn. */
function join(
  call: Call,
  tensors: readonly tf.TensorInfo[],
  shape: readonly number[],
  axis: number,
): tf.TensorInfo {
  const { dtype } = tensors[0];
  const to = room(dtype, sizeOf(shape));
  const outer = sizeOf(shape.slice(0, axis));
  const row = outer === 0 ? 0 : to.length / outer;
  let column = 0;
  for (const tensor of tensors) {
    const from = call.backend.elements(tensor);
    const width = outer === 0 ? 0 : from.length / outer;
    for (let i = 0; i < outer; i++) {
      const start = i * row + column;
      for (let j = 0; j < width; j++) to[start + j] = from[i * width + j];
    }
    column += width;
  }
  return call.backend.output(shape, dtype, to);
}

/** Kernels of several tensors get them as the properties 0, 1, … of their inputs. */
const listed = (call: Call): tf.TensorInfo[] => Object.values(call.inputs);

function concat(call: Call<{ axis: number }>): tf.TensorInfo {
  const tensors = listed(call);
  const [axis] = axesOf(call.attrs.axis, tensors[0].shape.length);
  const shapes = tensors.map((t) => t.shape);
  tf.backend_util.assertParamsConsistent(shapes, axis);
  const shape = tf.backend_util.computeOutShape(shapes, axis);
  return join(
    call,
    tensors.filter((t) => sizeOf(t.shape) > 0 || sizeOf(shape) === 0),
    shape,
    axis,
  );
}

function pack(call: Call<{ axis: number }>): tf.TensorInfo {
  const tensors = listed(call);
  const [first] = tensors;
  for (const t of tensors) {
    tf.util.assertShapesMatch(first.shape, t.shape, 'All tensors passed to stack must have matching shapes');
    tf.util.assert(first.dtype === t.dtype, () => 'All tensors passed to stack must have matching dtypes');
  }
  const [axis] = axesOf(call.attrs.axis, first.shape.length + 1);
  const shape = [...first.shape.slice(0, axis), tensors.length, ...first.shape.slice(axis)];
  return join(call, tensors, shape, axis);
}

function splitV(call: Call<{ numOrSizeSplits: number | number[]; axis: number }>): tf.TensorInfo[] {
  const { x } = call.inputs;
  const [axis] = axesOf(call.attrs.axis, x.shape.length);
  const sizes = tf.backend_util.prepareSplitSize(x as tf.Tensor, call.attrs.numOrSizeSplits, axis);
  const begin = x.shape.map(() => 0);
  return sizes.map((length) => {
    const part = block(call, x, begin, x.shape.with(axis, length));
    begin[axis] += length;
    return part;
  });
}

function unpack(call: Call<{ axis: number }>): tf.TensorInfo[] {
  const { value } = call.inputs;
  const [axis] = axesOf(call.attrs.axis, value.shape.length);
  const strides = stridesOf(value.shape);
  const shape = value.shape.toSpliced(axis, 1);
  const steps = strides.toSpliced(axis, 1);
  return Array.from({ length: value.shape[axis] }, (_, i) =>
    view(call, value, shape, steps, i * strides[axis]),
  );
}

function spaceToBatch(call: Call<{ blockShape: number[]; paddings: [number, number][] }>): tf.TensorInfo {
  const { backend, inputs } = call;
  const { blockShape, paddings } = call.attrs;
  const all: [number, number][] = [[0, 0], ...paddings];
  while (all.length < inputs.x.shape.length) all.push([0, 0]);
  const padded = pad({ backend, inputs, attrs: { paddings: all, constantValue: 0 } });
  const blocks = blockShape.reduce((product, length) => product * length, 1);
  const shape = tf.backend_util.getReshaped(padded.shape, blockShape, blocks, false);
  const perm = tf.backend_util.getPermuted(shape.length, blockShape.length, false);
  const flat = tf.backend_util.getReshapedPermuted(padded.shape, blockShape, blocks, false);
  return rearrange(call, padded, shape, perm, flat);
}

function batchToSpace(call: Call<{ blockShape: number[]; crops: number[][] }>): tf.TensorInfo {
  const { x } = call.inputs;
  const { blockShape, crops } = call.attrs;
  const blocks = blockShape.reduce((product, length) => product * length, 1);
  const shape = tf.backend_util.getReshaped(x.shape, blockShape, blocks);
  const perm = tf.backend_util.getPermuted(shape.length, blockShape.length);
  const flat = tf.backend_util.getReshapedPermuted(x.shape, blockShape, blocks);
  const whole = rearrange(call, call.backend.alias(x), shape, perm, flat);
  const begin = tf.backend_util.getSliceBeginCoords(crops, blockShape.length);
  const size = tf.backend_util.getSliceSize(flat, crops, blockShape.length);
  // Both leave out the axes behind the blocks.
  const rest = flat.slice(size.length);
  const part = block(call, whole, [...begin, ...rest.map(() => 0)].slice(0, flat.length), [...size, ...rest]);
  call.backend.release(whole);
  return part;
}

/** Reads `x` as `shape`, permutes the axes, and gives the result the shape `flat`. Takes `x` over. */
function rearrange(
  call: Call,
  x: tf.TensorInfo,
  shape: number[],
  perm: number[],
  flat: number[],
): tf.TensorInfo {
  const strides = stridesOf(shape);
  const offsets = offsetsOf(
    perm.map((k) => shape[k]),
    perm.map((k) => strides[k]),
  );
  const result = pick(call, x, flat, offsets);
  call.backend.release(x);
  return result;
}

export const identity: Kernel = ({ inputs: { x }, backend }) => backend.alias(x);

export const shapeKernels: KernelTable = {
  BatchToSpaceND: batchToSpace,
  BroadcastTo: broadcastTo,
  Concat: concat,
  ExpandDims: expandDims,
  Identity: identity,
  MirrorPad: mirrorPad,
  Pack: pack,
  PadV2: pad,
  Reshape: reshape,
  Reverse: reverse,
  Slice: slice,
  SpaceToBatchND: spaceToBatch,
  SplitV: splitV,
  StridedSlice: stridedSlice,
  Tile: tile,
  Transpose: transpose,
  Unpack: unpack,
};
