/**
 * Proximal gradient: a gradient step on the smooth part, then the proximal operator of the other; with Nesterov's
 * momentum (FISTA), which starts again when it points uphill. For lasso, elastic net, group penalties; `projectedGradient`
 * and `acceleratedGradient` are this method with another operator in the proximal one's place.
 *
 * Sources: Beck and Teboulle, SIAM J. Imaging Sci. 2, 183 (2009); restarts after O'Donoghue and Candès, Found. Comput.
 * Math. 15, 715 (2015). Its error is the norm of the gradient mapping, ‖x − prox(x − t ∇f(x))‖ / t, at the step size t,
 * or at 1 where t is larger.
 */

import { norm2 } from '../linear/index.js';
import { checkOptions, InputError } from '../message/index.js';
import { mappingEntry } from './gradient-mapping.js';
import { type Failure, type IterationState, type Method, stuck } from './method.js';
import { type CompositeObjective, largestBlock } from './problem.js';

export interface ProximalGradientOptions {
  /** A fixed step size, at most 1/L for gradients of Lipschitz constant L; by default it is found by backtracking. */
  stepSize?: number;
  /** With momentum (FISTA) or without (ISTA); true by default. */
  accelerated?: boolean;
  /** By which the step size may grow from one step to the next, when it is backtracked; 1.1 by default. */
  growth?: number;
}

export interface ProximalGradientState extends IterationState {
  stepSize: number;
  /** t of FISTA: 1 at a fresh start. */
  momentum: number;
  /** Where the gradient is taken: x, carried on by the momentum. */
  readonly y: Float64Array;
  readonly yGradient: Float64Array;
  yValue: number;
  /** The next x, and the gradient there. */
  readonly next: Float64Array;
  readonly nextGradient: Float64Array;
  readonly moved: Float64Array;
  /** Whether backtracking has found a first step size. */
  scaled: boolean;
}

const mostHalvings = 100;
/** Relative change of the objective below which rounding decides its sign. */
const rounding = 1e-12;
/** A step this long, along which the objective keeps falling in a straight line, has no end. */
const horizon = 1e30;

export function proximalGradient(
  options: ProximalGradientOptions = {},
): Method<CompositeObjective, ProximalGradientState> {
  return proximalMethod('proximal gradient', options, {
    takes: 'composite',
    prox: (problem, v, step, out) => problem.prox(v, step, out),
    penalty: (problem, x) => problem.penalty?.(x) ?? 0,
  });
}

/** What stands in the place of the proximal operator. */
export interface ProximalPart<P> {
  readonly takes: 'composite' | 'projected' | 'objective';
  prox(problem: P, v: Float64Array, step: number, out: Float64Array): void;
  penalty(problem: P, x: Float64Array): number;
}

