/**
 * The outer loss at some hyperparameters, and its gradient: the chain rule through `customRoot`, nothing else.
 *
 * What was not solved as asked (an inner problem, a linear system) is in the report of the evaluation.
 */
import * as tf from '@tensorflow/tfjs';
import {
  type Adjoint,
  customRoot,
  type DerivativeReport,
  type ImplicitOptions,
  type ImplicitSolver,
  implicit,
} from '../implicit/index.js';
import { norm2 } from '../linear/index.js';
import {
  constant,
  flatten,
  type TensorTree,
  type TreeStructure,
  toFloat64,
  unflatten,
  vjp,
  withoutLeaks,
} from '../tensor/index.js';
import type { InnerOutcome, InnerProblem } from './inner.js';

/** One training problem and the loss on its validation data. */
export interface BilevelProblem<X extends TensorTree, H extends TensorTree> {
  readonly inner: InnerProblem<X, H>;
  /** The loss to be minimised by the choice of hyper; one number. */
  readonly outer: (x: X, hyper: H) => tf.Tensor;
}

/** How the linear system of a derivative ended. */
export interface LinearOutcome {
  /** A code of src/linear, or 'no-root' where the inner solution is too far off to be differentiated. */
  readonly result: string;
  readonly message: string;
  readonly iterations: number;
  /** Relative. */
  readonly residual: number;
}

export interface Evaluated {
  readonly loss: number;
  /** With respect to the flat numbers that the tree of `hyper` is made of. */
  readonly gradient: Float64Array;
  /** x*, flat. */
  readonly solution: Float64Array;
  readonly inner: InnerOutcome;
  /** Absent with unrolling, which solves none, and where the loss does not depend on x. */
  readonly linear?: LinearOutcome;
}

export interface Differentiator<H extends TensorTree> {
  /** The structure of x, to make trees of flat solutions. */
  readonly structure: TreeStructure;
  /**
   * @param tree of tensors, made into hyperparameters by `transformed`
   * @param from flat x that the inner solve begins at; the problem's own start where it is null
   * @param careful whether a point that is no root to 1e-5 is to be reported: not while inner solves are loose by intent
   */
  evaluate(
    tree: H,
    transformed: (tree: H) => H,
    from: Float64Array | null,
    tolerance: number,
    careful: boolean,
  ): Evaluated;
  /** The loss and the residual at the problem's own start: two numbers by which other data are told from these. */
  fingerprint(hyper: H): Float64Array;
  /** x* and the loss alone. */
  solve(hyper: H, from: Float64Array | null, tolerance: number): Omit<Evaluated, 'gradient' | 'linear'>;
}

