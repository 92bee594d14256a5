/** Kernels that put a border around a tensor, and those that deal blocks of it out to a batch and back. */
import * as tf from '@tensorflow/tfjs';
import { allocate } from '../backend.js';
import { type Call, type KernelTable, offsetsOf, sizeOf, stridesOf } from './kernel.js';
import { block, pick } from './shape.js';

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

export const paddingKernels: KernelTable = {
  BatchToSpaceND: batchToSpace,
  MirrorPad: mirrorPad,
  PadV2: pad,
  SpaceToBatchND: spaceToBatch,
};
