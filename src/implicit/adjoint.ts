/**
 * How a solution is differentiated: by its condition (`implicit`), or by the steps that lead to it (`unrolled`,
 * `oneStep`). An argument of `customRoot` and `customFixedPoint`, so that one call compares them.
 */
import * as tf from '@tensorflow/tfjs';
import { InputError } from '../message/index.js';
import { constant, type TensorTree } from '../tensor/index.js';
import { withHints } from './hints.js';
import type { ImplicitOptions } from './options.js';
import type { OptimalityMapping } from './root.js';
import { type Unknown, unknownOf } from './unknown.js';

export interface ImplicitAdjoint {
  readonly kind: 'implicit';
  readonly options: ImplicitOptions;
}

export interface UnrolledAdjoint {
  readonly kind: 'unrolled';
  readonly steps: number;
  readonly from: 'start' | 'solution';
  readonly stepSize: number | undefined;
}

export type Adjoint = ImplicitAdjoint | UnrolledAdjoint;

/** The implicit function theorem: one linear solve a derivative, no matter how the solution was found. The default. */
export function implicit(options: ImplicitOptions = {}): ImplicitAdjoint {
  return { kind: 'implicit', options };
}

export interface UnrolledOptions {
  /** Applications of the fixed-point map that are recorded and differentiated. Memory grows with them. */
  steps: number;
  /**
   * 'start' (default): from x0, without the solver; the value is the iterate reached, with its own true derivative,
   * also in x0. 'solution': from the solver's answer, taken for a constant; the derivative is the series
   * Σ (∂₁T)ᵏ ∂₂T cut off after so many terms.
   */
  from?: 'start' | 'solution';
  /**
   * For `customRoot`, whose map is then x − stepSize · F(x, …); not needed for conditions that are steps, and not used by
   * `customFixedPoint`, which has its own map.
   */
  stepSize?: number;
}

/** Differentiates through the steps of a fixed-point iteration. */
export function unrolled({ steps, from = 'start', stepSize }: UnrolledOptions): UnrolledAdjoint {
  if (!Number.isInteger(steps) || steps < 1) {
    throw new InputError(`unrolled needs a whole number of steps, 1 or more; found ${steps}`);
  }
  if (from !== 'start' && from !== 'solution') {
    throw new InputError(`unrolled begins from 'start' or from 'solution', found '${String(from)}'`);
  }
  if (stepSize !== undefined && !(stepSize > 0 && stepSize < Infinity)) {
    throw new InputError(`unrolled needs a positive stepSize, found ${stepSize}`);
  }
  return { kind: 'unrolled', steps, from, stepSize };
}

/**
 * Differentiates the last step alone: ∂₂T, wrong by the share ‖∂₁T‖, and free of any solve.
 *
 * Source: Bolte, Pauwels and Vaiter, "One-step differentiation of iterative algorithms", NeurIPS 2023.
 */
export function oneStep({ stepSize }: { stepSize?: number } = {}): UnrolledAdjoint {
  return unrolled({ steps: 1, from: 'solution', ...(stepSize === undefined ? {} : { stepSize }) });
}

/** x − stepSize · F(x) */
export function gradientStep<X extends TensorTree, A extends readonly unknown[]>(
  F: OptimalityMapping<X, A>,
  stepSize: number,
): OptimalityMapping<X, A> {
  return combined(F, 'F', (x, residual) => tf.sub(x, tf.mul(constant(stepSize), residual)));
}

/** x − T(x) */
export function fixedPointResidual<X extends TensorTree, A extends readonly unknown[]>(
  T: OptimalityMapping<X, A>,
): OptimalityMapping<X, A> {
  // I − ∂₁T and ∂₁T have their symmetry and their held rows in common.
  return withHints(combined(T, 'T', tf.sub), T);
}

function combined<X extends TensorTree, A extends readonly unknown[]>(
  mapping: OptimalityMapping<X, A>,
  name: string,
  combine: (x: tf.Tensor, value: tf.Tensor) => tf.Tensor,
): OptimalityMapping<X, A> {
  return (x, ...args) => {
    const value = mapping(x, ...args);
    const unknown = unknownOf(x) as Unknown;
    const found = unknownOf(value);
    if (!found?.sameShape(unknown)) {
      throw new InputError(`${name} must return what x is, ${unknown}; found ${found ?? String(value)}`);
    }
    return unknown.unpack(combine(unknown.pack(x), unknown.pack(value))) as X;
  };
}
