/**
 * L-BFGS-B: L-BFGS in a box. Along the bent path of the projected gradient the quadratic model's first minimum says which
 * bounds hold (the Cauchy point); over the other unknowns the model is then minimised.
 *
 * Sources: Byrd, Lu, Nocedal and Zhu, SIAM J. Sci. Comput. 16, 1190 (1995); the projected step of the subspace
 * minimisation after Morales and Nocedal, ACM Trans. Math. Softw. 38, 7 (2011). Its error is the largest entry of
 * x − P(x − ∇f(x)).
 */
import { choleskyFactor, dot, lu, matrixOperator, norm2 } from '../linear/index.js';
import { checkOptions, InputError } from '../message/index.js';
import { boxError } from './gradient-mapping.js';
import { type DescentState, Line, type LineSearch } from './line.js';
import { type Failure, type Method, stuck } from './method.js';
import type { BoxObjective } from './problem.js';
import { zoom } from './zoom.js';

export interface LbfgsbOptions {
  /** Steps that are remembered; 10 by default. */
  memory?: number;
  /** `zoom()` by default. */
  lineSearch?: LineSearch;
}

export interface LbfgsbState extends DescentState {
  /** Changes of the point and of the gradient, the newest last. */
  readonly s: Float64Array[];
  readonly y: Float64Array[];
  /** The model's Hessian is θ I − W M Wᵀ with W = [Y, θ S]. */
  theta: number;
  M: Float64Array;
  readonly cauchy: Float64Array;
  readonly target: Float64Array;
}

export function lbfgsb(options: LbfgsbOptions = {}): Method<BoxObjective, LbfgsbState> {
  checkOptions('lbfgsb', options, ['memory', 'lineSearch']);
  const { memory = 10, lineSearch = zoom() } = options;
  if (!(Number.isInteger(memory) && memory >= 1)) {
    throw new InputError(`the memory of L-BFGS-B is a number of steps, 1 or more; found ${memory}`);
  }
  return {
    name: 'L-BFGS-B',
    takes: 'box',
    init(problem, x) {
      checkBox(problem);
      const n = x.length;
      clip(problem, x);
      const gradient = new Float64Array(n);
      const value = problem.gradient(x, gradient);
      return {
        x,
        gradient,
        value,
        error: boxError(x, gradient, problem.lower, problem.upper),
        evaluations: 1,
        direction: new Float64Array(n),
        line: new Line(problem),
        s: [],
        y: [],
        theta: 1,
        M: new Float64Array(0),
        cauchy: new Float64Array(n),
        target: new Float64Array(n),
      };
    },
    step(problem, state) {
      const { x, gradient, direction, line, target } = state;
      const c = cauchyPoint(problem, state);
      subspaceMinimum(problem, state, c);
      for (let i = 0; i < x.length; i++) direction[i] = target[i] - x[i];
      line.aim(x, state.value, gradient, direction);
      if (!(line.startSlope < 0)) {
        forget(state, stuck('the model gives no direction of descent: rounding hides any further decrease'));
        return;
      }
      line.longest = longestStep(problem, x, direction);
      const before = line.evaluations;
      const first = state.s.length > 0 ? 1 : Math.min(1, 1 / norm2(direction));
      const failure = lineSearch(line, first);
      state.evaluations += line.evaluations - before;
      if (failure !== null) {
        forget(state, failure);
        return;
      }
      // Rounding must not carry x over a bound.
      clip(problem, line.trial);
      remember(state, memory);
      x.set(line.trial);
      gradient.set(line.trialGradient);
      state.value = line.value;
      state.error = boxError(x, gradient, problem.lower, problem.upper);
    },
  };
}

/** Without its memory the next step is the projected gradient's; if there was none, the failure ends the run. */
function forget(state: LbfgsbState, failure?: Failure): void {
  if (failure && (state.s.length === 0 || failure.result === 'unbounded')) state.failure = failure;
  state.s.length = 0;
  state.y.length = 0;
  state.theta = 1;
}

/**
 * Sets `cauchy` to the first local minimum of the model along P(x − t g), by going from one bound to the next (algorithm
 * CP). Returns Wᵀ (cauchy − x).
 */
