/**
 * Quadratic programs by the alternating direction method of multipliers: for any convex one, with inequalities, degenerate,
 * infeasible or unbounded ones included. It guesses which constraints are active and solves for them exactly (polishing),
 * so that solutions come to full precision.
 *
 * Sources: Stellato, Banjac, Goulart, Bemporad and Boyd, Math. Program. Comput. 12, 637 (2020) (OSQP), with its
 * parameters; certificates after Banjac et al., J. Optim. Theory Appl. 183, 490 (2019). Its error is `optimalityError`.
 * Dense problems of up to a thousand unknowns or so are factorised; others use conjugate gradients.
 */
import { axpy, cg, choleskyFactor, type Factor, type LinearOperator, maxAbs } from '../linear/index.js';
import { checkOptions, InputError } from '../message/index.js';
import { infeasibility, unboundedness } from './certificate.js';
import type { QuadraticProgramState } from './equality-qp.js';
import { type Equilibrated, equilibrated } from './equilibration.js';
import { type Failure, type Method, stuck } from './method.js';
import { activeSet, polished } from './polish.js';
import { type Optimality, optimalityMeter, type QuadraticProgram } from './quadratic-program.js';

export interface AdmmOptions {
  /** First penalty of a constraint's violation; 0.1 by default. It adapts. */
  penalty?: number;
  /** α, in (0, 2); 1.6 by default. */
  relaxation?: number;
  /** Solve for the active constraints when they seem to be found; true by default. */
  polish?: boolean;
  /** What a certificate of infeasibility may be off by, relative to its length; 1e-6 by default. */
  certificateTolerance?: number;
}

export interface AdmmState extends QuadraticProgramState {
  readonly multipliers: Float64Array;
  readonly scaling: Equilibrated;
  readonly optimality: (x: Float64Array, y: Float64Array) => Optimality;
  /** In the scaled problem: x, C x within its bounds, multipliers, and their last values. */
  readonly xs: Float64Array;
  readonly z: Float64Array;
  readonly y: Float64Array;
  readonly lastX: Float64Array;
  readonly lastY: Float64Array;
  /** Work space of n and of m numbers. */
  readonly n1: Float64Array;
  readonly m1: Float64Array;
  /** ρ of each constraint, and the number that they are multiples of. */
  readonly rho: Float64Array;
  penalty: number;
  solve: (right: Float64Array, x: Float64Array) => void;
  iterations: number;
  /** The guess of the active set at the last check, and the last one that polishing tried. */
  active: string;
  tried: string;
  /** No polishing before this iteration. */
  polishFrom: number;
  /** How often a direction without end was found while no point was feasible. */
  rays: number;
}

const indefinite: Failure = {
  ...stuck('Q is not positive semidefinite: ADMM is for convex problems only'),
  final: true,
};
const sigma = 1e-6;
/** Penalties of equalities are so many times larger. */
const stiffer = 1e3;
const checkEvery = 10;
const adaptEvery = 40;
const mostRays = 100;
const denseUpTo = 1500;

export function admm(options: AdmmOptions = {}): Method<QuadraticProgram, AdmmState> {
  checkOptions('admm', options, ['penalty', 'relaxation', 'polish', 'certificateTolerance']);
  const { penalty = 0.1, relaxation = 1.6, polish = true, certificateTolerance = 1e-6 } = options;
  if (!(penalty > 0)) throw new InputError(`the penalty must be positive, found ${penalty}`);
  if (!(relaxation > 0 && relaxation < 2)) {
    throw new InputError(`relaxation must lie between 0 and 2, found ${relaxation}`);
  }
  return {
    name: 'ADMM',
    takes: 'quadratic-program',
    init(program, x) {
      const scaling = equilibrated(program);
      const { columns } = scaling;
      const n = program.size;
      const m = program.constraints.rows;
      const xs = x.map((value, j) => value / columns[j]);
      const optimality = optimalityMeter(program);
      const z = new Float64Array(m);
      scaling.program.constraints.apply(xs, z);
      clip(scaling.program, z);
      const state: AdmmState = {
        x,
        multipliers: new Float64Array(m),
        ...optimality(x, new Float64Array(m)),
        optimality,
        evaluations: 1,
        scaling,
        xs,
        z,
        y: new Float64Array(m),
        lastX: new Float64Array(n),
        lastY: new Float64Array(m),
        n1: new Float64Array(n),
        m1: new Float64Array(m),
        rho: new Float64Array(m),
        penalty,
        solve: () => {},
        iterations: 0,
        active: '',
        tried: 'none',
        polishFrom: 0,
        rays: 0,
      };
      const failure = notConvex(scaling.program) ?? prepare(state);
      if (failure !== null) state.failure = failure;
      return state;
    },
    step(program, state) {
      iterate(state, relaxation);
      unscale(state);
      state.evaluations++;
      state.iterations++;
      Object.assign(state, state.optimality(state.x, state.multipliers));
      if (!Number.isFinite(state.error) || state.iterations % checkEvery !== 0) return;
      const failure = certified(program, state, certificateTolerance);
      if (failure !== null) {
        state.failure = failure;
        return;
      }
      if (polish) tryPolishing(program, state);
      if (state.iterations % adaptEvery === 0) adapt(state);
    },
  };
}