/** The method, for any problem whose other part `part` knows. */
export function proximalMethod<P extends Pick<CompositeObjective, 'size' | 'blockSize' | 'gradient'>>(
  name: string,
  options: ProximalGradientOptions,
  part: ProximalPart<P>,
): Method<P, ProximalGradientState> {
  checkOptions(name, options, ['stepSize', 'accelerated', 'growth']);
  const { stepSize, accelerated = true, growth = 1.1 } = options;
  if (!(stepSize === undefined || stepSize > 0)) {
    throw new InputError(`the step size must be positive, found ${stepSize}`);
  }
  if (!(growth >= 1)) throw new InputError(`growth must be 1 or more, found ${growth}`);

  /** next ← prox(from − t g); returns the step size t for which the quadratic model lies above f. */
  function proximalStep(
    problem: P,
    state: ProximalGradientState,
    from: Float64Array,
    g: Float64Array,
    value: number,
  ): number {
    const { next, nextGradient, moved } = state;
    let t = state.stepSize;
    let lastSquare = 0;
    for (let halvings = 0; halvings < mostHalvings; halvings++) {
      for (let i = 0; i < from.length; i++) moved[i] = from[i] - t * g[i];
      part.prox(problem, moved, t, next);
      const f = problem.gradient(next, nextGradient);
      state.evaluations++;
      let square = 0;
      let along = 0;
      let curvature = 0;
      for (let i = 0; i < from.length; i++) {
        const d = next[i] - from[i];
        square += d * d;
        along += g[i] * d;
        curvature += (nextGradient[i] - g[i]) * d;
      }
      state.value = f;
      if (stepSize !== undefined || square === 0) return t;
      const hidden = Math.abs(f - value) <= rounding * Math.max(Math.abs(f), Math.abs(value));
      const below = hidden ? curvature <= square / t : f - value <= along + square / (2 * t);
      if (below && Number.isFinite(f)) {
        if (state.scaled) return t;
        // The very first step size may be far too short: it is lengthened while the model still holds.
        if (hidden || curvature >= 0.1 * (square / t) || square <= 1.01 * lastSquare) {
          state.scaled = true;
          return t;
        }
        if (square > horizon ** 2) {
          state.failure = endless(from, next);
          return t;
        }
        lastSquare = square;
        t *= 4;
        continue;
      }
      if (f === -Infinity) {
        state.failure = endless(from, next);
        return t;
      }
      state.scaled = true;
      t /= 2;
    }
    if (!Number.isFinite(state.value)) {
      state.failure = { result: 'not-finite', reason: 'the objective is not finite however short the step' };
    } else {
      state.failure = stuck(
        'no step size makes its quadratic model an upper bound; the gradient may not belong to the objective',
      );
    }
    return t;
  }

  return {
    name,
    takes: part.takes,
    init(problem, start) {
      const n = start.length;
      const x = new Float64Array(n);
      // The penalty may be infinite at the start: its proximal operator brings it to where it is not.
      part.prox(problem, start, stepSize ?? 1e-12, x);
      const yGradient = new Float64Array(n);
      const yValue = problem.gradient(x, yGradient);
      const longest = largestBlock(yGradient, problem.blockSize ?? 1);
      const state: ProximalGradientState = {
        x,
        value: yValue,
        error: Infinity,
        evaluations: 1,
        stepSize: stepSize ?? 1,
        momentum: 1,
        y: Float64Array.from(x),
        yGradient,
        yValue,
        next: new Float64Array(n),
        nextGradient: new Float64Array(n),
        moved: new Float64Array(n),
        scaled: stepSize !== undefined,
      };
      if (!Number.isFinite(yValue) || !Number.isFinite(longest)) {
        state.error = Number.NaN;
        return state;
      }
      state.error = mappingNorm(problem, state, x, yGradient);
      state.value += part.penalty(problem, x);
      return state;
    },
    step(problem, state) {
      const { x, y, yGradient, next, nextGradient } = state;
      let t = proximalStep(problem, state, y, yGradient, state.yValue);
      if (state.failure !== undefined) return;
      let uphill = 0;
      for (let i = 0; i < x.length; i++) uphill += (y[i] - next[i]) * (next[i] - x[i]);
      if (uphill > 0 && state.momentum > 1) {
        // The momentum is spent: this step is made anew from x.
        state.momentum = 1;
        y.set(x);
        state.yValue = problem.gradient(y, yGradient);
        state.evaluations++;
        t = proximalStep(problem, state, y, yGradient, state.yValue);
        if (state.failure !== undefined) return;
      }
      const momentum = (1 + Math.sqrt(1 + 4 * state.momentum ** 2)) / 2;
      const carry = accelerated ? (state.momentum - 1) / momentum : 0;
      state.momentum = momentum;
      const last = y;
      for (let i = 0; i < x.length; i++) {
        const value = next[i];
        last[i] = value + carry * (value - x[i]);
        x[i] = value;
      }
      state.stepSize = stepSize ?? t;
      state.error = mappingNorm(problem, state, x, nextGradient);
      const smooth = state.value;
      state.value = smooth + part.penalty(problem, x);
      if (carry === 0) {
        yGradient.set(nextGradient);
        state.yValue = smooth;
      } else {
        state.yValue = problem.gradient(y, yGradient);
        state.evaluations++;
        if (!Number.isFinite(state.yValue)) {
          // The momentum has left the objective's domain.
          state.momentum = 1;
          y.set(x);
          yGradient.set(nextGradient);
          state.yValue = smooth;
        }
      }
      if (stepSize === undefined) state.stepSize *= growth;
    },
  };

  /** The largest block of (x − prox(x − t g)) / t. */
  function mappingNorm(problem: P, state: ProximalGradientState, x: Float64Array, g: Float64Array): number {
    const { moved, next } = state;
    const t = Math.min(1, state.stepSize);
    for (let i = 0; i < x.length; i++) moved[i] = x[i] - t * g[i];
    part.prox(problem, moved, t, next);
    for (let i = 0; i < x.length; i++) moved[i] = mappingEntry(x[i], g[i], t, moved[i], next[i]);
    return largestBlock(moved, problem.blockSize ?? 1);
  }
}

function endless(from: Float64Array, to: Float64Array): Failure {
  const direction = from.map((value, i) => to[i] - value);
  const length = norm2(direction);
  return {
    result: 'unbounded',
    reason: `it still falls ${length.toExponential(1)} away from the last point`,
    certificate: direction.map((value) => value / length),
  };
}
