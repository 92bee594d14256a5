/** The loop that runs a method: init, then steps until something ends them. Nothing fails silently. */
import { checkOptions, InputError } from '../message/index.js';
import type {
  IterationState,
  Method,
  Minimizer,
  ProblemKind,
  RunOptions,
  RunResult,
  Solution,
} from './method.js';
import type { Objective } from './problem.js';

export const runOptionNames = ['tolerance', 'maxSteps', 'onStep', 'signal'] satisfies (keyof RunOptions)[];

/**
 * Runs a method on a problem from x0 (which is not changed).
 *
 * Does not throw where it does not converge: the result's code and message say how it ended.
 *
 * @throws InputError on options that cannot be, and on a problem that lacks what the method needs
 */
export function run<P extends { readonly size: number }, S extends IterationState>(
  method: Method<P, S>,
  problem: P,
  x0: Float64Array,
  options: RunOptions = {},
): Solution<S> {
  checkOptions('run', options, runOptionNames);
  const steps = iterate(method, problem, x0, options);
  for (;;) {
    const turn = steps.next();
    if (turn.done) return turn.value;
  }
}

/**
 * As `run`, but lets other work have its turn every `pause` milliseconds (50 by default): a page stays alive, and a
 * signal can arrive.
 */
export async function runAsync<P extends { readonly size: number }, S extends IterationState>(
  method: Method<P, S>,
  problem: P,
  x0: Float64Array,
  options: RunOptions & { readonly pause?: number } = {},
): Promise<Solution<S>> {
  checkOptions('runAsync', options, [...runOptionNames, 'pause']);
  const { pause = 50 } = options;
  const steps = iterate(method, problem, x0, options);
  let last = performance.now();
  for (;;) {
    const turn = steps.next();
    if (turn.done) return turn.value;
    if (performance.now() - last < pause) continue;
    await new Promise((resolve) => setTimeout(resolve, 0));
    last = performance.now();
  }
}

/** One turn a step; the solution at the end. */
function* iterate<P extends { readonly size: number }, S extends IterationState>(
  method: Method<P, S>,
  problem: P,
  x0: Float64Array,
  { tolerance = 1e-6, maxSteps = 10_000, onStep, signal }: RunOptions,
): Generator<void, Solution<S>> {
  if (typeof tolerance !== 'number' || !(tolerance >= 0))
    throw new InputError(`the tolerance must be zero or more, found ${tolerance}`);
  if (typeof maxSteps !== 'number' || !(maxSteps >= 0))
    throw new InputError(`the number of steps must be zero or more, found ${maxSteps}`);
  demandParts(method.name, method.takes ?? 'objective', problem);
  if (x0.length !== problem.size) {
    throw new InputError(`the problem has ${problem.size} unknowns, the start has ${x0.length}`);
  }
  const began = performance.now();
  const state = method.init(problem, Float64Array.from(x0));
  for (let step = 0; ; step++) {
    const { x, value, error } = state;
    const finite = Number.isFinite(value) && Number.isFinite(error);
    const stopped = (finite && onStep?.({ step, value, error, x }) === false) || (signal?.aborted ?? false);
    const result = outcome(state, finite, stopped, tolerance, step >= maxSteps);
    if (result !== null) {
      const certificate = result === state.failure?.result ? state.failure.certificate : undefined;
      return {
        // The method's own array may lie in a memory of its own.
        value: Float64Array.from(x),
        result,
        message: describe(method.name, result, step, tolerance, state),
        stats: {
          steps: step,
          evaluations: state.evaluations,
          objective: value,
          error,
          seconds: (performance.now() - began) / 1000,
        },
        ...(certificate === undefined ? {} : { certificate }),
        state,
      };
    }
    method.step(problem, state);
    yield;
  }
}

/** What a problem of each kind cannot do without. */
const parts: Record<ProblemKind, readonly string[]> = {
  objective: ['gradient'],
  composite: ['gradient', 'prox'],
  projected: ['gradient', 'projection'],
  box: ['gradient', 'lower', 'upper'],
  constrained: ['gradient'],
  residual: ['evaluate', 'linearize'],
  root: ['evaluate'],
  'fixed-point': ['apply'],
  'quadratic-program': ['Q', 'c', 'constraints', 'lower', 'upper'],
};

function demandParts(name: string, kind: ProblemKind, problem: object): void {
  const missing = parts[kind].find((part) => (problem as Record<string, unknown>)[part] === undefined);
  if (missing === undefined) return;
  throw new InputError(`${name} needs a problem with ${parts[kind].join(', ')}; this one has no ${missing}`);
}

/** `run`, for a minimiser of an objective without constraints. */
export function minimize<S extends IterationState>(
  minimizer: Minimizer<S>,
  objective: Objective,
  x0: Float64Array,
  options: RunOptions = {},
): Solution<S> {
  return run(minimizer, objective, x0, options);
}

function outcome(
  state: IterationState,
  finite: boolean,
  stopped: boolean,
  tolerance: number,
  spent: boolean,
): RunResult | null {
  const { value, error, failure } = state;
  if (failure?.result === 'unbounded' || value === -Infinity) return 'unbounded';
  if (!finite) return 'not-finite';
  if (failure?.final) return failure.result;
  if (error <= tolerance) return 'converged';
  if (stopped) return 'aborted';
  if (failure !== undefined) return failure.result;
  return spent ? 'step-limit' : null;
}

function describe(
  name: string,
  result: RunResult,
  steps: number,
  tolerance: number,
  state: IterationState,
): string {
  const { value, error, failure } = state;
  const reached = `the error is ${error.toExponential(2)}, asked for was ${tolerance.toExponential(2)}`;
  const why = failure === undefined ? '' : ` (${failure.reason})`;
  switch (result) {
    case 'converged':
      return `converged in ${steps} steps: ${reached}`;
    case 'step-limit':
      return `not converged in ${steps} steps: ${reached}; raise maxSteps, or the tolerance`;
    case 'not-finite':
      return (
        `the problem gave a value that is not finite after ${steps} steps (value ${value}, error ${error})` +
        `${why}; start elsewhere, or take shorter steps`
      );
    case 'stuck':
      return `${name} can make no progress after ${steps} steps${why}: ${reached}`;
    case 'unbounded':
      return `the objective is unbounded below${why}: add constraints, or a penalty that grows`;
    case 'infeasible':
      return `no point fulfils the constraints${why}: relax one of them; the certificate says which conflict`;
    case 'aborted':
      return `stopped by the caller after ${steps} steps: ${reached}`;
  }
}
