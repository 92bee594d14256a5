/** The sum of any number of tensors of one shape. */
import type * as tf from '@tensorflow/tfjs';
import type { Call, KernelTable } from './kernel.js';

function addN(call: Call): tf.TensorInfo {
  const [first, ...others] = Object.values(call.inputs);
  const total = call.backend.values(first).slice();
  for (const tensor of others) {
    const values = call.backend.values(tensor);
    for (let i = 0; i < total.length; i++) total[i] += values[i];
  }
  return call.backend.output(first.shape, first.dtype, total);
}

export const sumKernels: KernelTable = { AddN: addN };
