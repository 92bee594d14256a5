/** Random systems with known answers: x is chosen first, b = A x is computed by plain sums. */
import { type LinearOperator, matrixOperator } from '../../src/linear/index.js';
import { random } from '../../src/random/index.js';

export function randomVector(n: number, seed: number): Float64Array {
  const source = random(seed);
  return Float64Array.from({ length: n }, () => source.normal());
}

/** Columns of a random orthogonal matrix, by Gram and Schmidt twice. */
export function orthonormalColumns(n: number, seed: number): Float64Array[] {
  const columns: Float64Array[] = [];
  for (let k = 0; k < n; k++) {
    const v = randomVector(n, seed * 1000 + k);
    for (let pass = 0; pass < 2; pass++) {
      for (const u of columns) {
        let product = 0;
        for (let i = 0; i < n; i++) product += u[i] * v[i];
        for (let i = 0; i < n; i++) v[i] -= product * u[i];
      }
    }
    const length = Math.hypot(...v);
    columns.push(v.map((value) => value / length));
  }
  return columns;
}

/** Σ λ_k u_k u_kᵀ, row-major. */
export function fromSpectrum(values: readonly number[], vectors: readonly Float64Array[]): Float64Array {
  const n = vectors[0].length;
  const matrix = new Float64Array(n * n);
  for (const [k, value] of values.entries()) {
    const u = vectors[k];
    for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) matrix[i * n + j] += value * u[i] * u[j];
  }
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) matrix[j * n + i] = matrix[i * n + j];
  return matrix;
}

/** Well-conditioned and nonsymmetric: the identity times n^½, plus noise. */
export function nonsymmetric(n: number, seed: number): Float64Array {
  const matrix = randomVector(n * n, seed);
  for (let i = 0; i < n; i++) matrix[i * n + i] += 2 * Math.sqrt(n);
  return matrix;
}

export function multiply(matrix: Float64Array, x: Float64Array): Float64Array {
  const n = x.length;
  return Float64Array.from({ length: n }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += matrix[i * n + j] * x[j];
    return sum;
  });
}

export function relativeError(found: Float64Array, expected: Float64Array): number {
  let square = 0;
  let whole = 0;
  for (let i = 0; i < expected.length; i++) {
    square += (found[i] - expected[i]) ** 2;
    whole += expected[i] ** 2;
  }
  return Math.sqrt(square / whole);
}

/** Counts the products that a solver really asks for. */
export function counted(A: LinearOperator): LinearOperator & { products: number } {
  const counter = {
    size: A.size,
    symmetric: A.symmetric,
    products: 0,
    apply(v: Float64Array, out: Float64Array) {
      counter.products++;
      A.apply(v, out);
    },
    applyTranspose(v: Float64Array, out: Float64Array) {
      counter.products++;
      if (A.symmetric || !A.applyTranspose) A.apply(v, out);
      else A.applyTranspose(v, out);
    },
  };
  return counter;
}

export const symmetric = (matrix: Float64Array): LinearOperator =>
  matrixOperator(matrix, Math.sqrt(matrix.length), { symmetric: true });

export const general = (matrix: Float64Array): LinearOperator =>
  matrixOperator(matrix, Math.sqrt(matrix.length));

/** Eigenvalues spread evenly in the logarithm from 1 to `condition`, preceded by `zeros` zeros. */
export function spectrum(n: number, condition: number, zeros = 0): number[] {
  return Array.from({ length: n }, (_, k) =>
    k < zeros ? 0 : condition ** ((k - zeros) / Math.max(n - zeros - 1, 1)),
  );
}
