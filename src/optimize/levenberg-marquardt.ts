/**
 * Levenberg and Marquardt's method for least squares: Gauss and Newton's step, damped until it comes down. The first choice
 * for fits of a few parameters.
 *
 * Sources: Marquardt, J. SIAM 11, 431 (1963); scaling after Moré, Lecture Notes in Math. 630, 105 (1978); the damping's
 * schedule after Nielsen, Technical University of Denmark IMM-REP-1999-05. Its error is the largest entry of Jᵀ r.
 */
import { dot, type LinearSolver, maxAbs, ridged } from '../linear/index.js';
import { checkOptions, InputError } from '../message/index.js';
import { halfSquare, type NormalMatrix, normalMatrix, normalSolver } from './least-squares.js';
import { type IterationState, type Method, stuck } from './method.js';
import type { Residual } from './problem.js';

export interface LevenbergMarquardtOptions {
  /** First damping, relative to the largest diagonal entry of JᵀJ (to each one, up to 300 unknowns); 1e-3 by default. */
  damping?: number;
  /** Solves the damped system; by default Cholesky (QR where it is singular) up to 300 unknowns, CG beyond. */
  solve?: LinearSolver;
}

export interface LevenbergMarquardtState extends IterationState {
  readonly gradient: Float64Array;
  readonly residual: Float64Array;
  readonly trial: Float64Array;
  readonly trialResidual: Float64Array;
  readonly trialGradient: Float64Array;
  /** Each unknown's scale squared. */
  readonly scales: Float64Array;
  normal: NormalMatrix | null;
  damping: number;
  growth: number;
}

/** Relative change of the objective below which rounding decides its sign. */
const rounding = 1e-13;
const mostDampings = 60;

export function levenbergMarquardt(
  options: LevenbergMarquardtOptions = {},
): Method<Residual, LevenbergMarquardtState> {
  checkOptions('levenbergMarquardt', options, ['damping', 'solve']);
  const { damping = 1e-3, solve } = options;
  if (!(damping > 0)) throw new InputError(`the damping must be positive, found ${damping}`);
  return {
    name: 'Levenberg–Marquardt',
    takes: 'residual',
    init(problem, x) {
      const residual = new Float64Array(problem.count);
      const gradient = new Float64Array(x.length);
      problem.evaluate(x, residual);
      problem.linearize(x).transposed(residual, gradient);
      return {
        x,
        value: halfSquare(residual),
        error: maxAbs(gradient),
        evaluations: 1,
        gradient,
        residual,
        trial: new Float64Array(x.length),
        trialResidual: new Float64Array(problem.count),
        trialGradient: new Float64Array(x.length),
        scales: new Float64Array(x.length),
        normal: null,
        damping,
        growth: 2,
      };
    },
    step(problem, state) {
      const { x, gradient, residual, trial, trialResidual, trialGradient, scales } = state;
      state.normal ??= normalMatrix(problem.linearize(x), problem.size, problem.count);
      const normal = state.normal;
      rescale(scales, normal);
      const down = gradient.map((value) => -value);
      for (let tries = 0; tries < mostDampings; tries++) {
        const { value: d } = (solve ?? normalSolver(normal.matrix !== undefined))(
          damped(normal, scales, state.damping),
          down,
          { tolerance: 1e-12 },
        );
        for (let i = 0; i < x.length; i++) trial[i] = x[i] + d[i];
        problem.evaluate(trial, trialResidual);
        state.evaluations++;
        const value = halfSquare(trialResidual);
        const change = value - state.value;
        // The model promises ½ dᵀ(μ D d − g).
        let promise = 0;
        for (let i = 0; i < d.length; i++)
          promise += 0.5 * d[i] * (state.damping * scales[i] * d[i] - gradient[i]);
        const hidden = Math.abs(change) <= rounding * state.value;
        let accepted = change < 0 && !hidden && Number.isFinite(value);
        if (accepted || hidden) {
          problem.linearize(trial).transposed(trialResidual, trialGradient);
          // Where rounding hides the decrease, the gradient must shrink.
          if (hidden) accepted = maxAbs(trialGradient) < state.error;
        }
        if (accepted) {
          const gain = -change / promise;
          state.damping *= hidden ? 1 / 3 : Math.max(1 / 3, 1 - (2 * gain - 1) ** 3);
          state.damping = Math.max(state.damping, 1e-20);
          state.growth = 2;
          x.set(trial);
          residual.set(trialResidual);
          gradient.set(trialGradient);
          state.value = value;
          state.error = maxAbs(gradient);
          state.normal = null;
          return;
        }
        state.damping *= state.growth;
        state.growth *= 2;
      }
      const lost = dot(trialResidual, trialResidual);
      state.failure = Number.isFinite(lost)
        ? stuck(
            'no damping makes a step come down: rounding hides any further decrease (raise the tolerance), or the ' +
              'Jacobian does not belong to the residual',
          )
        : { result: 'not-finite', reason: 'the residual is not finite however short the step' };
    },
  };
}

/** Scales only grow, so that they do not depend on the way; one scale for all where the diagonal is not known. */
function rescale(scales: Float64Array, { matrix }: NormalMatrix): void {
  const n = scales.length;
  for (let i = 0; i < n; i++) scales[i] = Math.max(scales[i], matrix === undefined ? 1 : matrix[i * n + i]);
  const floor = 1e-12 * maxAbs(scales) || 1;
  for (let i = 0; i < n; i++) scales[i] = Math.max(scales[i], floor);
}

function damped({ operator, matrix }: NormalMatrix, scales: Float64Array, damping: number) {
  if (matrix === undefined) return ridged(operator, damping);
  const n = scales.length;
  return {
    ...operator,
    definite: 'positive' as const,
    apply(v: Float64Array, out: Float64Array) {
      operator.apply(v, out);
      for (let i = 0; i < n; i++) out[i] += damping * scales[i] * v[i];
    },
  };
}
