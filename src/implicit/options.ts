/** What is asked of the derivative of a root: how its linear systems are solved, and when it is not to be trusted. */
import type { LinearResult, LinearSolution, LinearSolver, Preconditioner } from '../linear/index.js';
import { checkOptions, InputError } from '../message/index.js';

export interface ImplicitOptions {
  /**
   * Any solver of src/linear, or one's own. Default: the one that the condition asks for, else `cg` where `symmetric` is
   * declared, and `auto` (BiCGSTAB, and others where that fails) where it is not.
   */
  solve?: LinearSolver;
  /**
   * Whether ∂₁F is symmetric, as it is where F is the gradient of an energy; on a support, its block there. Default: what
   * the condition says, else true with `cg` and `minres`, which are for nothing else, and false otherwise.
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
  /**
   * Solve on the support where the condition knows one: without the entries that are held at zero, at a bound, by an
   * inactive constraint. Default true; `nullSpace`, which is that of the whole system, turns it off.
   */
  restrict?: boolean;
  /** Called after every linear solve of a derivative. */
  onSolve?: (solution: LinearSolution, system: LinearSystem) => void;
  /** Called with what is known of every derivative: a code, the residual of F, the linear solution. */
  onDerivative?: (report: DerivativeReport) => void;
}

const names = [
  'solve',
  'symmetric',
  'tolerance',
  'maxIterations',
  'preconditioner',
  'nullSpace',
  'warmStart',
  'residualTolerance',
  'strict',
  'restrict',
  'onSolve',
  'onDerivative',
] satisfies (keyof ImplicitOptions)[];

/**
 * @param name of the public function
 * @param more options that it has beside these
 * @throws InputError for an option that there is not
 */
export function checkImplicitOptions(name: string, options: object, more: readonly string[] = []): void {
  checkOptions<Record<string, unknown>>(name, { ...options }, [...names, ...more]);
  const { solve } = options as Partial<Record<'solve', unknown>>;
  if (solve !== undefined && typeof solve !== 'function')
    throw new InputError(
      `${name}: solve is a linear solver, such as cg of stillpoint/linear; found ${JSON.stringify(solve)}`,
    );
}

/** How far a derivative can be trusted. */
export interface DerivativeReport {
  readonly system: LinearSystem;
  /** 'converged', 'no-root' where ‖F‖ is above the tolerance, or the code of the linear solve that failed. */
  readonly result: LinearResult | 'no-root';
  /** What happened and what to do next. */
  readonly message: string;
  /** ‖F(x)‖ at the point that was differentiated. */
  readonly residual: number;
  /** Estimated ‖x − x*‖. */
  readonly distance: number;
  /** With 'no-root': the estimated relative error of the derivative. */
  readonly error?: number;
  readonly linear: LinearSolution;
  /** Unknowns of the system that was solved: those of the support, where one is known. */
  readonly size: number;
}

/** ∂₁Fᵀ λ = −cotangent (backward), or ∂₁F dx = −∂₂F dθ (forward). */
export type LinearSystem = 'adjoint' | 'tangent';

/** A derivative that cannot be trusted: the point is no root, or its linear system was not solved. */
export class DerivativeError extends Error {
  override readonly name = 'DerivativeError';

  constructor(
    message: string,
    /** The code; 'not-symmetric' where a declared symmetry is not there. */
    readonly code: Complaint,
  ) {
    super(message);
  }
}

/** What may be wrong with a derivative. */
export type Complaint = Exclude<DerivativeReport['result'], 'converged'> | 'not-symmetric';
