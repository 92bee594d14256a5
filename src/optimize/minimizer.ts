/**
 * The contract of minimisers, and the loop that runs them: init, then steps until something ends them.
 *
 * A minimiser is a pair of functions over a state that it owns; it decides nothing about when to stop. Nothing fails
 * silently: a run ends with a code and a message that says what to do next.
 */
import { InputError } from '../message/index.js';
import { largestBlock, type Objective } from './objective.js';

/** What every minimiser's state shows to the loop. */
export interface MinimizerState {
  /** The current point; changed in place. */
  readonly x: Float64Array;
  /** The gradient there. */
  readonly gradient: Float64Array;
  /** The objective there. */
  value: number;
  /** Gradient evaluations so far. */
  evaluations: number;
  /** Set by a step that could make no progress, with the reason. */
  failure?: string;
}

export interface Minimizer<S extends MinimizerState = MinimizerState> {
  readonly name: string;
  /** Takes over `x`. */
  init(objective: Objective, x: Float64Array): S;
  step(objective: Objective, state: S): void;
}

/**
 * How a run ended.
 * - `converged`: the largest gradient block is within the tolerance
 * - `step-limit`: it was still under way
 * - `not-finite`: the objective or its gradient became NaN or infinite
 * - `stuck`: the minimiser can make no progress, as when rounding hides any decrease
 * - `aborted`: the caller stopped it
 */
export type MinimizeResult = 'converged' | 'step-limit' | 'not-finite' | 'stuck' | 'aborted';

export interface MinimizeProgress {
  readonly step: number;
  readonly value: number;
  /** Largest norm of a gradient block. */
  readonly gradientNorm: number;
  /** The current point: copy it to keep it. */
  readonly x: Float64Array;
  readonly gradient: Float64Array;
}

export interface MinimizeOptions {
  /** Converged when no gradient block is longer than this; 1e-6 by default. */
  readonly tolerance?: number;
  /** 10,000 by default. */
  readonly maxSteps?: number;
  /** Called before the first step and after each; a returned `false` stops the run. */
  readonly onStep?: (progress: MinimizeProgress) => unknown;
  readonly signal?: AbortSignal;
}

export interface Solution {
  readonly value: Float64Array;
  readonly result: MinimizeResult;
  /** What happened and what to do next. */
  readonly message: string;
  readonly stats: {
    readonly steps: number;
    readonly evaluations: number;
    readonly objective: number;
    /** Largest norm of a gradient block at the end. */
    readonly gradientNorm: number;
    readonly seconds: number;
  };
}

/**
 * Minimises an objective from x0 (which is not changed).
 *
 * @throws InputError on options that cannot be
 */
export function minimize<S extends MinimizerState>(
  minimizer: Minimizer<S>,
  objective: Objective,
  x0: Float64Array,
  options: MinimizeOptions = {},
): Solution {
  const { tolerance = 1e-6, maxSteps = 10_000, onStep, signal } = options;
  if (!(tolerance >= 0)) throw new InputError(`the tolerance must be zero or more, found ${tolerance}`);
  if (!(maxSteps >= 0)) throw new InputError(`the number of steps must be zero or more, found ${maxSteps}`);
  if (x0.length !== objective.size) {
    throw new InputError(`the objective has ${objective.size} unknowns, the start has ${x0.length}`);
  }
  const blockSize = objective.blockSize ?? 1;
  const began = performance.now();
  const state = minimizer.init(objective, Float64Array.from(x0));
  for (let step = 0; ; step++) {
    const gradientNorm = largestBlock(state.gradient, blockSize);
    const finite = Number.isFinite(state.value) && Number.isFinite(gradientNorm);
    const { x, gradient, value } = state;
    const stopped =
      (finite && onStep?.({ step, value, gradientNorm, x, gradient }) === false) ||
      (signal?.aborted ?? false);
    const result = outcome();
    if (result !== null) {
      return {
        value: x,
        result,
        message: describe(minimizer.name, result, step, gradientNorm, tolerance, state.failure),
        stats: {
          steps: step,
          evaluations: state.evaluations,
          objective: value,
          gradientNorm,
          seconds: (performance.now() - began) / 1000,
        },
      };
    }
    minimizer.step(objective, state);

    function outcome(): MinimizeResult | null {
      if (!finite) return 'not-finite';
      if (gradientNorm <= tolerance) return 'converged';
      if (stopped) return 'aborted';
      if (state.failure !== undefined) return 'stuck';
      return step >= maxSteps ? 'step-limit' : null;
    }
  }
}

function describe(
  name: string,
  result: MinimizeResult,
  steps: number,
  norm: number,
  tolerance: number,
  failure: string | undefined,
): string {
  const reached = `the largest gradient is ${norm.toExponential(2)}, asked for was ${tolerance.toExponential(2)}`;
  switch (result) {
    case 'converged':
      return `converged in ${steps} steps: ${reached}`;
    case 'step-limit':
      return `not converged in ${steps} steps: ${reached}; raise the number of steps, or the tolerance`;
    case 'not-finite':
      return `the objective or its gradient is not finite after ${steps} steps; start elsewhere or take shorter steps`;
    case 'stuck':
      return `${name} can make no progress after ${steps} steps (${failure}): ${reached}`;
    case 'aborted':
      return `stopped by the caller after ${steps} steps: ${reached}`;
  }
}
