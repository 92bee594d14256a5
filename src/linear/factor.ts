/** A Cholesky factor that is kept for many right-hand sides. For one, use `cholesky`. */
import { materialise } from './dense.js';
import type { LinearOperator } from './operator.js';
import { projectOut } from './vector.js';

export interface Factor {
  /** x ← A⁻¹ x */
  solve(x: Float64Array): void;
}

/**
 * Factorises a symmetric positive definite matrix, row-major; it is overwritten.
 *
 * @returns null where a pivot is not positive
 */
export function choleskyFactor(matrix: Float64Array, n: number): Factor | null {
  const L = matrix;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = L[i * n + j];
      for (let k = 0, a = i * n, b = j * n; k < j; k++) sum -= L[a + k] * L[b + k];
      if (i !== j) L[i * n + j] = sum / L[j * n + j];
      else if (sum > 0) L[i * n + i] = Math.sqrt(sum);
      else return null;
    }
  }
  return {
    solve(x) {
      for (let i = 0; i < n; i++) {
        let sum = x[i];
        for (let k = 0, a = i * n; k < i; k++) sum -= L[a + k] * x[k];
        x[i] = sum / L[i * n + i];
      }
      for (let i = n - 1; i >= 0; i--) {
        x[i] /= L[i * n + i];
        const value = x[i];
        for (let k = 0, a = i * n; k < i; k++) x[k] -= L[a + k] * value;
      }
    },
  };
}

/**
 * The factor of a symmetric operator that is positive definite outside `nullSpace` (orthonormal), for solutions that
 * have nothing in it. Costs a product a column and n³/3 multiplications.
 *
 * @returns null where the operator is not positive definite there
 */
export function factorize(A: LinearOperator, nullSpace: readonly Float64Array[] = []): Factor | null {
  const n = A.size;
  const matrix = materialise(A);
  let sigma = 0;
  for (let i = 0; i < n; i++) sigma = Math.max(sigma, Math.abs(matrix[i * n + i]));
  // σ N Nᵀ makes the null space regular and leaves the rest as it is.
  for (const u of nullSpace) {
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) matrix[i * n + j] += (sigma || 1) * u[i] * u[j];
  }
  const factor = choleskyFactor(matrix, n);
  return (
    factor && {
      solve(x) {
        projectOut(nullSpace, x);
        factor.solve(x);
        projectOut(nullSpace, x);
      },
    }
  );
}
