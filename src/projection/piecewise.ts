/**
 * Operations whose value is found on the host (by sorting, searching, iterating) and whose derivative comes from a
 * formula: near a point that is no kink a projection is one smooth piece, and once the host has said which
 * (a support, an active set) that piece is written in a few tfjs operations, right to any order and in every parameter.
 */
import * as tf from '@tensorflow/tfjs';
import { isRecording, toFloat64 } from '../tensor/index.js';
import { fromHost } from './arguments.js';

/**
 * A tensor with the host's values and the formula's derivatives.
 *
 * @param formula the smooth piece, equal to `values` up to rounding; not called when nothing is being differentiated
 */
export function piecewise(
  values: Float64Array,
  shape: readonly number[],
  formula: () => tf.Tensor,
): tf.Tensor {
  if (!isRecording()) return fromHost(values, shape);
  const piece = formula();
  // A constant: it moves no derivative. It keeps rounding from pushing a zero below zero, or an entry past its bound.
  const rounding = toFloat64(piece);
  for (let i = 0; i < rounding.length; i++) rounding[i] = values[i] - rounding[i];
  return tf.add(piece, fromHost(rounding, shape));
}

/** tf.tidy for an operation with one result. */
export function operation(run: () => tf.Tensor): tf.Tensor {
  return tf.tidy(run);
}

/** Sums over the last axis, which stays as an axis of 1. */
export function sumLast(x: tf.Tensor): tf.Tensor {
  return tf.sum(x, -1, true);
}