export function differentiator<X extends TensorTree, H extends TensorTree>(
  { inner, outer }: BilevelProblem<X, H>,
  adjoint: Adjoint,
): Differentiator<H> {
  const structure = withoutLeaks(() => flatten(inner.start()).structure);
  let asked = { tolerance: 0 };
  let outcome: InnerOutcome | undefined;
  let linear: LinearOutcome | undefined;

  const search = (start: X, hyper: H): X | Float64Array => {
    const found = inner.solve(start, hyper, asked.tolerance);
    outcome = found.outcome;
    return found.x;
  };
  const onDerivative = (report: DerivativeReport): void => {
    const { iterations, residual } = report.linear;
    linear = { result: report.result, message: report.message, iterations, residual };
    if (adjoint.kind === 'implicit') adjoint.options.onDerivative?.(report);
  };
  /** One with its warnings, one for solutions that are known to be rough. */
  const solverOf = (rough: boolean): ImplicitSolver<X, [H], X, X> => {
    if (adjoint.kind === 'unrolled') return customRoot<X, [H], X>(inner.condition, search, { adjoint });
    const options: ImplicitOptions = {
      ...inner.implicit,
      ...adjoint.options,
      ...(rough ? { residualTolerance: Infinity } : {}),
      onDerivative,
    };
    return customRoot<X, [H], X>(inner.condition, search, options);
  };
  const [careful, rough] = [solverOf(false), solverOf(true)];

  const startOf = (from: Float64Array | null): X =>
    from === null ? inner.start() : (unflatten(from, structure) as X);
  const finish = (loss: number, solution: Float64Array, hyper: H) => ({
    loss,
    solution,
    inner: outcome ?? unrolledOutcome(inner, unflatten(solution, structure) as X, hyper, asked.tolerance),
  });

  return {
    structure,
    fingerprint: (hyper) =>
      withoutLeaks(() => {
        const x = inner.start();
        const residual = norm2(flatten(inner.condition(x, hyper)).vector);
        return Float64Array.of(toFloat64(outer(x, hyper))[0], residual);
      }),
    evaluate(tree, transformed, from, tolerance, isCareful) {
      asked = { tolerance };
      outcome = undefined;
      linear = undefined;
      return withoutLeaks(() => {
        let solution = new Float64Array(0);
        const start = startOf(from);
        const solve = isCareful ? careful : rough;
        const { value, vjp: gradient } = vjp(
          (at: H): tf.Tensor => {
            const hyper = transformed(at);
            const x = solve(start, hyper);
            solution = flatten(x).vector as Float64Array<ArrayBuffer>;
            return tf.reshape(outer(x, hyper), []);
          },
          tree,
          constant(1),
        );
        return {
          ...finish(toFloat64(value as tf.Tensor)[0], solution, transformed(tree)),
          gradient: flatten(gradient).vector,
          ...(linear === undefined ? {} : { linear }),
        };
      });
    },
    solve(hyper, from, tolerance) {
      asked = { tolerance };
      outcome = undefined;
      return withoutLeaks(() => {
        const x = careful(startOf(from), hyper);
        return finish(toFloat64(outer(x, hyper))[0], flatten(x).vector, hyper);
      });
    },
  };
}

/** Unrolled steps run no solver: how far they came is read off the condition. */
function unrolledOutcome<X extends TensorTree, H extends TensorTree>(
  inner: InnerProblem<X, H>,
  x: X,
  hyper: H,
  tolerance: number,
): InnerOutcome {
  const residual = flatten(inner.condition(x, hyper)).vector;
  const error = norm2(residual);
  const converged = error <= tolerance;
  return {
    result: converged ? 'converged' : 'step-limit',
    message: converged
      ? `the unrolled steps reached an error of ${error.toExponential(2)}`
      : `the unrolled steps end at an error of ${error.toExponential(2)}, asked for was ${tolerance.toExponential(2)}; ` +
        'unroll more steps',
    steps: 0,
    error,
  };
}

export interface AtOptions {
  /** Of the inner solve; 1e-10 by default. */
  readonly tolerance?: number;
  /** `implicit()` by default. */
  readonly adjoint?: Adjoint;
}

/** x*(hyper), which is new and the caller's, the outer loss there, and how the inner solve ended. */
export function solveAt<X extends TensorTree, H extends TensorTree>(
  problem: BilevelProblem<X, H>,
  hyper: H,
  { tolerance = 1e-10, adjoint = implicit() }: AtOptions = {},
): { x: X; loss: number; inner: InnerOutcome } {
  const fold = differentiator(problem, adjoint);
  const { loss, solution, inner } = fold.solve(hyper, null, tolerance);
  return { x: unflatten(solution, fold.structure) as X, loss, inner };
}

/** The outer loss and its gradient in the numbers that `hyper` is made of, flat, with how the solves ended. */
export function hypergradient<X extends TensorTree, H extends TensorTree>(
  problem: BilevelProblem<X, H>,
  hyper: H,
  { tolerance = 1e-10, adjoint = implicit() }: AtOptions = {},
): Evaluated {
  return differentiator(problem, adjoint).evaluate(hyper, (tree) => tree, null, tolerance, true);
}
