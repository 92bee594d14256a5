/**
 * Cholesky factorisation of a materialised operator: symmetric positive definite, up to a few thousand unknowns.
 *
 * n products, then n³/3 multiplications. A pivot below zero gives `negative-curvature` with its direction.
 * Source: Golub and Van Loan, Matrix Computations, section 4.2 (4th edition).
 */
import { regularMatrix } from './dense.js';
import { Problem } from './problem.js';
import type { LinearSolver } from './solution.js';
import { firstNotFinite, norm2, scale } from './vector.js';

export const cholesky: LinearSolver = (A, b, options = {}) => {
  const problem = new Problem(A, b, options, 'Cholesky');
  if (problem.answer) return problem.answer;
  const n = problem.size;
  const L = regularMatrix(problem);
  const x = new Float64Array(n);
  const r = new Float64Array(n);
  if (firstNotFinite(L) >= 0) return problem.finish(x, 'not-finite', r);
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, Math.abs(L[i * n + i]));
  problem.iterations = 1;
  for (let k = 0; k < n; k++) {
    let pivot = L[k * n + k];
    for (let j = 0; j < k; j++) pivot -= L[k * n + j] ** 2;
    if (pivot <= 1e-14 * n * largest) {
      if (pivot >= -1e-14 * n * largest) return problem.finish(x, 'singular', r);
      return problem.finish(x, 'negative-curvature', r, { direction: downhill(L, n, k) });
    }
    const root = Math.sqrt(pivot);
    L[k * n + k] = root;
    for (let i = k + 1; i < n; i++) {
      let sum = L[i * n + k];
      for (let j = 0; j < k; j++) sum -= L[i * n + j] * L[k * n + j];
      L[i * n + k] = sum / root;
    }
  }
  x.set(problem.b);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) x[i] -= L[i * n + j] * x[j];
    x[i] /= L[i * n + i];
  }
  backSubstitute(L, n, n, x);
  return problem.finish(x, 'converged', r);
};

/** x ← L⁻ᵀ x for the leading `size` rows. */
function backSubstitute(L: Float64Array, n: number, size: number, x: Float64Array): void {
  for (let i = size - 1; i >= 0; i--) {
    for (let j = i + 1; j < size; j++) x[i] -= L[j * n + i] * x[j];
    x[i] /= L[i * n + i];
  }
}

/** p = (−A₁₁⁻¹ a, 1, 0 …), for which pᵀ A p is the pivot; rows of L give A₁₁ = L Lᵀ and L⁻¹ a. */
function downhill(L: Float64Array, n: number, k: number): Float64Array {
  const p = new Float64Array(n);
  for (let j = 0; j < k; j++) p[j] = -L[k * n + j];
  backSubstitute(L, n, k, p);
  p[k] = 1;
  scale(1 / norm2(p), p);
  return p;
}
