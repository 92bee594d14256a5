/**
 * What comes into a projection, a proximal operator or a loss: numbers, arrays or tensors; read on the host, checked,
 * and made ready to be broadcast. Every complaint names the function, the argument, the place and what was expected.
 */
import * as tf from '@tensorflow/tfjs';
import { InputError } from '../message/index.js';
import { constant, float64, type NestedNumbers, toFloat64 } from '../tensor/index.js';

/** A parameter: a number, nested arrays of numbers, or a tensor, which gradients flow to. */
export type Parameter = NestedNumbers | Float64Array | tf.Tensor;

/** A tensor together with its values. */
export interface Valued {
  readonly tensor: tf.Tensor;
  readonly values: Float64Array;
}

/** A parameter: `values` are broadcast to the shape in which it is used (when they are asked for), `own` are not. */
export interface Operand extends Valued {
  readonly own: Float64Array;
  readonly ownShape: readonly number[];
}

/** A tensor as a batch of vectors along its last axis. */
export interface Vectors extends Valued {
  readonly shape: readonly number[];
  /** The leading axes. */
  readonly batch: readonly number[];
  /** How many vectors. */
  readonly count: number;
  /** Entries of each. */
  readonly width: number;
}

/** A float tensor of an argument. */
export function tensorOf(who: string, what: string, value: Parameter): tf.Tensor {
  if (value instanceof tf.Tensor) {
    if (value.dtype === 'float32') return value;
    if (value.dtype === 'int32' || value.dtype === 'bool') return tf.cast(value, 'float32');
    throw new InputError(`${who}: ${what} must be a tensor of real numbers, found one of ${value.dtype}`);
  }
  if (typeof value === 'number') return constant(value);
  if (Array.isArray(value) || value instanceof Float64Array) {
    try {
      return float64(value);
    } catch (error) {
      throw error instanceof InputError ? new InputError(`${who}: ${what}: ${error.message}`) : error;
    }
  }
  throw new InputError(
    `${who}: ${what} must be a number, an array of numbers or a tensor, found ${String(value)}`,
  );
}

/** A tensor of host values for the backend in use. */
export function fromHost(values: Float64Array, shape: readonly number[]): tf.Tensor {
  void tf.backend(); // tfjs chooses one here if none was chosen yet
  if (tf.getBackend() === 'float64') return float64(values, shape);
  return tf.tensor(Float32Array.from(values), [...shape]);
}

/** x as it is, not NaN. */
export function anyTensor(who: string, x: tf.Tensor): Valued {
  if (!(x instanceof tf.Tensor)) {
    const found = Array.isArray(x) ? 'an array; write float64(array)' : String(x);
    throw new InputError(`${who}: x must be a tensor, found ${found}`);
  }
  const tensor = tensorOf(who, 'x', x);
  const values = toFloat64(tensor);
  demand(who, 'x', values, x.shape, (value) => !Number.isNaN(value), 'a number');
  return { tensor, values };
}

/** x as vectors along its last axis, all of it finite. */
export function vectorsOf(who: string, x: tf.Tensor): Vectors {
  const { tensor, values } = anyTensor(who, x);
  const { shape } = tensor;
  if (shape.length === 0 || shape[shape.length - 1] === 0) {
    throw new InputError(
      `${who}: x must have vectors of one entry or more along its last axis, found the shape [${shape}]`,
    );
  }
  demand(who, 'x', values, shape, Number.isFinite, 'finite');
  const width = shape[shape.length - 1];
  return { tensor, values, shape, batch: shape.slice(0, -1), count: values.length / width, width };
}

/** A parameter with one value an entry of something of the given shape, or fewer that broadcast to it. */
export function elementwise(who: string, what: string, value: Parameter, shape: readonly number[]): Operand {
  const tensor = tensorOf(who, what, value);
  const offset = shape.length - tensor.rank;
  if (offset < 0 || tensor.shape.some((length, k) => length !== 1 && length !== shape[k + offset])) {
    throw new InputError(
      `${who}: ${what} of shape [${tensor.shape}] does not broadcast to [${shape}], the shape of x`,
    );
  }
  const own = toFloat64(tensor);
  demand(who, what, own, tensor.shape, (entry) => !Number.isNaN(entry), 'a number');
  return operand(tensor, own, tensor.shape, shape);
}

/** A parameter with one value a vector: a scalar, or of the shape of the leading axes. The tensor gets a last axis of 1. */
export function vectorwise(who: string, what: string, value: Parameter, x: Vectors): Operand {
  const tensor = tensorOf(who, what, value);
  if (tensor.rank !== 0 && !tf.util.arraysEqual(tensor.shape, [...x.batch])) {
    throw new InputError(
      `${who}: ${what} must be one number, or one a vector: shape [${x.batch}] for x of shape [${x.shape}], ` +
        `found the shape [${tensor.shape}]`,
    );
  }
  const own = toFloat64(tensor);
  demand(who, what, own, tensor.shape, Number.isFinite, 'finite');
  return operand(tensor.rank === 0 ? tensor : tf.expandDims(tensor, -1), own, tensor.shape, x.batch);
}

/** @throws InputError naming the first value for which `holds` is false */
export function demand(
  who: string,
  what: string,
  values: Float64Array,
  shape: readonly number[],
  holds: (value: number) => boolean,
  expected: string,
): void {
  for (let i = 0; i < values.length; i++) {
    if (!holds(values[i])) {
      throw new InputError(`${who}: ${what} must be ${expected}, found ${values[i]}${place(i, shape)}`);
    }
  }
}

/** @throws InputError where a parameter is negative */
export function demandNonNegative(who: string, what: string, { own, ownShape }: Operand): void {
  demand(who, what, own, ownShape, (value) => value >= 0, '0 or more');
}

/** ' at [1, 2]' for an entry of a tensor, nothing for a scalar. */
export function place(index: number, shape: readonly number[]): string {
  if (shape.length === 0) return '';
  const at: number[] = [];
  let rest = index;
  for (let k = shape.length - 1; k >= 0; k--) {
    at.unshift(rest % shape[k]);
    rest = Math.floor(rest / shape[k]);
  }
  return ` at [${at.join(', ')}]`;
}

function operand(
  tensor: tf.Tensor,
  own: Float64Array,
  ownShape: readonly number[],
  shape: readonly number[],
): Operand {
  let values: Float64Array | null = null;
  return {
    tensor,
    own,
    ownShape,
    get values() {
      values ??= spread(own, ownShape, shape);
      return values;
    },
  };
}

/** Values of one shape broadcast to another. */
function spread(own: Float64Array, from: readonly number[], to: readonly number[]): Float64Array {
  const size = to.reduce((product, length) => product * length, 1);
  if (own.length === size) return own;
  const values = new Float64Array(size);
  if (own.length === 1) return values.fill(own[0]);
  for (let i = 0; i < size; i++) {
    let [rest, at, stride] = [i, 0, 1];
    for (let k = to.length - 1, m = from.length - 1; m >= 0; k--, m--) {
      if (from[m] > 1) at += (rest % to[k]) * stride;
      rest = Math.floor(rest / to[k]);
      stride *= from[m];
    }
    values[i] = own[at];
  }
  return values;
}