function cauchyPoint(problem: BoxObjective, state: LbfgsbState): Float64Array {
  const { x, gradient: g, theta, cauchy, direction: d } = state;
  const { lower, upper } = problem;
  const n = x.length;
  const m = 2 * state.s.length;
  const breaks = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    if (g[i] < 0) breaks[i] = (x[i] - upper[i]) / g[i];
    else if (g[i] > 0) breaks[i] = (x[i] - lower[i]) / g[i];
    else breaks[i] = Infinity;
    d[i] = breaks[i] === 0 ? 0 : -g[i];
  }
  const order = Array.from(breaks.keys())
    .filter((i) => breaks[i] > 0 && breaks[i] < Infinity)
    .sort((a, b) => breaks[a] - breaks[b] || a - b);
  cauchy.set(x);
  const p = transposedW(state, d);
  const c = new Float64Array(m);
  let slope = -dot(d, d);
  let curvature = -theta * slope - quadraticForm(state.M, p, p);
  const floor = 1e-16 * -theta * slope;
  let from = 0;
  let step = -slope / Math.max(curvature, floor);
  const w = new Float64Array(m);
  for (const b of order) {
    const interval = breaks[b] - from;
    if (!(slope < 0) || step < interval) break;
    cauchy[b] = d[b] > 0 ? upper[b] : lower[b];
    const z = cauchy[b] - x[b];
    for (let k = 0; k < m; k++) c[k] += interval * p[k];
    rowOfW(state, b, w);
    const gb = g[b];
    slope += interval * curvature + gb * gb + theta * gb * z - gb * quadraticForm(state.M, w, c);
    curvature -=
      theta * gb * gb + 2 * gb * quadraticForm(state.M, w, p) + gb * gb * quadraticForm(state.M, w, w);
    curvature = Math.max(curvature, floor);
    for (let k = 0; k < m; k++) p[k] += gb * w[k];
    d[b] = 0;
    step = -slope / curvature;
    from = breaks[b];
  }
  step = slope < 0 && Number.isFinite(step) ? Math.max(0, step) : 0;
  from += step;
  for (let i = 0; i < n; i++) {
    if (d[i] !== 0) cauchy[i] = Math.min(upper[i], Math.max(lower[i], x[i] + from * d[i]));
  }
  for (let k = 0; k < m; k++) c[k] += step * p[k];
  return c;
}

/** Sets `target` to the model's minimum over the unknowns that the Cauchy point leaves free (the direct primal method). */
function subspaceMinimum(problem: BoxObjective, state: LbfgsbState, c: Float64Array): void {
  const { x, gradient: g, theta, cauchy, target, M } = state;
  const { lower, upper } = problem;
  const n = x.length;
  const m = c.length;
  target.set(cauchy);
  const free: number[] = [];
  for (let i = 0; i < n; i++) if (cauchy[i] > lower[i] && cauchy[i] < upper[i]) free.push(i);
  if (free.length === 0) return;
  // The reduced gradient at the Cauchy point: g + θ (xᶜ − x) − W M c.
  const Mc = product(M, c);
  const w = new Float64Array(m);
  const r = new Float64Array(free.length);
  const Wr = new Float64Array(m);
  const WW = new Float64Array(m * m);
  free.forEach((i, k) => {
    rowOfW(state, i, w);
    r[k] = g[i] + theta * (cauchy[i] - x[i]) - dot(w, Mc);
    for (let a = 0; a < m; a++) {
      Wr[a] += w[a] * r[k];
      for (let b = 0; b < m; b++) WW[a * m + b] += w[a] * w[b];
    }
  });
  // −B⁻¹ r = −r/θ − Z W (I − M WᵀZZᵀW/θ)⁻¹ M WᵀZ r / θ²
  let v = product(M, Wr);
  if (m > 0) {
    const N = new Float64Array(m * m);
    for (let a = 0; a < m; a++) {
      for (let b = 0; b < m; b++) {
        let sum = 0;
        for (let k = 0; k < m; k++) sum += M[a * m + k] * WW[k * m + b];
        N[a * m + b] = (a === b ? 1 : 0) - sum / theta;
      }
    }
    v = lu(matrixOperator(N, m), v).value;
  }
  const step = free.map((i, k) => {
    rowOfW(state, i, w);
    return -r[k] / theta - dot(w, v) / theta ** 2;
  });
  if (!step.every(Number.isFinite)) return;
  // The projected step, if it goes downhill; else as much of the step as the box allows.
  let slope = 0;
  free.forEach((i, k) => {
    target[i] = Math.min(upper[i], Math.max(lower[i], cauchy[i] + step[k]));
  });
  for (let i = 0; i < n; i++) slope += g[i] * (target[i] - x[i]);
  if (slope < 0) return;
  let share = 1;
  free.forEach((i, k) => {
    const room = step[k] > 0 ? upper[i] - cauchy[i] : lower[i] - cauchy[i];
    if (step[k] !== 0) share = Math.min(share, room / step[k]);
  });
  free.forEach((i, k) => {
    target[i] = cauchy[i] + share * step[k];
  });
}

