/**
 * The transport plan nearest to a matrix, on the host: P = max(S + u + v, 0) with potentials u, v of rows and columns that
 * minimise the dual ½‖max(S + u + v, 0)‖² − ⟨a, u⟩ − ⟨b, v⟩ (Blondel, Seguy and Rolet, AISTATS 2018).
 *
 * The dual is quadratic as long as the support of P stays the same: Newton's method with a line search along each
 * step (after Li, Sun and Toh, SIAM J. Optim. 30, 2020) comes to the right support after finitely many steps, and the
 * plan with that support is a linear system.
 */
import { warn } from '../message/index.js';
import { solvePotentials } from './bipartite.js';

const maxSteps = 300;
/** Marginals right to this share of the numbers that they are computed from. */
const tolerance = 1e-15;
/** Beyond this share they are called wrong. */
const acceptable = 1e-9;
const maxTrials = 60;
/** Entries of the matrix against those of a typical row, for the first problem, and how much they grow from one to the next. */
const start = 10;
const growth = 4;

/**
 * @param S [m, n], row by row
 * @param a what rows sum to
 * @param b what columns sum to, of the same total
 * @returns the plan, entries off its support exactly 0
 */
export function nearestPlan(who: string, S: Float64Array, a: Float64Array, b: Float64Array): Float64Array {
  // A matrix that is large against the plan makes nearly a linear program: it is come to through smaller ones.
  const typical = a.reduce((sum, value) => sum + value, 0) / Math.max(a.length, b.length);
  let reduction = 1;
  while (typical > 0 && largest(S) > reduction * start * typical) reduction *= growth;
  let dual = refitted(scaled(S, 1 / reduction), new Float64Array(S.length).fill(1), a, b);
  for (; reduction > 1; reduction /= growth) {
    dual = scaled(descended(scaled(S, 1 / reduction), a, b, dual, 1e-3), growth);
  }
  const tight = tolerance * Math.max(a.length, b.length);
  dual = descended(S, a, b, dual, tight);
  let plan = planOf(S, dual, b.length);
  let excess = excessOf(plan, a, b);
  const support = supportOf(plan);
  const exact = planOf(S, refitted(S, support, a, b), b.length).map((value, i) => support[i] * value);
  const error = excessOf(exact, a, b);
  if (largest(error) <= largest(excess)) [plan, excess] = [exact, error];
  if (largest(excess) > acceptable * (largest(S) + largest(a) + largest(b))) {
    warn(
      `${who}: after ${maxSteps} steps the plan's rows and columns are off by up to ${largest(excess).toExponential(1)}; ` +
        'the entries of the matrix are too large against the marginals: scale them down',
    );
  }
  return plan;
}

/** Newton's method from given potentials, until rows and columns are right to a share of the numbers involved. */
function descended(
  S: Float64Array,
  a: Float64Array,
  b: Float64Array,
  from: Float64Array,
  accuracy: number,
): Float64Array {
  const dual = Float64Array.from(from);
  const target = accuracy * (largest(S) + largest(a) + largest(b));
  for (let step = 0; step < maxSteps; step++) {
    const plan = planOf(S, dual, b.length);
    const excess = excessOf(plan, a, b);
    const error = largest(excess);
    if (error <= target) break;
    const direction = newtonStep(supportOf(plan), excess, a.length, (error * accuracy) / target);
    const length = lineSearch(S, dual, direction, a, b);
    for (let i = 0; i < dual.length; i++) dual[i] += length * direction[i];
  }
  return dual;
}

function scaled(values: Float64Array, factor: number): Float64Array {
  return factor === 1 ? values : values.map((value) => factor * value);
}

/** Potentials of the plan with a given support, disregarding signs. */
function refitted(S: Float64Array, support: Float64Array, a: Float64Array, b: Float64Array): Float64Array {
  const masked = S.map((value, i) => support[i] * value);
  const missing = excessOf(masked, a, b).map((value) => -value);
  const m = a.length;
  return solvePotentials(support, m, b.length, missing.subarray(0, m), missing.subarray(m));
}

