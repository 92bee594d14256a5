/** One op under audit: in tfjs, and in plain arithmetic that shares nothing with it. */
import type * as tf from '@tensorflow/tfjs';
import { type Random, random } from '../../../src/random/index.js';

export interface Input {
  readonly values: readonly number[];
  readonly shape: readonly number[];
}

export interface Case {
  readonly op: string;
  readonly inputs: readonly Input[];
  readonly f: (...x: tf.Tensor[]) => tf.Tensor;
  /** The same values in row-major order, by a formula. */
  readonly reference: (...x: readonly (readonly number[])[]) => number[];
}

const source: Random = random(20);

/** Random values in [low, high), none of them near a multiple of 1/2, where piecewise functions have their kinks. */
export function input(shape: readonly number[], low = -2, high = 2): Input {
  const size = shape.reduce((product, length) => product * length, 1);
  const draw = (): number => {
    const x = low + (high - low) * source.uniform();
    return Math.abs(x - Math.round(2 * x) / 2) < 0.03 ? draw() : x;
  };
  return { values: Array.from({ length: size }, draw), shape };
}

/** An op of one tensor that acts on each element. */
export function elementwise(
  op: string,
  f: (x: tf.Tensor) => tf.Tensor,
  reference: (x: number) => number,
  low = -2,
  high = 2,
): Case {
  return { op, inputs: [input([2, 3], low, high)], f, reference: (x) => x.map(reference) };
}

/** An op of two tensors that acts on pairs: of one shape, with broadcasting, and with a scalar. */
export function pairwise(
  op: string,
  f: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
  reference: (a: number, b: number) => number,
  [lowA, highA, lowB, highB]: readonly [number, number, number, number] = [-2, 2, -2, 2],
): Case[] {
  const both = (
    a: readonly number[],
    b: readonly number[],
    pair: (i: number) => [number, number],
    size: number,
  ) =>
    Array.from({ length: size }, (_, i) => {
      const [p, q] = pair(i);
      return reference(a[p], b[q]);
    });
  return [
    {
      op: `${op}, one shape`,
      inputs: [input([2, 3], lowA, highA), input([2, 3], lowB, highB)],
      f,
      reference: (a, b) => both(a, b, (i) => [i, i], 6),
    },
    {
      op: `${op}, a row and a column`,
      inputs: [input([3, 1], lowA, highA), input([2], lowB, highB)],
      f,
      reference: (a, b) => both(a, b, (i) => [Math.floor(i / 2), i % 2], 6),
    },
    {
      op: `${op}, with a scalar`,
      inputs: [input([2, 2], lowA, highA), input([], lowB, highB)],
      f,
      reference: (a, b) => both(a, b, (i) => [i, 0], 4),
    },
  ];
}

/** Element (i, j) of a row-major matrix. */
export const at = (m: readonly number[], columns: number, i: number, j: number): number => m[i * columns + j];

/** A row-major matrix from its elements. */
export function matrix(rows: number, columns: number, element: (i: number, j: number) => number): number[] {
  return Array.from({ length: rows * columns }, (_, k) => element(Math.floor(k / columns), k % columns));
}

export const total = (x: readonly number[]): number => x.reduce((sum, value) => sum + value, 0);
