/**
 * What every linear solver takes and gives: options, solution, result codes.
 *
 * A solver never throws because the mathematics went wrong; it returns its best vector with a code and a message
 * that says what happened and what to do next. Only unusable input (lengths that do not fit) throws.
 */
import type { LinearOperator } from './operator.js';

/** out ← M⁻¹ r, an approximation of A⁻¹ r. For CG and MINRES it must be symmetric positive definite. */
export type Preconditioner = (r: Float64Array, out: Float64Array) => void;

export interface LinearOptions {
  /** Stop when ‖b − A x‖ ≤ tolerance · ‖b‖. Default 1e-10. */
  tolerance?: number;
  /** Default 10 · size + 100. */
  maxIterations?: number;
  /**
   * A guess of the solution. It is used where its residual is smaller than ‖b‖, that is where it is better than
   * zero. On a singular system without `nullSpace` the guess's null components stay in the solution.
   */
  start?: Float64Array;
  preconditioner?: Preconditioner;
  /**
   * Orthonormal vectors that A and Aᵀ send to zero (translations, rattlers). They are projected out of the
   * operator, the right-hand side and the solution: the answer is the minimum-norm solution of the projected system,
   * and the residual is that system's.
   */
  nullSpace?: readonly Float64Array[];
  /** Called after each iteration of a solver that iterates. */
  onIteration?: (progress: LinearProgress) => void;
}

export interface LinearProgress {
  readonly iterations: number;
  /** ‖b − A x‖ / ‖b‖ as the solver carries it along. */
  readonly residual: number;
}

/**
 * How a solve ended.
 * - `converged`: the true residual is within the tolerance
 * - `iteration-limit`: it was still getting better
 * - `stalled`: rounding (or a noisy operator) keeps it from the tolerance
 * - `negative-curvature`: A is not positive (semi)definite; `direction` has pᵀ A p < 0
 * - `inconsistent`: A is singular and b has a part that no A x reaches
 * - `singular`: a factorisation met a zero pivot
 * - `breakdown`: the recurrence divided by zero, and restarts did not help
 * - `not-finite`: b, the operator or the preconditioner gave NaN or Infinity
 */
export type LinearResult =
  | 'converged'
  | 'iteration-limit'
  | 'stalled'
  | 'negative-curvature'
  | 'inconsistent'
  | 'singular'
  | 'breakdown'
  | 'not-finite';

export interface LinearSolution {
  /** The best x found. All NaN when the right-hand side itself is not finite. */
  value: Float64Array;
  iterations: number;
  /** Products with A and Aᵀ, those of the final check included. */
  matvecs: number;
  /** ‖b − A x‖ / ‖b‖, computed from x, not carried along; 0 when b is zero. */
  residual: number;
  result: LinearResult;
  /** What happened and what to do next. */
  message: string;
  /** With `negative-curvature`: a vector p of norm 1 with pᵀ A p < 0. */
  direction?: Float64Array;
}

export type LinearSolver = (A: LinearOperator, b: Float64Array, options?: LinearOptions) => LinearSolution;
