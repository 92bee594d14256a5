/**
 * Gradient descent with a line search: the step that Barzilai and Borwein suggest, halved until the objective has
 * come down.
 *
 * Sources: Barzilai and Borwein, IMA J. Numer. Anal. 8, 141 (1988); sufficient decrease after Armijo, and, where
 * rounding hides the decrease, the test on slopes of Hager and Zhang, SIAM J. Optim. 16, 170 (2005), so that it
 * converges to gradients far below the square root of the rounding error. Slow on badly conditioned problems: FIRE
 * is the better choice there.
 */
import { checkOptions, InputError } from '../message/index.js';
import { type IterationState, type Minimizer, stuck } from './method.js';
import { largestBlock } from './problem.js';

export interface GradientDescentOptions {
  /** Multiple of the gradient that is tried first; by default such that no block moves farther than 0.01. */
  firstStep?: number;
  /** No block moves farther than this in one step; Infinity by default. */
  maxStep?: number;
  /** Share of the decrease that the slope promises which a step must reach; 1e-4 by default. */
  sufficientDecrease?: number;
}

interface GradientDescentState extends IterationState {
  readonly gradient: Float64Array;
  /** Multiple of the gradient to try next. */
  length: number;
  readonly trial: Float64Array;
  readonly trialGradient: Float64Array;
}

const mostHalvings = 60;
/** Relative change of the objective below which rounding decides its sign. */
const rounding = 1e-13;

export function gradientDescent(options: GradientDescentOptions = {}): Minimizer<GradientDescentState> {
  checkOptions('gradientDescent', options, ['firstStep', 'maxStep', 'sufficientDecrease']);
  const { firstStep, maxStep = Infinity, sufficientDecrease = 1e-4 } = options;
  if (!(maxStep > 0)) throw new InputError(`maxStep must be positive, found ${maxStep}`);
  if (firstStep !== undefined && !(firstStep > 0)) {
    throw new InputError(`firstStep must be positive, found ${firstStep}`);
  }
  if (!(sufficientDecrease > 0 && sufficientDecrease < 0.5)) {
    throw new InputError(`sufficientDecrease must lie between 0 and 0.5, found ${sufficientDecrease}`);
  }
  return {
    name: 'gradient descent',
    init(objective, x) {
      const gradient = new Float64Array(x.length);
      const value = objective.gradient(x, gradient);
      const longest = largestBlock(gradient, objective.blockSize ?? 1);
      return {
        x,
        gradient,
        value,
        error: longest,
        evaluations: 1,
        length: firstStep ?? (longest > 0 ? 0.01 / longest : 1),
        trial: new Float64Array(x.length),
        trialGradient: new Float64Array(x.length),
      };
    },
    step(objective, state) {
      const { x, gradient: g, trial, trialGradient } = state;
      const n = x.length;
      let square = 0;
      for (let i = 0; i < n; i++) square += g[i] * g[i];
      let length = Math.min(state.length, maxStep / state.error);
      for (let halvings = 0; ; halvings++) {
        let moved = false;
        for (let i = 0; i < n; i++) {
          trial[i] = x[i] - length * g[i];
          if (trial[i] !== x[i]) moved = true;
        }
        // A step so short that it ends where it began would be accepted for ever.
        if (halvings > mostHalvings || (halvings > 0 && !moved)) {
          state.failure = stuck('no shorter step comes down; the gradient may not belong to the objective');
          return;
        }
        const value = objective.gradient(trial, trialGradient);
        state.evaluations++;
        let slope = 0;
        for (let i = 0; i < n; i++) slope -= g[i] * trialGradient[i];
        const change = value - state.value;
        const hidden = Math.abs(change) <= rounding * Math.max(Math.abs(value), Math.abs(state.value));
        // In the second test `slope` runs from −square at the start: the trapezoid rule puts it for the decrease.
        const accepted = hidden
          ? slope <= (1 - 2 * sufficientDecrease) * square
          : change <= -sufficientDecrease * length * square;
        if (accepted) {
          state.length = nextLength(length, square, slope, g, trialGradient);
          state.value = value;
          x.set(trial);
          g.set(trialGradient);
          state.error = largestBlock(g, objective.blockSize ?? 1);
          return;
        }
        length /= 2;
      }
    },
  };
}

/** sᵀs / sᵀy for the step s = −length · g and the change y of the gradient. */
function nextLength(
  length: number,
  square: number,
  slope: number,
  g: Float64Array,
  next: Float64Array,
): number {
  const curvature = square + slope;
  if (curvature > 0) return (length * square) / curvature;
  // Not convex along the step: be bolder, but not without bound.
  let change = 0;
  for (let i = 0; i < g.length; i++) change += (next[i] - g[i]) ** 2;
  return change > 0 ? Math.min(length * 4, length * Math.sqrt(square / change) + length) : length * 4;
}
