/** Kernels that make tensors from numbers, and the one that changes a tensor's dtype. */
import * as tf from '@tensorflow/tfjs';
import { InputError } from '../../message/index.js';
import { allocate } from '../backend.js';
import type { Call, KernelTable } from './kernel.js';
import { sizeOf } from './kernel.js';

function fill(call: Call<{ shape: number[]; value: number | string; dtype?: tf.DataType }>): tf.TensorInfo {
  const { shape, value } = call.attrs;
  const dtype = call.attrs.dtype ?? tf.util.inferDtype(value);
  if (typeof value === 'string') {
    const bytes = tf.util.encodeString(value);
    return call.backend.output(shape, 'string', new Array<Uint8Array>(sizeOf(shape)).fill(bytes));
  }
  return call.backend.output(shape, dtype, allocate(dtype, sizeOf(shape)).fill(value));
}

/** start, start + step, … short of stop. A step of 1 turns round for a stop below the start, as tfjs has it. */
function range(call: Call<{ start: number; stop: number; step: number; dtype: tf.DataType }>): tf.TensorInfo {
  const { start, stop, dtype } = call.attrs;
  const step = call.attrs.step === 1 && stop < start ? -1 : call.attrs.step;
  const length = Math.max(0, Math.ceil((stop - start) / step));
  const values = allocate(dtype, length);
  for (let i = 0; i < length; i++) values[i] = start + i * step;
  return call.backend.output([length], dtype, values);
}

function linSpace(call: Call<{ start: number; stop: number; num: number }>): tf.TensorInfo {
  const { start, stop, num } = call.attrs;
  const step = (stop - start) / (num - 1);
  const values = Float64Array.from({ length: num }, (_, i) =>
    i === 0 ? start : i === num - 1 ? stop : start + i * step,
  );
  return call.backend.output([num], 'float32', values);
}

function like(value: number) {
  return ({ inputs: { x }, backend }: Call): tf.TensorInfo => {
    const size = sizeOf(x.shape);
    if (x.dtype === 'string') {
      if (value !== 0) throw new Error('onesLike is not supported for string tensors');
      return backend.output(x.shape, x.dtype, new Array<Uint8Array>(size).fill(new Uint8Array()));
    }
    return backend.output(x.shape, x.dtype, allocate(x.dtype, size).fill(value));
  };
}

function cast(call: Call<{ dtype: tf.DataType }>): tf.TensorInfo {
  const { backend, inputs, attrs } = call;
  const { x } = inputs;
  const { dtype } = attrs;
  if (x.dtype === dtype) return backend.alias(x);
  if (x.dtype === 'string' || dtype === 'string' || dtype === 'complex64') {
    throw new InputError(
      `the float64 backend cannot cast ${x.dtype} to ${dtype}; use another backend for it`,
    );
  }
  const values = backend.values(x);
  const result = allocate(dtype, values.length);
  if (dtype === 'bool') for (let i = 0; i < values.length; i++) result[i] = values[i] === 0 ? 0 : 1;
  else result.set(values);
  return backend.output(x.shape, dtype, result);
}

export const creationKernels: KernelTable = {
  Cast: cast,
  Fill: fill,
  LinSpace: linSpace,
  OnesLike: like(1),
  Range: range,
  ZerosLike: like(0),
};
