/**
 * The augmented Lagrangian method: an objective with nonlinear equality and inequality constraints, as a sequence of
 * problems without them (or with bounds only), whose penalty grows and whose multipliers converge. For quadratic programs
 * `admm` is better; for sets with a projection, `projectedGradient`.
 *
 * Sources: Hestenes, J. Optim. Theory Appl. 4, 303 (1969); Powell (1969); updates after Birgin and Martínez, Practical
 * Augmented Lagrangian Methods (SIAM, 2014), algorithm 4.1. A step is one inner minimisation. Its error is the largest of
 * the gradient of the Lagrangian, the violation, and min(−c, multiplier) for each inequality c ≤ 0.
 */
import { maxAbs, norm2 } from '../linear/index.js';
import { checkOptions, InputError } from '../message/index.js';
import { boxError } from './gradient-mapping.js';
import { lbfgs } from './lbfgs.js';
import { lbfgsb } from './lbfgsb.js';
import { type Failure, type IterationState, type Method, type Minimizer, stuck } from './method.js';
import type { BoxObjective, ConstrainedObjective, Objective, Residual } from './problem.js';
import { run } from './run.js';

export interface AugmentedLagrangianOptions {
  /** Solves the inner problems; `lbfgs()` by default, `lbfgsb()` where there are bounds. */
  inner?: Minimizer | Method<BoxObjective>;
  /** First penalty; 10 by default. */
  penalty?: number;
  /** Steps of each inner run; 2,000 by default. */
  maxInnerSteps?: number;
}

export interface AugmentedLagrangianState extends IterationState {
  /** Of the equalities, of either sign. */
  readonly equality: Float64Array;
  /** Of the inequalities, zero or more. */
  readonly inequality: Float64Array;
  penalty: number;
  /** The largest violation, complementarity included, after the last step. */
  violation: number;
  best: number;
  /** Steps since the error became smaller. */
  since: number;
}

const largestPenalty = 1e10;
const largestMultiplier = 1e14;
const patience = 15;

export function augmentedLagrangian(
  options: AugmentedLagrangianOptions = {},
): Method<ConstrainedObjective, AugmentedLagrangianState> {
  checkOptions('augmentedLagrangian', options, ['inner', 'penalty', 'maxInnerSteps']);
  const { inner, penalty = 10, maxInnerSteps = 2000 } = options;
  if (!(penalty > 0)) throw new InputError(`the penalty must be positive, found ${penalty}`);
  return {
    name: 'the augmented Lagrangian method',
    takes: 'constrained',
    init(problem, x) {
      const state: AugmentedLagrangianState = {
        x,
        value: 0,
        error: 0,
        evaluations: 0,
        equality: new Float64Array(problem.equality?.count ?? 0),
        inequality: new Float64Array(problem.inequality?.count ?? 0),
        penalty,
        violation: Infinity,
        best: Infinity,
        since: 0,
      };
      clip(problem, x);
      measure(problem, state);
      return state;
    },
    step(problem, state) {
      const { x } = state;
      const bounded = problem.lower !== undefined || problem.upper !== undefined;
      const lagrangian = augmented(problem, state);
      const tolerance = Math.max(1e-13, Math.min(1e-2, 0.1 * state.error));
      const method = (inner ?? (bounded ? lbfgsb() : lbfgs())) as Method<BoxObjective>;
      const found = run(method, lagrangian, x, { tolerance, maxSteps: maxInnerSteps });
      state.evaluations += found.stats.evaluations;
      if (found.result === 'not-finite') {
        state.failure = { result: 'not-finite', reason: `an inner run: ${found.message}` };
        return;
      }
      if (found.result === 'unbounded') {
        // A larger penalty may hold it back.
        if (state.penalty < largestPenalty) state.penalty *= 100;
        else state.failure = { ...(found.state.failure as Failure), result: 'unbounded' };
        return;
      }
      x.set(found.value);
      const violation = updateMultipliers(problem, state);
      if (violation > 0.25 * state.violation) state.penalty = Math.min(10 * state.penalty, largestPenalty);
      state.violation = violation;
      measure(problem, state);
      state.failure = conclude(problem, state);
    },
  };
}

/** f + Σ ρ/2 (c + λ/ρ)², of the inequalities only where they push. */
function augmented(problem: ConstrainedObjective, state: AugmentedLagrangianState): BoxObjective {
  const { size, blockSize } = problem;
  const { equality, inequality, penalty } = state;
  const part = new Float64Array(size);
  const c = new Float64Array(equality.length);
  const d = new Float64Array(inequality.length);
  const objective: Objective = {
    size,
    ...(blockSize === undefined ? {} : { blockSize }),
    gradient(x, gradient) {
      let value = problem.gradient(x, gradient);
      const add = (constraint: Residual, weights: Float64Array): void => {
        constraint.linearize(x).transposed(weights, part);
        for (let i = 0; i < size; i++) gradient[i] += part[i];
      };
      if (problem.equality) {
        problem.equality.evaluate(x, c);
        for (let k = 0; k < c.length; k++) {
          value += c[k] * (equality[k] + 0.5 * penalty * c[k]);
          c[k] = equality[k] + penalty * c[k];
        }
        add(problem.equality, c);
      }
      if (problem.inequality) {
        problem.inequality.evaluate(x, d);
        for (let k = 0; k < d.length; k++) {
          const push = Math.max(0, inequality[k] + penalty * d[k]);
          value += (push * push - inequality[k] ** 2) / (2 * penalty);
          d[k] = push;
        }
        add(problem.inequality, d);
      }
      return value;
    },
  };
  return { ...objective, ...bounds(problem) };
}

