/** The gradient of an objective without constraints. */
import { cg } from '../../linear/index.js';
import type { TensorTree } from '../../tensor/index.js';
import { type Hints, withHints } from '../hints.js';
import {
  demandStep,
  gradientOf,
  type ScalarFunction,
  type StepCondition,
  type StepOptions,
  step,
  tidied,
} from './condition.js';

/**
 * F = ∇₁f(x, …args), and the gradient step x − η ∇₁f as its fixed point.
 *
 * ∂₁F is the Hessian: symmetric, and at a minimum positive semidefinite, so that CG is the default. At a saddle CG says
 * "negative curvature"; `minres` differentiates saddles.
 *
 * Source: Blondel et al., NeurIPS 2022, equation 4 and table 1.
 */
export function stationaryCondition<X extends TensorTree, A extends readonly unknown[]>(
  objective: ScalarFunction<X, A>,
  { stepSize = 1 }: StepOptions = {},
): StepCondition<X, A> {
  const who = 'stationaryCondition';
  demandStep(who, stepSize);
  const hints: Hints<X, A> = { system: { solve: cg, symmetric: true, definite: 'positive-semi' } };
  const slope = gradientOf(who, objective);
  const F = (x: X, ...args: A): X => tidied(() => slope(x, ...args));
  const fixedPoint = (x: X, ...args: A): X => tidied(() => step(x, slope(x, ...args), stepSize));
  return Object.assign(withHints(F, hints), { fixedPoint: withHints(fixedPoint, hints) });
}
