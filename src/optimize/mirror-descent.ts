/**
 * Mirror descent: gradient steps measured by the geometry of the set. With the Kullback–Leibler divergence, steps on the
 * simplex are multiplicative and need no projection; with the Euclidean distance it is projected gradient without momentum.
 * Each step is backtracked.
 *
 * Sources: Beck and Teboulle, Oper. Res. Lett. 31, 167 (2003); the test of each step, relative smoothness, after
 * Bauschke, Bolte and Teboulle, Math. Oper. Res. 42, 330 (2017). Its error is the geometry's.
 */
import { checkOptions, InputError } from '../message/index.js';
import type { Geometry } from './geometry.js';
import { type IterationState, type Minimizer, stuck } from './method.js';

export interface MirrorDescentOptions {
  /** `klSimplex()`, `klOrthant()`, `euclidean(projection)`, or one's own. */
  geometry: Geometry;
  /** A fixed step size; by default it is found by backtracking. */
  stepSize?: number;
}

export interface MirrorDescentState extends IterationState {
  readonly gradient: Float64Array;
  readonly trial: Float64Array;
  readonly trialGradient: Float64Array;
  stepSize: number;
}

const mostHalvings = 100;
const growth = 1.5;
/** Relative change of the objective below which rounding decides its sign. */
const rounding = 1e-12;

export function mirrorDescent(options: MirrorDescentOptions): Minimizer<MirrorDescentState> {
  checkOptions('mirrorDescent', options, ['geometry', 'stepSize']);
  const { geometry, stepSize } = options;
  if (!(stepSize === undefined || stepSize > 0)) {
    throw new InputError(`the step size must be positive, found ${stepSize}`);
  }
  return {
    name: 'mirror descent',
    init(objective, x) {
      geometry.enter(x);
      const gradient = new Float64Array(x.length);
      const value = objective.gradient(x, gradient);
      return {
        x,
        gradient,
        value,
        error: geometry.error(x, gradient),
        evaluations: 1,
        trial: new Float64Array(x.length),
        trialGradient: new Float64Array(x.length),
        stepSize: stepSize ?? 1,
      };
    },
    step(objective, state) {
      const { x, gradient: g, trial, trialGradient } = state;
      let t = state.stepSize;
      for (let halvings = 0; ; halvings++) {
        if (halvings > mostHalvings) {
          state.failure = stuck(
            'no step size makes a step come down; the gradient may not belong to the objective',
          );
          return;
        }
        geometry.step(x, g, t, trial);
        const value = objective.gradient(trial, trialGradient);
        state.evaluations++;
        let along = 0;
        let curvature = 0;
        for (let i = 0; i < x.length; i++) {
          along += g[i] * (trial[i] - x[i]);
          curvature += (trialGradient[i] - g[i]) * (trial[i] - x[i]);
        }
        const there = geometry.divergence(trial, x);
        const hidden =
          Math.abs(value - state.value) <= rounding * Math.max(Math.abs(value), Math.abs(state.value));
        const below = hidden
          ? curvature <= (there + geometry.divergence(x, trial)) / t
          : value - state.value <= along + there / t;
        if (stepSize !== undefined || (below && Number.isFinite(value))) {
          x.set(trial);
          g.set(trialGradient);
          state.value = value;
          state.error = geometry.error(x, g);
          if (stepSize === undefined) state.stepSize = growth * t;
          return;
        }
        t /= 2;
      }
    },
  };
}
