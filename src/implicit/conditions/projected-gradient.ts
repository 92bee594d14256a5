/** The fixed point of a projected gradient step: for a smooth objective on a convex set. */
import type { TensorTree } from '../../tensor/index.js';
import type { ScalarFunction, StepCondition } from './condition.js';
import { type ProximalGradientConditionOptions, proximalGradientCondition } from './proximal-gradient.js';

/**
 * F = x − P(x − η ∇₁f(x, …args), …args).
 *
 * The linear system is solved on the support: entries that the projection holds at a bound are left out. For boxes and the
 * non-negative orthant what is left is η times a block of the Hessian: with `symmetric: true` CG solves it.
 *
 * Source: Blondel et al., NeurIPS 2022, equation 9.
 *
 * @param projection (x, …args) ↦ the closest point of the set, as `tensorSolver` takes it
 */
export function projectedGradientCondition<X extends TensorTree, A extends readonly unknown[]>(
  objective: ScalarFunction<X, A>,
  projection: (x: X, ...args: A) => X,
  options: ProximalGradientConditionOptions<X, A> = {},
): StepCondition<X, A> {
  return proximalGradientCondition(
    objective,
    (x: X, _step: number, ...args: A) => projection(x, ...args),
    options,
  );
}
