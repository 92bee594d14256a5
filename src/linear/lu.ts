/**
 * LU factorisation with row exchanges of a materialised operator: any regular system up to a few thousand unknowns.
 *
 * n products, then 2n³/3 multiplications. A zero pivot ends as `singular`; `qr` answers such systems.
 * Source: Golub and Van Loan, Matrix Computations, section 3.4 (4th edition).
 */
import { regularMatrix } from './dense.js';
import { Problem } from './problem.js';
import type { LinearSolver } from './solution.js';
import { firstNotFinite, maxAbs } from './vector.js';

export const lu: LinearSolver = (A, b, options = {}) => {
  const problem = new Problem(A, b, options, 'LU');
  if (problem.answer) return problem.answer;
  const n = problem.size;
  const matrix = regularMatrix(problem);
  const x = new Float64Array(n);
  const r = new Float64Array(n);
  if (firstNotFinite(matrix) >= 0) return problem.finish(x, 'not-finite', r);
  const smallest = 1e-15 * n * maxAbs(matrix);
  problem.iterations = 1;
  const right = Float64Array.from(problem.b);
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) {
      if (Math.abs(matrix[i * n + k]) > Math.abs(matrix[pivot * n + k])) pivot = i;
    }
    if (!(Math.abs(matrix[pivot * n + k]) > smallest)) return problem.finish(x, 'singular', r);
    if (pivot !== k) {
      for (let j = k; j < n; j++) {
        const value = matrix[k * n + j];
        matrix[k * n + j] = matrix[pivot * n + j];
        matrix[pivot * n + j] = value;
      }
      [right[k], right[pivot]] = [right[pivot], right[k]];
    }
    for (let i = k + 1; i < n; i++) {
      const factor = matrix[i * n + k] / matrix[k * n + k];
      if (factor === 0) continue;
      for (let j = k + 1; j < n; j++) matrix[i * n + j] -= factor * matrix[k * n + j];
      right[i] -= factor * right[k];
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = right[i];
    for (let j = i + 1; j < n; j++) sum -= matrix[i * n + j] * x[j];
    x[i] = sum / matrix[i * n + i];
  }
  return problem.finish(x, 'converged', r);
};
