/**
 * The inner problem of a bilevel one: x*(θ), found by a method of src/optimize (or by anything else) and characterised by a
 * condition, which is all that its derivative comes from.
 */
import type { ImplicitOptions, OptimalityMapping } from '../implicit/index.js';
import {
  type Method,
  run,
  type Solution,
  type TensorSolverOptions,
  tensorSolver,
} from '../optimize/index.js';
import { flatten, type TensorTree } from '../tensor/index.js';

/** How an inner solve ended. */
export interface InnerOutcome {
  /** 'converged', or another code of src/optimize or src/linear. */
  readonly result: string;
  readonly message: string;
  readonly steps: number;
  /** What was held against the tolerance. */
  readonly error: number;
}

export interface InnerProblem<X extends TensorTree, H extends TensorTree> {
  /** Where the first solve begins: new tensors, or the same ones each time. */
  start(): X;
  /** x*(hyper) from `start`, to a tolerance; called where no tape records. Returns x or its flat values. */
  solve(start: X, hyper: H, tolerance: number): { x: X | Float64Array; outcome: InnerOutcome };
  /** F(x, hyper) = 0 at the solution. Its `fixedPoint` is what is unrolled, if it has one. */
  readonly condition: OptimalityMapping<X, [H]>;
  /** What suits the linear systems of this condition; the adjoint's own options stand before it. */
  readonly implicit?: ImplicitOptions;
}

export interface InnerProblemOptions<X extends TensorTree, H extends TensorTree>
  extends Omit<TensorSolverOptions<X, [H]>, 'tolerance' | 'onSolution' | 'onStep'> {
  /** Any method whose problem can be written in tfjs: `lbfgs()`, `proximalGradient()`, `projectedGradient()`, … */
  readonly method: Method<never>;
  /** What the method minimises, or the residual or map that it wants: (x, hyper) in tfjs operations. */
  readonly objective: (x: X, hyper: H) => TensorTree;
  readonly condition: OptimalityMapping<X, [H]>;
  readonly start: X;
  readonly implicit?: ImplicitOptions;
}

/** An inner problem from a tfjs function, a method and a condition. The options of `tensorSolver` are its own. */
export function innerProblem<X extends TensorTree, H extends TensorTree>({
  method,
  objective,
  condition,
  start,
  implicit,
  ...rest
}: InnerProblemOptions<X, H>): InnerProblem<X, H> {
  return {
    condition,
    ...(implicit === undefined ? {} : { implicit }),
    start: () => start,
    solve(from, hyper, tolerance) {
      let outcome = {} as InnerOutcome;
      const solver = tensorSolver<X, [H], { readonly size: number }>(
        method as Method<{ readonly size: number }>,
        objective,
        {
          ...rest,
          tolerance,
          onSolution: (solution) => {
            outcome = outcomeOf(solution);
          },
        },
      );
      const x = solver(from, hyper);
      return { x, outcome };
    },
  };
}

/** The `solve` of an inner problem whose numbers are worked on directly, without tfjs: for speed. */
export function hostSolve<X extends TensorTree, H extends TensorTree, P extends { readonly size: number }>(
  method: Method<P>,
  problemOf: (hyper: H) => P,
  { maxSteps = 10_000, enter }: { maxSteps?: number; enter?: (x: Float64Array) => void } = {},
): InnerProblem<X, H>['solve'] {
  return (start, hyper, tolerance) => {
    const x0 = flatten(start).vector;
    enter?.(x0);
    const solution = run(method, problemOf(hyper), x0, { tolerance, maxSteps });
    return { x: solution.value, outcome: outcomeOf(solution) };
  };
}

export function outcomeOf({ result, message, stats }: Solution): InnerOutcome {
  return { result, message, steps: stats.steps, error: stats.error };
}
