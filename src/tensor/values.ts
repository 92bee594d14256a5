/** Double-precision numbers into tensors, and out of them. */
import * as tf from '@tensorflow/tfjs';
import { InputError } from '../message/index.js';
import { Float64Backend } from './backend.js';
import { float64Backend } from './register.js';

export type NestedNumbers = number | readonly NestedNumbers[];

/**
 * A tensor of double-precision numbers, on the float64 backend. tfjs calls its dtype 'float32'.
 *
 * @param values a number, nested arrays of numbers, or a flat list of them (copied)
 * @param shape of the tensor; by default that of the nesting
 * @throws InputError when the arrays are ragged or do not fill the shape
 */
export function float64(values: NestedNumbers | ArrayLike<number>, shape?: readonly number[]): tf.Tensor {
  const { flat, nested } = flatten(values);
  const wanted = shape ?? nested;
  const size = wanted.reduce((product, length) => product * length, 1);
  if (size !== flat.length) {
    throw new InputError(`a tensor of shape [${wanted}] has ${size} values, found ${flat.length}`);
  }
  const backend = float64Backend();
  // The backend makes a copy.
  return tf.engine().makeTensor(flat as unknown as Float32Array, [...wanted], 'float32', backend);
}

function flatten(values: NestedNumbers | ArrayLike<number>): { flat: Float64Array; nested: number[] } {
  if (typeof values === 'number') return { flat: Float64Array.of(values), nested: [] };
  if (!Array.isArray(values)) {
    const list = values as ArrayLike<number>;
    return { flat: list instanceof Float64Array ? list : new Float64Array(list), nested: [list.length] };
  }
  const nested: number[] = [];
  for (let inner: NestedNumbers = values; Array.isArray(inner); inner = inner[0]) nested.push(inner.length);
  const flat: number[] = [];
  const visit = (part: NestedNumbers, depth: number): void => {
    if (typeof part === 'number' && depth === nested.length) flat.push(part);
    else if (Array.isArray(part) && part.length === nested[depth])
      for (const item of part) visit(item, depth + 1);
    else
      throw new InputError(`nested arrays must all have the shape [${nested}] of the first; found ${part}`);
  };
  visit(values, 0);
  return { flat: Float64Array.from(flat), nested };
}

/** The values of a tensor: to full precision on the float64 backend, widened on any other. A copy. */
export function toFloat64(tensor: tf.Tensor): Float64Array {
  const values: ArrayLike<number> = tensor.dataSync();
  return values instanceof Float64Array && isFloat64(tensor) ? values : new Float64Array(values);
}

/** Whether a tensor's values lie on the float64 backend. */
export function isFloat64(tensor: tf.Tensor): boolean {
  return tf.engine().state.tensorInfo.get(tensor.dataId)?.backend instanceof Float64Backend;
}