/** max(S + u + v, 0) */
function planOf(S: Float64Array, dual: Float64Array, n: number): Float64Array {
  const m = dual.length - n;
  return S.map((score, k) => Math.max(score + dual[Math.floor(k / n)] + dual[m + (k % n)], 0));
}

/** Sums of rows minus a, then sums of columns minus b: the gradient of the dual. */
function excessOf(plan: Float64Array, a: Float64Array, b: Float64Array): Float64Array {
  const [m, n] = [a.length, b.length];
  const excess = new Float64Array(m + n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      excess[i] += plan[i * n + j];
      excess[m + j] += plan[i * n + j];
    }
  }
  for (let i = 0; i < m; i++) excess[i] -= a[i];
  for (let j = 0; j < n; j++) excess[m + j] -= b[j];
  return excess;
}

/** −(K + ε)⁻¹ g, with K the dual's Hessian for this support. ε keeps parts of a disconnected support from running away. */
function newtonStep(support: Float64Array, g: Float64Array, m: number, error: number): Float64Array {
  const size = g.length;
  const n = size - m;
  const shift = Math.max(1e-12, Math.min(1e-3, error)) * Math.max(m, n);
  const K = new Float64Array(size * size);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      if (support[i * n + j] === 0) continue;
      K[i * size + i]++;
      K[(m + j) * size + m + j]++;
      K[(m + j) * size + i]++;
    }
  }
  const d = g.map((value) => -value);
  for (let r = 0; r < size; r++) {
    K[r * size + r] += shift;
    for (let c = 0; c <= r; c++) {
      let value = K[r * size + c];
      for (let k = 0; k < c; k++) value -= K[r * size + k] * K[c * size + k];
      K[r * size + c] = c < r ? value / K[c * size + c] : Math.sqrt(Math.max(value, shift));
    }
    for (let k = 0; k < r; k++) d[r] -= K[r * size + k] * d[k];
    d[r] /= K[r * size + r];
  }
  for (let r = size - 1; r >= 0; r--) {
    d[r] /= K[r * size + r];
    for (let k = 0; k < r; k++) d[k] -= K[r * size + k] * d[r];
  }
  return d;
}

/** The step length at which the slope of the dual along d, which grows piece by piece, has fallen to a tenth or less. */
function lineSearch(
  S: Float64Array,
  dual: Float64Array,
  d: Float64Array,
  a: Float64Array,
  b: Float64Array,
): number {
  const [m, n] = [a.length, b.length];
  let linear = 0;
  for (let i = 0; i < m; i++) linear += a[i] * d[i];
  for (let j = 0; j < n; j++) linear += b[j] * d[m + j];
  const derivatives = (t: number): [slope: number, curvature: number] => {
    let [slope, curvature] = [-linear, 0];
    for (let i = 0, k = 0; i < m; i++) {
      for (let j = 0; j < n; j++, k++) {
        const rate = d[i] + d[m + j];
        const value = S[k] + dual[i] + dual[m + j] + t * rate;
        if (value > 0) {
          slope += value * rate;
          curvature += rate * rate;
        }
      }
    }
    return [slope, curvature];
  };
  const [initial] = derivatives(0);
  if (!(initial < 0)) return 1;
  let [low, high, t] = [0, Infinity, 1];
  for (let trial = 0; trial < maxTrials; trial++) {
    const [slope, curvature] = derivatives(t);
    if (Math.abs(slope) <= -0.1 * initial) return t;
    if (slope < 0) low = t;
    else high = t;
    const newton = curvature > 0 ? t - slope / curvature : Infinity;
    if (newton > low && newton < high) t = newton;
    else t = high === Infinity ? 2 * t : (low + high) / 2;
  }
  return t;
}

function supportOf(plan: Float64Array): Float64Array {
  return plan.map((value) => (value > 0 ? 1 : 0));
}

function largest(values: Float64Array): number {
  let top = 0;
  for (const value of values) top = Math.max(top, Math.abs(value));
  return top;
}
