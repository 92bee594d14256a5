/** Kernels that count, find what differs, or draw. */
import type * as tf from '@tensorflow/tfjs';
import { random } from '../../random/index.js';
import { allocate, type Values } from '../backend.js';
import { axesOf, type Call, type KernelTable, offsetsOf, sizeOf, stridesOf } from './kernel.js';
import { softmaxRows } from './reduction.js';
import { pick } from './shape.js';

/** Adds the weight of each x (1 where there are none) to its bin; values beyond the last bin do not count. */
function addToBins(
  x: Values,
  weights: Values,
  bins: Values,
  start: number,
  size: number,
  from: number,
  to: number,
) {
  for (let i = from; i < to; i++) {
    if (x[i] < 0) throw new Error('Input x must be non-negative!');
    if (x[i] < size) bins[start + x[i]] += weights.length > 0 ? weights[i] : 1;
  }
}

function bincount(call: Call<{ size: number; binaryOutput?: boolean }>): tf.TensorInfo {
  const { x, weights } = call.inputs;
  const { size, binaryOutput = false } = call.attrs;
  const values = call.backend.values(x);
  const rows = x.shape.length === 2 ? x.shape[0] : 1;
  const width = rows === 0 ? 0 : values.length / rows;
  const bins = allocate(weights.dtype, rows * size);
  const factors = binaryOutput ? new Uint8Array() : call.backend.values(weights);
  for (let row = 0; row < rows; row++) {
    addToBins(values, factors, bins, row * size, size, row * width, (row + 1) * width);
  }
  if (binaryOutput) for (let i = 0; i < bins.length; i++) bins[i] = bins[i] === 0 ? 0 : 1;
  return call.backend.output(x.shape.length === 2 ? [rows, size] : [size], weights.dtype, bins);
}

/** The different slices along an axis, in the order of their first occurrence, and which of them each slice is. */
function unique(call: Call<{ axis?: number | number[] }>): tf.TensorInfo[] {
  const { x } = call.inputs;
  const [axis] = axesOf(call.attrs.axis ?? 0, x.shape.length);
  const strides = stridesOf(x.shape);
  const within = offsetsOf(x.shape.with(axis, 1), strides);
  const values = call.backend.elements(x);
  const numbers = new Map<string, number>();
  const firsts: number[] = [];
  const which = Int32Array.from({ length: x.shape[axis] }, (_, i) => {
    const key = Array.from(within, (offset) => String(values[offset + i * strides[axis]])).join(';');
    const known = numbers.get(key);
    if (known !== undefined) return known;
    firsts.push(i);
    numbers.set(key, numbers.size);
    return numbers.size - 1;
  });
  const shape = x.shape.with(axis, firsts.length);
  const outer = offsetsOf(x.shape.slice(0, axis), strides.slice(0, axis));
  const inner = sizeOf(x.shape.slice(axis + 1));
  const offsets = new Int32Array(sizeOf(shape));
  let filled = 0;
  for (const start of outer) {
    for (const i of firsts) for (let j = 0; j < inner; j++) offsets[filled++] = start + i * strides[axis] + j;
  }
  return [pick(call, x, shape, offsets), call.backend.output([which.length], 'int32', which)];
}

/** Draws classes from each row of probabilities, or of logits. */
function multinomial(call: Call<{ numSamples: number; seed: number; normalized: boolean }>): tf.TensorInfo {
  const { logits } = call.inputs;
  const { numSamples, seed, normalized } = call.attrs;
  const [rows, classes] = logits.shape;
  const given = call.backend.values(logits);
  const probabilities = normalized ? given : softmaxRows(given, classes);
  // tfjs gives a fraction where the user gave no seed.
  const { uniform } = random(Number.isInteger(seed) ? seed : seed * 2 ** 31);
  const drawn = new Int32Array(rows * numSamples);
  for (let i = 0; i < drawn.length; i++) {
    const start = Math.floor(i / numSamples) * classes;
    let left = uniform();
    let at = 0;
    while (at < classes - 1) {
      left -= probabilities[start + at];
      if (left < 0) break;
      at++;
    }
    drawn[i] = at;
  }
  return call.backend.output([rows, numSamples], 'int32', drawn);
}

export const countingKernels: KernelTable = {
  Bincount: bincount,
  DenseBincount: bincount,
  Multinomial: multinomial,
  Unique: unique,
};