/** Takes in the step to the line's trial point, and forms M anew. */
function remember(state: LbfgsbState, memory: number): void {
  const { x, gradient, line, s, y } = state;
  const step = line.trial.map((value, i) => value - x[i]);
  const change = line.trialGradient.map((value, i) => value - gradient[i]);
  const curvature = dot(step, change);
  const square = dot(change, change);
  if (!(curvature > 2.2e-16 * square) || !(square > 0)) return;
  if (s.length === memory) {
    s.shift();
    y.shift();
  }
  s.push(step);
  y.push(change);
  state.theta = square / curvature;
  const M = middleMatrix(s, y, state.theta);
  if (M === null) forget(state);
  else state.M = M;
}

/**
 * M = | −D  Lᵀ ; L  θ SᵀS |⁻¹, row-major; D and L the diagonal and the strict lower triangle of SᵀY. From the second row of
 * M⁻¹ (p, q) = (v, w): (θ SᵀS + L D⁻¹ Lᵀ) q = w + L D⁻¹ v, positive definite; null where rounding makes it another.
 */
function middleMatrix(
  s: readonly Float64Array[],
  y: readonly Float64Array[],
  theta: number,
): Float64Array | null {
  const k = s.length;
  const m = 2 * k;
  const D = s.map((step, i) => dot(step, y[i]));
  const L = s.map((step, i) => y.slice(0, i).map((change) => dot(step, change)));
  const K = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = theta * dot(s[i], s[j]);
      for (let a = 0; a < j; a++) sum += (L[i][a] * L[j][a]) / D[a];
      K[i * k + j] = sum;
    }
  }
  const factor = choleskyFactor(K, k);
  if (factor === null) return null;
  const M = new Float64Array(m * m);
  const q = new Float64Array(k);
  for (let column = 0; column < m; column++) {
    const j = column % k;
    const first = column < k;
    for (let i = 0; i < k; i++) q[i] = first ? (i > j ? L[i][j] / D[j] : 0) : i === j ? 1 : 0;
    factor.solve(q);
    for (let i = 0; i < k; i++) {
      let p = first && i === j ? -1 : 0;
      for (let a = i + 1; a < k; a++) p += L[a][i] * q[a];
      M[i * m + column] = p / D[i];
      M[(k + i) * m + column] = q[i];
    }
  }
  return M;
}

/** Wᵀ v */
function transposedW({ s, y, theta }: LbfgsbState, v: Float64Array): Float64Array {
  const k = s.length;
  const out = new Float64Array(2 * k);
  for (let j = 0; j < k; j++) {
    out[j] = dot(y[j], v);
    out[k + j] = theta * dot(s[j], v);
  }
  return out;
}

/** out ← row i of W */
function rowOfW({ s, y, theta }: LbfgsbState, i: number, out: Float64Array): void {
  const k = s.length;
  for (let j = 0; j < k; j++) {
    out[j] = y[j][i];
    out[k + j] = theta * s[j][i];
  }
}

function product(M: Float64Array, v: Float64Array): Float64Array {
  const m = v.length;
  return v.map((_, i) => {
    let sum = 0;
    for (let j = 0; j < m; j++) sum += M[i * m + j] * v[j];
    return sum;
  });
}

/** aᵀ M b */
function quadraticForm(M: Float64Array, a: Float64Array, b: Float64Array): number {
  const m = a.length;
  let sum = 0;
  for (let i = 0; i < m; i++) for (let j = 0; j < m; j++) sum += a[i] * M[i * m + j] * b[j];
  return sum;
}

/** The largest length at which x + length · d is in the box; 1 or more, for the target is. */
function longestStep({ lower, upper }: BoxObjective, x: Float64Array, d: Float64Array): number {
  let longest = Infinity;
  for (let i = 0; i < x.length; i++) {
    if (d[i] > 0) longest = Math.min(longest, (upper[i] - x[i]) / d[i]);
    else if (d[i] < 0) longest = Math.min(longest, (lower[i] - x[i]) / d[i]);
  }
  return Math.max(1, longest);
}

function clip({ lower, upper }: BoxObjective, x: Float64Array): void {
  for (let i = 0; i < x.length; i++) x[i] = Math.min(upper[i], Math.max(lower[i], x[i]));
}

function checkBox({ size, lower, upper }: BoxObjective): void {
  if (lower.length !== size || upper.length !== size) {
    throw new InputError(
      `a box needs ${size} bounds on each side, found ${lower.length} and ${upper.length}`,
    );
  }
  for (let i = 0; i < size; i++) {
    if (lower[i] <= upper[i]) continue;
    throw new InputError(
      `unknown ${i} has the bounds ${lower[i]} and ${upper[i]}: the lower must not exceed the upper`,
    );
  }
}
