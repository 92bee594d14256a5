/**
 * The contract of every solver in this room: init, then steps. A method owns its state and decides nothing about when
 * to stop; `run` does that. Not for linear systems, which have a contract of their own.
 */
import type {
  BoxObjective,
  CompositeObjective,
  ConstrainedObjective,
  FixedPointMap,
  Objective,
  ProjectedObjective,
  Residual,
  RootFunction,
} from './problem.js';
import type { QuadraticProgram } from './quadratic-program.js';

/** What every method's state shows to the loop. */
export interface IterationState {
  /** The current point; changed in place. */
  readonly x: Float64Array;
  /** The objective there; half the squared residual in least squares and root finding. */
  value: number;
  /**
   * What must vanish at a solution, and is held against the tolerance: the largest block of the gradient, the norm of
   * the residual, the distance of a fixed point from its image. Each method says which.
   */
  error: number;
  /** Evaluations of the problem so far, with a gradient or without. */
  evaluations: number;
  /** Set by a step that could make no progress. */
  failure?: Failure;
}

/** Why a method gave up. */
export interface Failure {
  readonly result: Exclude<RunResult, 'converged' | 'step-limit' | 'aborted'>;
  /** What happened, and what to do next. */
  readonly reason: string;
  /** What proves that a problem is infeasible or unbounded; the method says what it is. */
  readonly certificate?: Float64Array;
  /** It stands also where the error is within the tolerance: at a saddle of a problem that should be convex. */
  readonly final?: true;
}

/** The failure of a method that can make no progress. */
export const stuck = (reason: string): Failure => ({ result: 'stuck', reason });

/** The problems that a method may be for, by name. */
export interface ProblemKinds {
  objective: Objective;
  composite: CompositeObjective;
  projected: ProjectedObjective;
  box: BoxObjective;
  constrained: ConstrainedObjective;
  residual: Residual;
  root: RootFunction;
  'fixed-point': FixedPointMap;
  'quadratic-program': QuadraticProgram;
}
export type ProblemKind = keyof ProblemKinds;

/** A solver of problems P, whose state is S. */
export interface Method<P extends { readonly size: number }, S extends IterationState = IterationState> {
  readonly name: string;
  /** What P is, for adapters that make the problem; 'objective' where it is left out. */
  readonly takes?: ProblemKind;
  /** Takes over `x`. */
  init(problem: P, x: Float64Array): S;
  step(problem: P, state: S): void;
}

/** A method for objectives without constraints. */
export type Minimizer<S extends IterationState = IterationState> = Method<Objective, S>;

/**
 * How a run ended.
 * - `converged`: the error is within the tolerance
 * - `step-limit`: it was still under way
 * - `not-finite`: the problem gave NaN or Infinity
 * - `stuck`: the method can make no progress, as when rounding hides any decrease
 * - `unbounded`: the objective falls without end; the certificate is a direction in which it does
 * - `infeasible`: no point fulfils the constraints; the certificate proves it
 * - `aborted`: the caller stopped it
 */
export type RunResult =
  | 'converged'
  | 'step-limit'
  | 'not-finite'
  | 'stuck'
  | 'unbounded'
  | 'infeasible'
  | 'aborted';

export interface Progress {
  readonly step: number;
  readonly value: number;
  readonly error: number;
  /** The current point: copy it to keep it. */
  readonly x: Float64Array;
}

export interface RunOptions {
  /** Converged when the error is no larger than this; 1e-6 by default. */
  readonly tolerance?: number;
  /** 10,000 by default. */
  readonly maxSteps?: number;
  /** Called before the first step and after each; a returned `false` stops the run. */
  readonly onStep?: (progress: Progress) => unknown;
  readonly signal?: AbortSignal;
}

export interface Solution<S extends IterationState = IterationState> {
  readonly value: Float64Array;
  readonly result: RunResult;
  /** What happened and what to do next. */
  readonly message: string;
  readonly stats: {
    readonly steps: number;
    readonly evaluations: number;
    readonly objective: number;
    readonly error: number;
    readonly seconds: number;
  };
  /** With `infeasible` and `unbounded`: what proves it. */
  readonly certificate?: Float64Array;
  /** The method's last state: multipliers and whatever else it carries. */
  readonly state: S;
}