/** λ ← λ + ρ c. Returns the violation, and the distance from complementarity at this penalty. */
function updateMultipliers(problem: ConstrainedObjective, state: AugmentedLagrangianState): number {
  const { x, equality, inequality, penalty } = state;
  let violation = 0;
  const c = new Float64Array(equality.length);
  problem.equality?.evaluate(x, c);
  for (let k = 0; k < c.length; k++) {
    violation = Math.max(violation, Math.abs(c[k]));
    const next = equality[k] + penalty * c[k];
    equality[k] = Math.min(largestMultiplier, Math.max(-largestMultiplier, next));
  }
  const d = new Float64Array(inequality.length);
  problem.inequality?.evaluate(x, d);
  for (let k = 0; k < d.length; k++) {
    violation = Math.max(violation, Math.abs(Math.max(d[k], -inequality[k] / penalty)));
    inequality[k] = Math.min(largestMultiplier, Math.max(0, inequality[k] + penalty * d[k]));
  }
  return violation;
}

/** Sets value and error. */
function measure(problem: ConstrainedObjective, state: AugmentedLagrangianState): void {
  const { x, equality, inequality } = state;
  const n = x.length;
  const gradient = new Float64Array(n);
  const part = new Float64Array(n);
  state.value = problem.gradient(x, gradient);
  state.evaluations++;
  let error = 0;
  const parts = [
    [problem.equality, equality],
    [problem.inequality, inequality],
  ] as const;
  for (const [constraint, multipliers] of parts) {
    if (!constraint) continue;
    const c = new Float64Array(constraint.count);
    constraint.evaluate(x, c);
    for (let k = 0; k < c.length; k++) {
      const off = constraint === problem.equality ? c[k] : Math.max(c[k], -multipliers[k]);
      error = Math.max(error, Math.abs(off));
    }
    constraint.linearize(x).transposed(multipliers, part);
    for (let i = 0; i < n; i++) gradient[i] += part[i];
  }
  const { lower, upper } = bounds(problem);
  error = Math.max(error, boxError(x, gradient, lower, upper));
  state.error = error;
  if (error < 0.9 * state.best) {
    state.best = error;
    state.since = 0;
  } else state.since++;
}

/** Why it is over, if it is: the violation cannot be brought down any more, or nothing gets better. */
function conclude(problem: ConstrainedObjective, state: AugmentedLagrangianState): Failure | undefined {
  const { x, penalty, since } = state;
  if (since < patience && penalty < largestPenalty) return undefined;
  const { gradient, weights } = pull(problem, x);
  const size = norm2(weights);
  if (size > 1e-6 && maxAbs(gradient) <= 1e-6 * size * Math.max(1, size)) {
    return {
      result: 'infeasible',
      reason:
        'no small step brings the violation down; the certificate holds the violations at that point, equalities first, ' +
        'which proves it where the constraints are convex',
      certificate: weights,
    };
  }
  if (since < patience) return undefined;
  return stuck(
    'neither penalty nor multipliers bring the error down: start elsewhere, scale the constraints to be of order one, ' +
      'or raise the tolerance',
  );
}

/** The violations w, and the gradient of ½ ‖w‖², as far as the bounds let it push. */
function pull(problem: ConstrainedObjective, x: Float64Array) {
  const { equality, inequality } = problem;
  const weights = new Float64Array((equality?.count ?? 0) + (inequality?.count ?? 0));
  const gradient = new Float64Array(x.length);
  const part = new Float64Array(x.length);
  let at = 0;
  for (const constraint of [equality, inequality]) {
    if (!constraint) continue;
    const w = weights.subarray(at, at + constraint.count);
    at += constraint.count;
    constraint.evaluate(x, w);
    if (constraint === inequality) for (let k = 0; k < w.length; k++) w[k] = Math.max(0, w[k]);
    constraint.linearize(x).transposed(w, part);
    for (let i = 0; i < x.length; i++) gradient[i] += part[i];
  }
  const { lower, upper } = bounds(problem);
  for (let i = 0; i < x.length; i++) {
    gradient[i] = x[i] - Math.min(upper[i], Math.max(lower[i], x[i] - gradient[i]));
  }
  return { gradient, weights };
}

function bounds({ size, lower, upper }: ConstrainedObjective) {
  return {
    lower: lower ?? new Float64Array(size).fill(-Infinity),
    upper: upper ?? new Float64Array(size).fill(Infinity),
  };
}

function clip(problem: ConstrainedObjective, x: Float64Array): void {
  const { lower, upper } = bounds(problem);
  for (let i = 0; i < x.length; i++) x[i] = Math.min(upper[i], Math.max(lower[i], x[i]));
}
