/**
 * The plan P = exp(S + u + v) with given marginals, on the host: Sinkhorn's iteration on logarithms (Cuturi, NIPS 2013;
 * Peyré and Cuturi, "Computational optimal transport", 2019, section 4.4), which is safe but slow to end, and Newton's
 * method on the potentials, which is quick near the end.
 */
import { warn } from '../message/index.js';
import { solvePotentials } from './bipartite.js';

const maxRounds = 100;
/** The range of the first problem, and how much it grows from one to the next. */
const warm = 20;
const cooling = 2;
const sweepsPerRound = 10;
const maxNewtonSteps = 30;
/** Newton steps shorter than this share make way for a sweep. */
const shortest = 1e-2;
/** Marginals off by more than this share of the mass are called wrong. */
const acceptable = 1e-10;

/**
 * @param S [m, n], row by row: logarithms
 * @param a what rows sum to, above 0
 * @param b what columns sum to, above 0, of the same total
 */
export function entropicPlan(who: string, S: Float64Array, a: Float64Array, b: Float64Array): Float64Array {
  const mass = a.reduce((sum, value) => sum + value, 0);
  const problem: Problem = { S, a, b, mass };
  let reach = 0;
  for (const value of S) reach = Math.max(reach, Math.abs(value));
  // A wide range is a low temperature: it is come to through higher ones (Schmitzer, SIAM J. Sci. Comput. 41, 2019).
  let reduction = 1;
  while (reach > reduction * warm) reduction *= cooling;
  let dual: Float64Array = new Float64Array(a.length + b.length);
  for (; reduction > 1; reduction /= cooling) {
    const warmer = { ...problem, S: S.map((value) => value / reduction) };
    dual = iterated(warmer, dual, 1e-6).dual.map((value) => cooling * value);
  }
  // The exponent's own rounding is a relative error of the plan.
  const state = iterated(problem, dual, 1e-15 * (10 + reach));
  if (!(state.error <= acceptable)) {
    warn(
      `${who}: after ${maxRounds * sweepsPerRound} sweeps of Sinkhorn's iteration the plan's rows are off by ` +
        `${state.error.toExponential(1)} of the mass; the matrix spans too wide a range: scale it down (which is to ` +
        'raise the temperature)',
    );
  }
  return state.plan;
}

/** Rounds of sweeps and Newton steps, until the marginals are right to `target`, or rounding is reached. */
function iterated(problem: Problem, start: Float64Array, target: number): State {
  let state = newton(problem, stateOf(problem, start), target);
  for (let round = 0; round < maxRounds && state.error > target; round++) {
    const dual = Float64Array.from(state.dual);
    for (let sweep = 0; sweep < sweepsPerRound; sweep++) sweepOnce(problem, dual);
    const swept = stateOf(problem, dual);
    state = newton(problem, swept, target);
    if (round > 10 && state.error < 1e-13 && state.error >= 0.5 * swept.error) break;
  }
  return state;
}

interface Problem {
  readonly S: Float64Array;
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly mass: number;
}

interface State {
  readonly dual: Float64Array;
  readonly plan: Float64Array;
  /** Sums of rows minus a, then of columns minus b. */
  readonly excess: Float64Array;
  /** Σ|excess| as a share of the mass. */
  readonly error: number;
}

function stateOf({ S, a, b, mass }: Problem, dual: Float64Array): State {
  const [m, n] = [a.length, b.length];
  const excess = new Float64Array(m + n);
  const plan = new Float64Array(m * n);
  for (let i = 0, k = 0; i < m; i++) {
    for (let j = 0; j < n; j++, k++) {
      plan[k] = Math.exp(S[k] + dual[i] + dual[m + j]);
      excess[i] += plan[k];
      excess[m + j] += plan[k];
    }
  }
  for (let i = 0; i < m; i++) excess[i] -= a[i];
  for (let j = 0; j < n; j++) excess[m + j] -= b[j];
  const error = excess.reduce((sum, value) => sum + Math.abs(value), 0) / mass;
  return { dual, plan, excess, error };
}

/** Newton steps, shortened where they overshoot, as long as the error falls well. */
function newton(problem: Problem, start: State, target: number): State {
  const [m, n] = [problem.a.length, problem.b.length];
  let state = start;
  for (let k = 0; k < maxNewtonSteps && state.error > target; k++) {
    const { dual, plan, excess, error } = state;
    const step = solvePotentials(plan, m, n, excess.subarray(0, m), excess.subarray(m));
    let next = state;
    for (let share = 1; share > shortest && !(next.error < (1 - share / 4) * error); share /= 2) {
      next = stateOf(
        problem,
        dual.map((value, i) => value - share * step[i]),
      );
    }
    if (!(next.error < error)) break;
    state = next;
  }
  return state;
}

/** Makes all rows right, then all columns. */
function sweepOnce({ S, a, b }: Problem, dual: Float64Array): void {
  const [m, n] = [a.length, b.length];
  for (let i = 0; i < m; i++) {
    dual[i] = Math.log(a[i]) - logSumExp(n, (j) => S[i * n + j] + dual[m + j]);
  }
  for (let j = 0; j < n; j++) {
    dual[m + j] = Math.log(b[j]) - logSumExp(m, (i) => S[i * n + j] + dual[i]);
  }
}

function logSumExp(count: number, term: (k: number) => number): number {
  let top = -Infinity;
  for (let k = 0; k < count; k++) top = Math.max(top, term(k));
  let sum = 0;
  for (let k = 0; k < count; k++) sum += Math.exp(term(k) - top);
  return top + Math.log(sum);
}
