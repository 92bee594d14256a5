/**
 * L-BFGS: a quasi-Newton method that remembers the last few steps. The first choice for smooth objectives of many
 * unknowns without constraints.
 *
 * Sources: Liu and Nocedal, Math. Program. 45, 503 (1989); Nocedal and Wright, Numerical Optimization (2nd edition),
 * algorithm 7.4. Its error is the largest block of the gradient.
 */
import { axpy, dot, norm2, scale } from '../linear/index.js';
import { checkOptions, InputError } from '../message/index.js';
import { type DescentState, type LineSearch, moveToTrial, startDescent } from './line.js';
import type { Minimizer } from './method.js';
import { zoom } from './zoom.js';

export interface LbfgsOptions {
  /** Steps that are remembered; 10 by default. */
  memory?: number;
  /** `zoom()` by default. */
  lineSearch?: LineSearch;
  /** No block moves farther than this in one step; Infinity by default. */
  maxStep?: number;
}

interface Pair {
  /** Change of the point, and of the gradient. */
  readonly s: Float64Array;
  readonly y: Float64Array;
  /** 1 / sᵀy */
  rho: number;
}

export interface LbfgsState extends DescentState {
  /** The newest last. */
  readonly pairs: Pair[];
  readonly weights: Float64Array;
}

export function lbfgs(options: LbfgsOptions = {}): Minimizer<LbfgsState> {
  checkOptions('lbfgs', options, ['memory', 'lineSearch', 'maxStep']);
  const { memory = 10, lineSearch = zoom(), maxStep = Infinity } = options;
  if (!(Number.isInteger(memory) && memory >= 1)) {
    throw new InputError(`the memory of L-BFGS is a number of steps, 1 or more; found ${memory}`);
  }
  if (!(maxStep > 0)) throw new InputError(`maxStep must be positive, found ${maxStep}`);
  return {
    name: 'L-BFGS',
    init: (objective, x) => ({
      ...startDescent(objective, x),
      pairs: [],
      weights: new Float64Array(memory),
    }),
    step(objective, state) {
      const { x, gradient, direction, line, pairs, weights } = state;
      for (let i = 0; i < x.length; i++) direction[i] = -gradient[i];
      applyInverseHessian(pairs, weights, direction);
      if (!(dot(direction, gradient) < 0)) {
        pairs.length = 0;
        for (let i = 0; i < x.length; i++) direction[i] = -gradient[i];
      }
      line.aim(x, state.value, gradient, direction, maxStep);
      const before = line.evaluations;
      const failure = lineSearch(line, pairs.length > 0 ? 1 : Math.min(1, 1 / norm2(gradient)));
      state.evaluations += line.evaluations - before;
      if (failure !== null) {
        // The memory may be the cause: the next step does without.
        if (pairs.length > 0 && failure.result !== 'unbounded') pairs.length = 0;
        else state.failure = failure;
        return;
      }
      remember(state, memory);
      moveToTrial(objective, state);
    },
  };
}

/** Takes in the step from x to the line's trial point, where its curvature is positive. */
function remember({ x, gradient, line, pairs }: LbfgsState, memory: number): void {
  // The oldest pair's vectors are used again.
  const n = x.length;
  const pair =
    pairs.length === memory
      ? (pairs.shift() as Pair)
      : { s: new Float64Array(n), y: new Float64Array(n), rho: 0 };
  const { s, y } = pair;
  for (let i = 0; i < n; i++) {
    s[i] = line.trial[i] - x[i];
    y[i] = line.trialGradient[i] - gradient[i];
  }
  const curvature = dot(s, y);
  if (!(curvature > 1e-15 * norm2(s) * norm2(y))) return;
  pair.rho = 1 / curvature;
  pairs.push(pair);
}

/** v ← H v by the two-loop recursion. */
function applyInverseHessian(pairs: readonly Pair[], weights: Float64Array, v: Float64Array): void {
  if (pairs.length === 0) return;
  for (let k = pairs.length - 1; k >= 0; k--) {
    const { s, y, rho } = pairs[k];
    weights[k] = rho * dot(s, v);
    axpy(-weights[k], y, v);
  }
  const { y, rho } = pairs[pairs.length - 1];
  scale(1 / (rho * dot(y, y)), v);
  for (let k = 0; k < pairs.length; k++) {
    const { s, y, rho } = pairs[k];
    axpy(weights[k] - rho * dot(y, v), s, v);
  }
}
