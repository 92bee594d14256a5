/**
 * Broyden's method for roots: Newton's, with a Jacobian made up from the steps themselves. For F whose derivatives are not
 * to be had; with derivatives, `levenbergMarquardt` is safer.
 *
 * Sources: Broyden, Math. Comput. 19, 577 (1965), the inverse kept as a sum of rank-one updates; derivative-free line search
 * after Li and Fukushima, Optim. Methods Softw. 13, 181 (2000). Its error is ‖F(x)‖.
 */
import { axpy, dot, norm2 } from '../linear/index.js';
import { checkOptions, InputError } from '../message/index.js';
import { type Failure, type IterationState, type Method, stuck } from './method.js';
import type { RootFunction } from './problem.js';

export interface BroydenOptions {
  /** Updates that are kept before it starts afresh; 50 by default. */
  memory?: number;
}

export interface BroydenState extends IterationState {
  readonly F: Float64Array;
  readonly trial: Float64Array;
  readonly trialF: Float64Array;
  readonly direction: Float64Array;
  /** The inverse Jacobian is scale · I + Σ uₖ vₖᵀ. */
  scale: number;
  readonly u: Float64Array[];
  readonly v: Float64Array[];
  steps: number;
  /** The smallest error so far, and the steps since it became 1 % smaller. */
  best: number;
  since: number;
}

const mostHalvings = 40;
/** Steps without getting better. */
const patience = 50;
/** σ of Li and Fukushima. */
const sigma = 1e-3;

export function broyden(options: BroydenOptions = {}): Method<RootFunction, BroydenState> {
  checkOptions('broyden', options, ['memory']);
  const { memory = 50 } = options;
  if (!(Number.isInteger(memory) && memory >= 1)) {
    throw new InputError(`the memory of Broyden's method is a number of updates, 1 or more; found ${memory}`);
  }
  return {
    name: "Broyden's method",
    takes: 'root',
    init(problem, x) {
      const n = x.length;
      const F = new Float64Array(n);
      problem.evaluate(x, F);
      const error = norm2(F);
      const state: BroydenState = {
        x,
        value: 0.5 * error ** 2,
        error,
        evaluations: 1,
        F,
        trial: new Float64Array(n),
        trialF: new Float64Array(n),
        direction: new Float64Array(n),
        scale: 0,
        u: [],
        v: [],
        steps: 0,
        best: error,
        since: 0,
      };
      return state;
    },
    step(problem, state) {
      const { x, F, trial, trialF, direction, u, v } = state;
      const fresh = u.length === 0;
      if (fresh) state.scale = probe(problem, state);
      inverse(state, F, direction);
      for (let i = 0; i < x.length; i++) direction[i] = -direction[i];
      const length = search(problem, state);
      if (length === 0) {
        if (fresh) {
          state.failure = Number.isFinite(norm2(trialF))
            ? noRoot()
            : { result: 'not-finite', reason: 'the residual is not finite however short the step' };
        }
        u.length = 0;
        v.length = 0;
        return;
      }
      update(state, length, memory);
      x.set(trial);
      F.set(trialF);
      state.error = norm2(F);
      state.value = 0.5 * state.error ** 2;
      state.steps++;
      if (state.error < 0.99 * state.best) {
        state.best = state.error;
        state.since = 0;
      } else if (++state.since > patience) state.failure = noRoot();
    },
  };
}

function noRoot(): Failure {
  return stuck(
    'the residual does not come down: it may have a local minimum here; start elsewhere, or use levenbergMarquardt',
  );
}

/** The multiple of the identity that fits the derivative of F along F best, sign included. */
function probe(problem: RootFunction, state: BroydenState): number {
  const { x, F, trial, trialF } = state;
  const h = (1e-7 * Math.max(1, norm2(x))) / (norm2(F) || 1);
  for (let i = 0; i < x.length; i++) trial[i] = x[i] + h * F[i];
  problem.evaluate(trial, trialF);
  state.evaluations++;
  for (let i = 0; i < x.length; i++) trialF[i] -= F[i];
  const scale = (h * dot(F, trialF)) / dot(trialF, trialF);
  return Number.isFinite(scale) && scale !== 0 ? scale : 1;
}

/** out ← H v */
function inverse({ scale, u, v }: BroydenState, vector: Float64Array, out: Float64Array): void {
  for (let i = 0; i < vector.length; i++) out[i] = scale * vector[i];
  for (let k = 0; k < u.length; k++) axpy(dot(v[k], vector), u[k], out);
}

/** The first of 1, ½, ¼ … that is short enough; 0 where none is. The trial point is left there. */
function search(problem: RootFunction, state: BroydenState): number {
  const { x, trial, trialF, direction, error, steps } = state;
  const square = dot(direction, direction);
  // Rises are allowed, of a sum that is finite.
  const slack = error / (steps + 1) ** 2;
  let length = 1;
  for (let halvings = 0; halvings < mostHalvings; halvings++) {
    for (let i = 0; i < x.length; i++) trial[i] = x[i] + length * direction[i];
    problem.evaluate(trial, trialF);
    state.evaluations++;
    const norm = norm2(trialF);
    const enough =
      norm <= 0.9 * error - sigma * square || norm <= error - sigma * length ** 2 * square + 0.1 * slack;
    if (norm === 0 || enough) return length;
    length /= 2;
  }
  return 0;
}

/** H ← H + (s − H y) sᵀH / (sᵀ H y) */
function update(state: BroydenState, length: number, memory: number): void {
  const { F, trialF, direction, u, v, scale } = state;
  const n = F.length;
  const s = direction.map((value) => length * value);
  const y = trialF.map((value, i) => value - F[i]);
  const Hy = new Float64Array(n);
  inverse(state, y, Hy);
  const denominator = dot(s, Hy);
  if (!(Math.abs(denominator) > 1e-14 * norm2(s) * norm2(Hy))) return;
  if (u.length === memory) {
    u.length = 0;
    v.length = 0;
    return;
  }
  const sH = s.map((value) => scale * value);
  for (let k = 0; k < u.length; k++) axpy(dot(u[k], s), v[k], sH);
  u.push(s.map((value, i) => (value - Hy[i]) / denominator));
  v.push(sH);
}
