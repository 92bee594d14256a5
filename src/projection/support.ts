/**
 * Which entries of a non-smooth solution can move.
 *
 * At a fixed point x = T(x, θ) of a projection or a proximal step, entries that are held (at zero, at a bound)
 * do not answer to their neighbours: their rows of ∂₁T are zero, and the linear system of the implicit derivative is
 * block triangular. Its hard part is the block of the entries that move: the support. An operator says which
 * they are by a function `support(x, parameters)` that it carries with it.
 */
import type * as tf from '@tensorflow/tfjs';
import { norm2 } from '../linear/index.js';
import { toFloat64 } from '../tensor/index.js';
import { fromHost } from './arguments.js';

/**
 * A tensor like x: 1 where the entry can move, 0 where it is held. It carries no derivative.
 *
 * @param x a fixed point, such as a solver returned
 * @param parameters those of the operator
 * @param tolerance how far from its bound an entry still counts as held: 0 by default, for solvers that set held
 *   entries exactly (all that end with the projection or the proximal step)
 */
export type Support<P> = (x: tf.Tensor, parameters: P, tolerance?: number) => tf.Tensor;

/** A function x ↦ P(x; parameters): the nearest point of a set. */
export type Projection<P> = ((x: tf.Tensor, parameters: P) => tf.Tensor) & { readonly support?: Support<P> };

/** Lets an operator carry its support. For projections and proximal operators of one's own too. */
// biome-ignore lint/suspicious/noExplicitAny: what follows x differs, and is handed through untouched
export function withSupport<F extends (x: tf.Tensor, ...more: any[]) => tf.Tensor>(
  operator: F,
  support: Support<Parameters<F>[1]>,
): F & { readonly support: Support<Parameters<F>[1]> } {
  return Object.assign(operator, { support });
}

/** The support function of an operator; of one that carries none, `supportAll`. */
export function supportOf<P>(
  operator: ((...args: never[]) => tf.Tensor) & { readonly support?: Support<P> },
): Support<P> {
  return operator.support ?? supportAll;
}

/** Every entry can move. */
export const supportAll: Support<unknown> = (x) => mask(x, () => true);

/** Entries that are not zero: of the lasso, the simplex, transport plans. */
export const supportNonzero: Support<unknown> = (x, _parameters, tolerance = 0) =>
  mask(x, (value) => Math.abs(value) > tolerance);

/** Whole vectors (along the last axis) that are not zero: of the group lasso. */
export const supportGroupNonzero: Support<unknown> = (x, _parameters, tolerance = 0) => {
  const width = x.shape[x.rank - 1];
  const values = toFloat64(x);
  for (let start = 0; start < values.length; start += width) {
    const group = values.subarray(start, start + width);
    group.fill(norm2(group) > tolerance ? 1 : 0);
  }
  return fromHost(values, x.shape);
};

/** A support from a rule for each entry. */
export function mask(x: tf.Tensor, moves: (value: number, index: number) => boolean): tf.Tensor {
  return fromHost(
    toFloat64(x).map((value, i) => (moves(value, i) ? 1 : 0)),
    x.shape,
  );
}
