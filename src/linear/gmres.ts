/**
 * GMRES with restarts: for general square operators; one product an iteration, no transpose, memory of `restart`
 * vectors.
 *
 * Source: Saad and Schultz, SIAM J. Sci. Stat. Comput. 7, 856 (1986); Gram and Schmidt twice, preconditioned from the
 * right so that the residual is the true one. It never breaks down, but a short restart can stall; the default keeps
 * everything for up to 100 unknowns.
 */
import { InputError } from '../message/index.js';
import type { LinearOperator } from './operator.js';
import { Problem } from './problem.js';
import type { LinearOptions, LinearResult, LinearSolution } from './solution.js';
import { axpy, dot, norm2, scale } from './vector.js';

export interface GmresOptions extends LinearOptions {
  /** Iterations between restarts, and vectors kept. Default: the size, at most 100. */
  restart?: number;
}

/** A Hessenberg column's entry below this share of the largest one is zero: the Krylov space is exhausted. */
const exhausted = 1e-15;

export function gmres(A: LinearOperator, b: Float64Array, options: GmresOptions = {}): LinearSolution {
  const problem = new Problem(A, b, options, 'GMRES');
  if (problem.answer) return problem.answer;
  const n = problem.size;
  const { target } = problem;
  const m = Math.min(n, options.restart ?? 100);
  if (!(m >= 1))
    throw new InputError(`restart is a number of iterations, 1 or more; found ${options.restart}`);
  const x = new Float64Array(n);
  const r = new Float64Array(n);
  const z = new Float64Array(n);
  const basis: Float64Array[] = [];
  const columns: Float64Array[] = []; // R, column by column
  const cosines = new Float64Array(m);
  const sines = new Float64Array(m);
  const g = new Float64Array(m + 1);

  let norm = problem.begin(x, r);
  for (;;) {
    if (norm <= target) return problem.finish(x, 'converged', r, { verified: norm });
    basis[0] ??= new Float64Array(n);
    basis[0].set(r);
    scale(1 / norm, basis[0]);
    g.fill(0);
    g[0] = norm;
    let stop: LinearResult | null = problem.watch(norm);
    let k = 0;
    let done = false;
    let largest = 0;
    while (stop === null && !done && k < m) {
      basis[k + 1] ??= new Float64Array(n);
      columns[k] ??= new Float64Array(m + 1);
      const w = basis[k + 1];
      const h = columns[k];
      problem.precondition(basis[k], z);
      problem.apply(z, w);
      h.fill(0);
      for (let pass = 0; pass < 2; pass++) {
        for (let i = 0; i <= k; i++) {
          const overlap = dot(basis[i], w);
          h[i] += overlap;
          axpy(-overlap, basis[i], w);
        }
      }
      const below = norm2(w);
      if (!Number.isFinite(below)) {
        stop = 'not-finite';
        break;
      }
      for (let i = 0; i <= k; i++) largest = Math.max(largest, Math.abs(h[i]));
      largest = Math.max(largest, below);
      if (below > exhausted * largest) scale(1 / below, w);
      else done = true;
      for (let i = 0; i < k; i++) {
        const upper = cosines[i] * h[i] + sines[i] * h[i + 1];
        h[i + 1] = cosines[i] * h[i + 1] - sines[i] * h[i];
        h[i] = upper;
      }
      const length = done ? Math.abs(h[k]) : Math.hypot(h[k], below);
      if (length <= exhausted * largest) {
        // A null direction of the operator: this column carries nothing.
        problem.iterations++;
        stop = 'stalled';
        break;
      }
      cosines[k] = h[k] / length;
      sines[k] = done ? 0 : below / length;
      h[k] = length;
      g[k + 1] = -sines[k] * g[k];
      g[k] *= cosines[k];
      problem.iterations++;
      k++;
      norm = Math.abs(g[k]);
      stop = problem.watch(norm);
      if (norm <= target) done = true;
    }
    addCombination(problem, columns, g, basis, k, x, z, r);
    const before = norm;
    norm = problem.residual(x, r);
    if (norm <= target) return problem.finish(x, 'converged', r, { verified: norm });
    if (stop !== null) return problem.finish(x, stop, r, { verified: norm });
    // The recurrence had reached the target, or the Krylov space its end, and the truth has not.
    if (done && before <= target && norm > 100 * target) {
      return problem.finish(x, 'stalled', r, { verified: norm });
    }
    if (!Number.isFinite(norm)) return problem.finish(x, 'not-finite', r, { verified: norm });
  }
}

/** x ← x + M⁻¹ V y with R y = g. `z` and `sum` are scratch. */
function addCombination(
  problem: Problem,
  columns: readonly Float64Array[],
  g: Float64Array,
  basis: readonly Float64Array[],
  k: number,
  x: Float64Array,
  z: Float64Array,
  sum: Float64Array,
): void {
  const y = Float64Array.from(g.subarray(0, k));
  for (let i = k - 1; i >= 0; i--) {
    for (let j = i + 1; j < k; j++) y[i] -= columns[j][i] * y[j];
    y[i] /= columns[i][i];
  }
  sum.fill(0);
  for (let i = 0; i < k; i++) axpy(y[i], basis[i], sum);
  problem.precondition(sum, z);
  axpy(1, z, x);
}
