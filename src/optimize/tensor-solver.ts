/**
 * A method and a problem written in tfjs as one function (x0, …args) → x*, which is what `customRoot` and
 * `customFixedPoint` of src/implicit make differentiable. By itself it has no derivative.
 */
import type * as tf from '@tensorflow/tfjs';
import { checkOptions, InputError } from '../message/index.js';
import { type TensorTree, withoutLeaks } from '../tensor/index.js';
import type { Method, ProblemKind, RunOptions, Solution } from './method.js';
import type { CompositeObjective, ProjectedObjective } from './problem.js';
import { run, runOptionNames } from './run.js';
import {
  demandUnrecorded,
  type Packing,
  packingOf,
  reachableTolerance,
  type TensorFunction,
  tensorMap,
  tensorObjective,
  tensorResidual,
  warnUnconverged,
} from './tensor-problem.js';

/** A bound of a box: for all of x, for each entry (like x), or made from the arguments. */
export type TensorBound<A extends readonly unknown[]> =
  | number
  | TensorTree
  | ((...args: A) => number | TensorTree);

export interface TensorSolverOptions<X extends TensorTree, A extends readonly unknown[]> extends RunOptions {
  /** For `proximalGradient` and its kin: argmin_u ½ ‖u − x‖² + step · g(u). */
  prox?: (x: X, step: number, ...args: A) => X;
  /** g(x), for the reported objective only. */
  penalty?: TensorFunction<X, A, tf.Tensor>;
  /** For `projectedGradient`: the closest point of the set. */
  projection?: TensorFunction<X, A, X>;
  /** For `augmentedLagrangian`: c(x) = 0, and c(x) ≤ 0; tensors or trees of any shape. */
  equality?: TensorFunction<X, A, TensorTree>;
  inequality?: TensorFunction<X, A, TensorTree>;
  /** For `lbfgsb` and `augmentedLagrangian`; no bound where it is left out. */
  lower?: TensorBound<A>;
  upper?: TensorBound<A>;
  /** Takes each run's outcome. By default one that did not converge is a warning. */
  onSolution?: (solution: Solution) => void;
}

/**
 * The tolerance is 1e-6 by default, 1e-4 on backends in single precision.
 *
 * @param method any method whose problem can be written in tfjs; minimisers take a scalar f, root finders and
 *   least squares a residual F, fixed-point methods a map T
 * @param f called with x and the arguments, within a scope of its own: what it makes is disposed of
 * @returns a function whose tensors are new; x0 is not changed, and its shapes are those of the solution
 * @throws InputError, when run, for a tolerance that single precision cannot reach, and where an option is missing
 */
export function tensorSolver<
  X extends TensorTree,
  A extends readonly unknown[],
  P extends { readonly size: number },
>(
  method: Method<P>,
  f: TensorFunction<X, A, TensorTree>,
  options: TensorSolverOptions<X, A> = {},
): (x0: X, ...args: A) => X {
  checkOptions('tensorSolver', options, [
    ...runOptionNames,
    'prox',
    'penalty',
    'projection',
    'equality',
    'inequality',
    'lower',
    'upper',
    'onSolution',
  ]);
  const { onSolution = warnUnconverged, tolerance, maxSteps, onStep, signal } = options;
  return (x0, ...args) => {
    demandUnrecorded(method.name);
    const packing = packingOf(x0);
    const problem = problemOf(method.takes ?? 'objective', f, packing, x0, args, options) as P;
    const solution = run(method, problem, packing.vector(x0, 'x0'), {
      maxSteps,
      onStep,
      signal,
      tolerance: reachableTolerance(tolerance, 1e-6),
    });
    onSolution(solution);
    return packing.tree(solution.value);
  };
}

function problemOf<X extends TensorTree, A extends readonly unknown[]>(
  kind: ProblemKind,
  f: TensorFunction<X, A, TensorTree>,
  packing: Packing<X>,
  x0: X,
  args: A,
  options: TensorSolverOptions<X, A>,
): unknown {
  const objective = () => tensorObjective(f as TensorFunction<X, A, tf.Tensor>, x0, ...args);
  switch (kind) {
    case 'objective':
      return objective();
    case 'composite': {
      const { penalty } = options;
      const prox = needed(options.prox, 'prox');
      const problem: CompositeObjective = {
        ...objective(),
        prox: (v, step, out) =>
          withoutLeaks(() => out.set(packing.vector(prox(packing.tree(v), step, ...args), 'prox(x)'))),
        ...(penalty && {
          penalty: (x) => withoutLeaks(() => penalty(packing.tree(x), ...args).dataSync()[0]),
        }),
      };
      return problem;
    }
    case 'projected': {
      const projection = needed(options.projection, 'projection');
      const problem: ProjectedObjective = {
        ...objective(),
        projection: (v, out) =>
          withoutLeaks(() => out.set(packing.vector(projection(packing.tree(v), ...args), 'projection(x)'))),
      };
      return problem;
    }
    case 'box':
      return { ...objective(), ...boxOf(options, packing, args) };
    case 'constrained': {
      const { equality, inequality, lower, upper } = options;
      return {
        ...objective(),
        ...(equality && { equality: tensorResidual(equality, x0, ...args) }),
        ...(inequality && { inequality: tensorResidual(inequality, x0, ...args) }),
        ...(lower === undefined && upper === undefined ? {} : boxOf(options, packing, args)),
      };
    }
    case 'residual':
    case 'root':
      return tensorResidual(f, x0, ...args);
    case 'fixed-point':
      return tensorMap(f, x0, ...args);
    default:
      throw new InputError(
        `a problem of the kind '${kind}' is not one function of x; run the method on its own`,
      );
  }
}

function needed<T>(option: T | undefined, name: string): T {
  if (option !== undefined) return option;
  throw new InputError(`this method needs the option ${name}`);
}

function boxOf<X extends TensorTree, A extends readonly unknown[]>(
  { lower = -Infinity, upper = Infinity }: TensorSolverOptions<X, A>,
  packing: Packing<X>,
  args: A,
): { lower: Float64Array; upper: Float64Array } {
  return { lower: boundOf(lower, packing, args), upper: boundOf(upper, packing, args) };
}

function boundOf<X extends TensorTree, A extends readonly unknown[]>(
  given: TensorBound<A>,
  packing: Packing<X>,
  args: A,
): Float64Array {
  return withoutLeaks(() => {
    const bound = typeof given === 'function' ? given(...args) : given;
    if (typeof bound === 'number') return new Float64Array(packing.size).fill(bound);
    return packing.vector(bound, 'a bound');
  });
}