/** One iteration, in the scaled problem. */
function iterate(state: AdmmState, relaxation: number): void {
  const { xs, z, y, rho, n1, m1, lastX, lastY } = state;
  const { c, constraints, lower, upper } = state.scaling.program;
  lastX.set(xs);
  lastY.set(y);
  for (let i = 0; i < z.length; i++) m1[i] = rho[i] * z[i] - y[i];
  constraints.applyTranspose(m1, n1);
  for (let j = 0; j < xs.length; j++) n1[j] += sigma * xs[j] - c[j];
  state.solve(n1, xs);
  constraints.apply(xs, m1);
  for (let j = 0; j < xs.length; j++) xs[j] = relaxation * xs[j] + (1 - relaxation) * lastX[j];
  for (let i = 0; i < z.length; i++) {
    const mixed = relaxation * m1[i] + (1 - relaxation) * z[i];
    z[i] = Math.min(upper[i], Math.max(lower[i], mixed + y[i] / rho[i]));
    y[i] += rho[i] * (mixed - z[i]);
  }
}

function unscale({ x, multipliers, xs, y, scaling }: AdmmState): void {
  const { columns, rows, cost } = scaling;
  for (let j = 0; j < x.length; j++) x[j] = columns[j] * xs[j];
  for (let i = 0; i < y.length; i++) multipliers[i] = (rows[i] * y[i]) / cost;
}

/** Sets the penalties, and makes the linear system of the iteration ready. */
function prepare(state: AdmmState): Failure | null {
  const { rho, penalty, scaling } = state;
  const { size: n, matrix, Q, constraints, lower, upper } = scaling.program;
  for (let i = 0; i < rho.length; i++) {
    if (lower[i] === -Infinity && upper[i] === Infinity) rho[i] = 1e-6;
    else rho[i] = Math.min(1e6, (lower[i] === upper[i] ? stiffer : 1) * penalty);
  }
  const C = constraints.matrix;
  if (matrix === undefined || C === undefined || n > denseUpTo) {
    state.solve = iterativeSolve(Q, state);
    return null;
  }
  const S = Float64Array.from(matrix);
  for (let j = 0; j < n; j++) S[j * n + j] += sigma;
  for (let i = 0; i < rho.length; i++) {
    for (let j = 0; j < n; j++) {
      const weight = rho[i] * C[i * n + j];
      if (weight !== 0) for (let k = 0; k <= j; k++) S[j * n + k] += weight * C[i * n + k];
    }
  }
  const factor: Factor | null = choleskyFactor(S, n);
  if (factor === null) return indefinite;
  state.solve = (right, x) => {
    x.set(right);
    factor.solve(x);
  };
  return null;
}

function iterativeSolve(Q: LinearOperator, state: AdmmState): AdmmState['solve'] {
  const { constraints } = state.scaling.program;
  const { rho } = state;
  const image = new Float64Array(rho.length);
  const part = new Float64Array(Q.size);
  const operator: LinearOperator = {
    size: Q.size,
    symmetric: true,
    definite: 'positive',
    apply(v, out) {
      Q.apply(v, out);
      constraints.apply(v, image);
      for (let i = 0; i < image.length; i++) image[i] *= rho[i];
      constraints.applyTranspose(image, part);
      for (let j = 0; j < out.length; j++) out[j] += part[j] + sigma * v[j];
    },
  };
  return (right, x) => x.set(cg(operator, right, { tolerance: 1e-12, start: x }).value);
}

