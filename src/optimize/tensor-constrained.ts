/**
 * Constrained problems written in tfjs, solved by a function (start, …args) → primal and dual variables: what `customRoot`
 * makes differentiable with `kktCondition` of the same problem.
 */
import type * as tf from '@tensorflow/tfjs';
import { checkOptions } from '../message/index.js';
import { type TensorTree, withoutLeaks } from '../tensor/index.js';
import {
  type AugmentedLagrangianOptions,
  type AugmentedLagrangianState,
  augmentedLagrangian,
} from './augmented-lagrangian.js';
import type { RunOptions, Solution } from './method.js';
import { run, runOptionNames } from './run.js';
import {
  demandUnrecorded,
  packingOf,
  reachableTolerance,
  type TensorFunction,
  tensorObjective,
  tensorOf,
  tensorResidual,
  warnUnconverged,
} from './tensor-problem.js';

/** min f(x) subject to h(x) = 0 and g(x) ≤ 0; the parts that are left out are not there. */
export interface TensorConstrainedProblem<X extends TensorTree, A extends readonly unknown[]> {
  objective: TensorFunction<X, A, tf.Tensor>;
  /** h, a tensor of any shape. */
  equality?: TensorFunction<X, A, tf.Tensor>;
  /** g, a tensor of any shape. */
  inequality?: TensorFunction<X, A, tf.Tensor>;
}

/** ∇f + ⟨equality, ∇h⟩ + ⟨inequality, ∇g⟩ = 0, inequality ≥ 0; the multipliers have the shapes of h and g. */
export type ConstrainedPoint<X extends TensorTree> = {
  readonly primal: X;
  readonly equality?: tf.Tensor;
  readonly inequality?: tf.Tensor;
} & { readonly [key: string]: TensorTree };

export interface ConstrainedSolverOptions extends RunOptions, AugmentedLagrangianOptions {
  /** Takes each run's outcome. By default one that did not converge is a warning. */
  onSolution?: (solution: Solution<AugmentedLagrangianState>) => void;
}

/**
 * The tolerance is 1e-9 by default, 1e-4 on backends in single precision.
 *
 * @returns a function of a start, whose primal part is used, and the arguments
 */
export function constrainedSolver<X extends TensorTree, A extends readonly unknown[]>(
  problem: TensorConstrainedProblem<X, A>,
  options: ConstrainedSolverOptions = {},
): (start: { readonly primal: X }, ...args: A) => ConstrainedPoint<X> {
  const { objective, equality, inequality } = problem;
  const { inner, penalty, maxInnerSteps, ...others } = options;
  checkOptions('constrainedSolver', others, [...runOptionNames, 'onSolution']);
  const { onSolution = warnUnconverged, ...runOptions } = others;
  const method = augmentedLagrangian({ inner, penalty, maxInnerSteps });
  return ({ primal }, ...args) => {
    demandUnrecorded('the augmented Lagrangian method');
    const packing = packingOf(primal);
    const shapes = withoutLeaks(() => ({
      equality: equality?.(primal, ...args).shape,
      inequality: inequality?.(primal, ...args).shape,
    }));
    const solution = run(
      method,
      {
        ...tensorObjective(objective, primal, ...args),
        ...(equality && { equality: tensorResidual(equality, primal, ...args) }),
        ...(inequality && { inequality: tensorResidual(inequality, primal, ...args) }),
      },
      packing.vector(primal, 'the start'),
      { ...runOptions, tolerance: reachableTolerance(runOptions.tolerance, 1e-9) },
    );
    onSolution(solution);
    const { state } = solution;
    return {
      primal: packing.tree(solution.value),
      ...(shapes.equality && { equality: tensorOf(state.equality, shapes.equality) }),
      ...(shapes.inequality && { inequality: tensorOf(state.inequality, shapes.inequality) }),
    } as ConstrainedPoint<X>;
  };
}
