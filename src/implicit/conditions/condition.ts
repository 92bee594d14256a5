/**
 * What a condition is, and what conditions are made with: gradients of objectives, steps on trees.
 */
import * as tf from '@tensorflow/tfjs';
import { InputError } from '../../message/index.js';
import { constant, type TensorTree, vjp } from '../../tensor/index.js';
import { type Hints, type SystemHints, withHints } from '../hints.js';
import type { OptimalityMapping } from '../root.js';

/** F(x, …args), zero at the solution; for `customRoot`, `rootVjp` and their kin. */
export interface Condition<X extends TensorTree, A extends readonly unknown[]>
  extends OptimalityMapping<X, A> {}

/** A condition that is a step which leads nowhere: F = x − T(x). */
export interface StepCondition<X extends TensorTree, A extends readonly unknown[]> extends Condition<X, A> {
  /** T(x, …args): for `customFixedPoint`, as a solver's step, and for unrolling. */
  readonly fixedPoint: OptimalityMapping<X, A>;
}

/** A scalar function of x and further arguments, in tfjs operations. */
export type ScalarFunction<X extends TensorTree, A extends readonly unknown[]> = (
  x: X,
  ...args: A
) => tf.Tensor;

export interface StepOptions {
  /**
   * η. The solution and its derivative do not depend on it; the conditioning of the linear system does. About 1/L, L
   * the largest curvature of the objective, is good. Default 1.
   */
  stepSize?: number;
}

/** ∇₁f, itself differentiable. */
export function gradientOf<X extends TensorTree, A extends readonly unknown[]>(
  who: string,
  objective: ScalarFunction<X, A>,
): (x: X, ...args: A) => X {
  return (x, ...args) => {
    const scalar = (at: X): tf.Tensor => {
      const value: unknown = objective(at, ...args);
      if (value instanceof tf.Tensor && value.size === 1) return tf.reshape(value, []);
      const found = value instanceof tf.Tensor ? `a tensor of shape [${value.shape}]` : String(value);
      throw new InputError(`${who}: the objective must return one number, found ${found}`);
    };
    return vjp<X, tf.Tensor>(scalar, x, constant(1)).vjp;
  };
}

/** The condition x − T(x), with T beside it. */
export function stepCondition<X extends TensorTree, A extends readonly unknown[]>(
  T: (x: X, ...args: A) => X,
  hints: Hints<X, A>,
): StepCondition<X, A> {
  const fixedPoint = withHints((x: X, ...args: A): X => tidied(() => T(x, ...args)), hints);
  const F = (x: X, ...args: A): X => tidied(() => zip(x, T(x, ...args), tf.sub));
  return Object.assign(withHints(F, hints), { fixedPoint });
}

/** A condition without a step. */
export function condition<X extends TensorTree, A extends readonly unknown[]>(
  F: (x: X, ...args: A) => X,
  system: SystemHints,
): Condition<X, A> {
  return withHints((x: X, ...args: A): X => tidied(() => F(x, ...args)), { system });
}

/** x − η g */
export function step<X extends TensorTree>(x: X, g: X, stepSize: number): X {
  return zip(x, g, (point, slope) => tf.sub(point, tf.mul(constant(stepSize), slope)));
}

/** Leaf by leaf; both trees are alike. */
export function zip<X extends TensorTree>(a: X, b: X, combine: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): X {
  const walk = (left: TensorTree, right: TensorTree): TensorTree => {
    if (left instanceof tf.Tensor) {
      if (right instanceof tf.Tensor) return combine(left, right);
      throw new InputError(`a condition's function must return what x is: a tensor, found ${String(right)}`);
    }
    if (Array.isArray(left)) {
      return left.map((branch: TensorTree, k) => walk(branch, (right as readonly TensorTree[])[k]));
    }
    return Object.fromEntries(
      Object.entries(left).map(([key, branch]) => [
        key,
        walk(branch as TensorTree, (right as { [key: string]: TensorTree })[key]),
      ]),
    );
  };
  return walk(a, b) as X;
}

/** tf.tidy for trees. */
export function tidied<X extends TensorTree>(run: () => X): X {
  return tf.tidy(() => run() as never) as X;
}

/** @throws InputError unless the step size is a positive number */
export function demandStep(who: string, stepSize: number): void {
  if (stepSize > 0 && stepSize < Infinity) return;
  throw new InputError(`${who}: stepSize must be a positive number, found ${stepSize}`);
}