/** A Q with a negative eigenvalue is refused: what ADMM found for it might be a saddle. */
function notConvex({ matrix, size: n }: QuadraticProgram): Failure | null {
  if (matrix === undefined || n > denseUpTo) return null;
  const shifted = Float64Array.from(matrix);
  const shift = 1e-9 * maxAbs(matrix) || 1;
  for (let j = 0; j < n; j++) shifted[j * n + j] += shift;
  return choleskyFactor(shifted, n) === null ? indefinite : null;
}

/** Looks at the last changes of x and y: where there is no solution, they converge to the proof. */
function certified(program: QuadraticProgram, state: AdmmState, tolerance: number): Failure | null {
  const { scaling, xs, y, lastX, lastY } = state;
  const dy = y.map((value, i) => scaling.rows[i] * (value - lastY[i]));
  const farkas = infeasibility(program, dy, tolerance);
  if (farkas !== null) {
    return {
      result: 'infeasible',
      reason: 'the certificate weighs the constraints so that they contradict each other',
      certificate: farkas,
    };
  }
  const dx = xs.map((value, j) => scaling.columns[j] * (value - lastX[j]));
  const ray = unboundedness(program, dx, tolerance);
  if (ray === null) return null;
  // Where no point is feasible either, that is the answer; its proof may take longer.
  if (!feasible(program, state) && ++state.rays < mostRays) return null;
  return {
    result: 'unbounded',
    reason: 'the certificate is a direction without curvature that keeps the constraints',
    certificate: ray,
  };
}

/** Whether the constraints hold at x, nearly. */
function feasible({ constraints, lower, upper }: QuadraticProgram, { x }: AdmmState): boolean {
  const Cx = new Float64Array(constraints.rows);
  constraints.apply(x, Cx);
  return Cx.every((value, i) => {
    const off = Math.abs(value - Math.min(upper[i], Math.max(lower[i], value)));
    return off <= 1e-4 * Math.max(1, Math.abs(value));
  });
}

function tryPolishing(program: QuadraticProgram, state: AdmmState): void {
  const { constraints } = program;
  const z = new Float64Array(constraints.rows);
  constraints.apply(state.x, z);
  const active = activeSet(program, z, state.multipliers);
  const name = active.join();
  const settled = name === state.active && name !== state.tried;
  state.active = name;
  if (!settled || state.iterations < state.polishFrom) return;
  state.tried = name;
  // An early guess is often wrong, and a factorisation costs many iterations.
  state.polishFrom = 2 * state.iterations;
  const exact = polished(program, active);
  const reached = state.optimality(exact.x, exact.y);
  if (!(reached.error < state.error)) return;
  Object.assign(state, reached);
  state.x.set(exact.x);
  state.multipliers.set(exact.y);
  const { columns, rows, cost, program: scaled } = state.scaling;
  for (let j = 0; j < state.xs.length; j++) state.xs[j] = exact.x[j] / columns[j];
  for (let i = 0; i < state.y.length; i++) state.y[i] = (exact.y[i] * cost) / rows[i];
  scaled.constraints.apply(state.xs, state.z);
  clip(scaled, state.z);
}

/** Balances the violation of the constraints against that of stationarity. */
function adapt(state: AdmmState): void {
  const { xs, y, z, n1, m1 } = state;
  const { Q, c, constraints } = state.scaling.program;
  constraints.apply(xs, m1);
  let violation = 0;
  let size = 1e-10;
  for (let i = 0; i < z.length; i++) {
    violation = Math.max(violation, Math.abs(m1[i] - z[i]));
    size = Math.max(size, Math.abs(m1[i]), Math.abs(z[i]));
  }
  const primal = violation / size;
  constraints.applyTranspose(y, n1);
  let dualSize = Math.max(1e-10, maxAbs(n1), maxAbs(c));
  axpy(1, c, n1);
  const Qx = new Float64Array(xs.length);
  Q.apply(xs, Qx);
  dualSize = Math.max(dualSize, maxAbs(Qx));
  axpy(1, Qx, n1);
  const dual = maxAbs(n1) / dualSize;
  if (!(primal > 1e-15 && dual > 1e-15)) return;
  const next = Math.min(1e6, Math.max(1e-6, state.penalty * Math.sqrt(primal / dual)));
  if (next < 5 * state.penalty && next > state.penalty / 5) return;
  state.penalty = next;
  const failure = prepare(state);
  if (failure !== null) state.failure = failure;
}

function clip({ lower, upper }: QuadraticProgram, z: Float64Array): void {
  for (let i = 0; i < z.length; i++) z[i] = Math.min(upper[i], Math.max(lower[i], z[i]));
}
