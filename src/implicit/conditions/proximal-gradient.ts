/** The fixed point of a proximal gradient step: for a smooth objective with a penalty that is not smooth. */
import type { TensorTree } from '../../tensor/index.js';
import type { SupportMask } from '../hints.js';
import {
  demandStep,
  gradientOf,
  type ScalarFunction,
  type StepCondition,
  type StepOptions,
  step,
  stepCondition,
} from './condition.js';
import { freeRows } from './free-rows.js';

/** (x, η, …args) ↦ argmin_u ½ ‖u − x‖² + η · g(u, …args), as `tensorSolver` takes it. */
export type ProximalStep<X extends TensorTree, A extends readonly unknown[]> = (
  x: X,
  step: number,
  ...args: A
) => X;

export interface ProximalGradientConditionOptions<X extends TensorTree, A extends readonly unknown[]>
  extends StepOptions {
  /**
   * Which entries can move, for a prox whose derivative does not tell: 1 where x moves, 0 where it is held. By
   * default it is read off the prox's derivative.
   */
  support?: SupportMask<X, A>;
}

/**
 * F = x − prox_ηg(x − η ∇₁f(x, …args), η, …args).
 *
 * The linear system is solved on the support: entries that the prox holds are left out. On it, I − ∂₁T of the lasso
 * and its kin is η times a block of the Hessian: with `symmetric: true` CG solves it.
 *
 * Source: Blondel et al., NeurIPS 2022, equation 7; on the support, Bertrand et al., J. Mach. Learn. Res. 23, 149 (2022).
 *
 * @param objective the smooth part f
 */
export function proximalGradientCondition<X extends TensorTree, A extends readonly unknown[]>(
  objective: ScalarFunction<X, A>,
  prox: ProximalStep<X, A>,
  { stepSize = 1, support }: ProximalGradientConditionOptions<X, A> = {},
): StepCondition<X, A> {
  const who = 'proximalGradientCondition';
  demandStep(who, stepSize);
  const slope = gradientOf(who, objective);
  const inner = (x: X, ...args: A): X => step(x, slope(x, ...args), stepSize);
  const T = (x: X, ...args: A): X => prox(inner(x, ...args), stepSize, ...args);
  return stepCondition(T, {
    support: support ?? ((x, ...args) => freeRows((u: X) => prox(u, stepSize, ...args), inner(x, ...args))),
  });
}
