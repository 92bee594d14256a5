/** What is asked of the derivative of a root: how its linear systems are solved, and when it is not to be trusted. */
import type { LinearSolution, LinearSolver, Preconditioner } from '../linear/index.js';

export interface ImplicitOptions {
  /** Any solver of src/linear, or one's own. Default `cg` where `symmetric` is declared, `bicgstab` else. */
  solve?: LinearSolver;
  /**
   * Whether ∂₁F is symmetric, as it is where F is the gradient of an energy. Default: true with `cg` and `minres`,
   * which are for nothing else; false otherwise.
   */
  symmetric?: boolean;
  /** Relative residual of the linear solves. Default 1e-10 in double precision, 1e-4 in single. */
  tolerance?: number;
  /** Of the linear solves. Default: the solver's own. */
  maxIterations?: number;
  /** Approximates (∂₁F)⁻¹ on the flattened x; used for the transposed system too. */
  preconditioner?: Preconditioner;
  /** Orthonormal vectors, flattened like x, that ∂₁F and its transpose send to zero: projected out of the answer. */
  nullSpace?: readonly Float64Array[];
  /** Start each linear solve from the last one's solution. Default false. */
  warmStart?: boolean;
  /**
   * How far from a root x may be, relative to ‖x‖, without a warning. The distance is estimated as ‖F(x)‖ times the
   * amplification that the linear solve shows, ‖λ‖ / ‖b‖. Default 1e-5 in double precision, 1e-2 in single.
   */
  residualTolerance?: number;
  /** Throw a `DerivativeError` where there would be a warning. Default false. */
  strict?: boolean;
  /** Called after every linear solve of a derivative. */
  onSolve?: (solution: LinearSolution, system: LinearSystem) => void;
}

/** ∂₁Fᵀ λ = −cotangent (backward), or ∂₁F dx = −∂₂F dθ (forward). */
export type LinearSystem = 'adjoint' | 'tangent';

/** A derivative that cannot be trusted: the point is no root, or its linear system was not solved. */
export class DerivativeError extends Error {
  override readonly name = 'DerivativeError';
}
