/**
 * Nonlinear conjugate gradients: three vectors of memory, and directions that know the last one only. For smooth
 * objectives whose memory is dear; L-BFGS usually needs fewer evaluations.
 *
 * Sources: Hager and Zhang, SIAM J. Optim. 16, 170 (2005) (CG_DESCENT); Polak and Ribière (1969) with Powell's
 * restart, Nocedal and Wright section 5.2. Its error is the largest block of the gradient.
 */
import { dot, norm2 } from '../linear/index.js';
import { checkOptions, InputError } from '../message/index.js';
import { hagerZhang, nextFirstLength } from './hager-zhang.js';
import { type DescentState, type LineSearch, moveToTrial, startDescent } from './line.js';
import type { Minimizer } from './method.js';

export interface NonlinearCgOptions {
  /** How the last direction enters; 'hager-zhang' by default. */
  update?: 'hager-zhang' | 'polak-ribiere';
  /** `hagerZhang()` by default. */
  lineSearch?: LineSearch;
  /** No block moves farther than this in one step; Infinity by default. */
  maxStep?: number;
}

export interface NonlinearCgState extends DescentState {
  readonly lastGradient: Float64Array;
  /** Length and slope of the last line; the length is 0 before the first. */
  lastLength: number;
  lastSlope: number;
  fresh: boolean;
}

/** η of Hager and Zhang: how far β may fall below zero. */
const truncation = 0.01;

export function nonlinearCg(options: NonlinearCgOptions = {}): Minimizer<NonlinearCgState> {
  checkOptions('nonlinearCg', options, ['update', 'lineSearch', 'maxStep']);
  const { update = 'hager-zhang', lineSearch = hagerZhang(), maxStep = Infinity } = options;
  if (update !== 'hager-zhang' && update !== 'polak-ribiere') {
    throw new InputError(`update must be 'hager-zhang' or 'polak-ribiere', found '${update as string}'`);
  }
  if (!(maxStep > 0)) throw new InputError(`maxStep must be positive, found ${maxStep}`);
  return {
    name: 'nonlinear CG',
    init: (objective, x) => ({
      ...startDescent(objective, x),
      lastGradient: new Float64Array(x.length),
      lastLength: 0,
      lastSlope: 0,
      fresh: true,
    }),
    step(objective, state) {
      const { x, gradient, lastGradient, direction, line } = state;
      const beta = state.fresh ? 0 : weight(update, gradient, lastGradient, direction);
      for (let i = 0; i < x.length; i++) direction[i] = beta * direction[i] - gradient[i];
      const square = dot(gradient, gradient);
      if (!(dot(direction, gradient) < -1e-10 * square)) {
        for (let i = 0; i < x.length; i++) direction[i] = -gradient[i];
        state.fresh = true;
      }
      line.aim(x, state.value, gradient, direction, maxStep);
      const first =
        state.lastLength > 0
          ? nextFirstLength(state.lastLength, state.lastSlope, line)
          : Math.min(1, 1 / norm2(gradient));
      const before = line.evaluations;
      const failure = lineSearch(line, first);
      state.evaluations += line.evaluations - before;
      if (failure !== null) {
        // The direction may be the cause: the next one is downhill.
        if (!state.fresh && failure.result !== 'unbounded') state.fresh = true;
        else state.failure = failure;
        return;
      }
      state.fresh = false;
      state.lastLength = line.length;
      state.lastSlope = line.startSlope;
      lastGradient.set(gradient);
      moveToTrial(objective, state);
    },
  };
}

/** β: how much of the last direction stays. */
function weight(
  update: 'hager-zhang' | 'polak-ribiere',
  g: Float64Array,
  last: Float64Array,
  d: Float64Array,
): number {
  let yy = 0;
  let yg = 0;
  let dy = 0;
  let dg = 0;
  let gg = 0;
  let dd = 0;
  for (let i = 0; i < g.length; i++) {
    const y = g[i] - last[i];
    yy += y * y;
    yg += y * g[i];
    dy += d[i] * y;
    dg += d[i] * g[i];
    gg += last[i] * last[i];
    dd += d[i] * d[i];
  }
  if (update === 'polak-ribiere') return Math.max(0, yg / gg);
  if (!(dy > 0)) return 0;
  const beta = (yg - (2 * yy * dg) / dy) / dy;
  return Math.max(beta, -1 / (Math.sqrt(dd) * Math.min(truncation, Math.sqrt(gg))));
}
