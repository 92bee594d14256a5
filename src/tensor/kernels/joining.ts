/** Kernels that make one tensor of several along an axis, or several of one, of any dtype. */
import * as tf from '@tensorflow/tfjs';
import { axesOf, type Call, type KernelTable, sizeOf, stridesOf } from './kernel.js';
import { block, room, view } from './shape.js';

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

export const joiningKernels: KernelTable = {
  Concat: concat,
  Pack: pack,
  SplitV: splitV,
  Unpack: unpack,
};
