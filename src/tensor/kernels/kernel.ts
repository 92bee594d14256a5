/**
 * What a kernel is, and the arithmetic of shapes that kernels share. Kernels themselves are filed by kind beside
 * this file; each file ends in a table from tfjs's kernel names to functions.
 */
import * as tf from '@tensorflow/tfjs';
import type { Float64Backend } from '../backend.js';

export interface Call<Attributes = object> {
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  readonly attrs: Attributes;
  readonly backend: Float64Backend;
}

export type Kernel<Attributes = object> = (call: Call<Attributes>) => tf.TensorInfo | tf.TensorInfo[];

/** From kernel name to kernel. (A kernel of any attributes is a Kernel<never>.) */
export type KernelTable = Readonly<Record<string, Kernel<never>>>;

export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const length of shape) size *= length;
  return size;
}

/** Row-major strides. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let k = shape.length - 1; k >= 0; k--) {
    strides[k] = stride;
    stride *= shape[k];
  }
  return strides;
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((length, k) => length === b[k]);
}

/** The axes that an axis argument of tfjs names: all for none, negative ones counted from the end. Sorted. */
export function axesOf(axis: number | readonly number[] | null | undefined, rank: number): number[] {
  const all = Array.from({ length: rank }, (_, k) => k);
  if (axis === null || axis === undefined) return all;
  // tfjs's own check of the axes, with its messages; it reads nothing of the shape but its length.
  const axes = tf.util.parseAxisParam(typeof axis === 'number' ? axis : [...axis], all);
  return [...new Set(axes)].sort((p, q) => p - q);
}

/**
 * The offset of every element of `shape`, in row-major order, in an array with the given strides.
 * A stride of 0 repeats, a negative one runs backwards from `start`.
 */
export function offsetsOf(shape: readonly number[], strides: readonly number[], start = 0): Int32Array {
  const offsets = new Int32Array(sizeOf(shape));
  if (offsets.length === 0) return offsets;
  offsets[0] = start;
  let filled = 1;
  // Each axis, from the last, repeats what is filled so far at its own stride.
  for (let k = shape.length - 1; k >= 0; k--) {
    const block = filled;
    for (let m = 1; m < shape[k]; m++) {
      const shift = m * strides[k];
      for (let i = 0; i < block; i++) offsets[filled++] = offsets[i] + shift;
    }
  }
  return offsets;
}
