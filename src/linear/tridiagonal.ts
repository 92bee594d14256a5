/**
 * Extremal eigenpairs of a symmetric tridiagonal matrix: bisection on Sturm counts, then inverse iteration.
 *
 * Source: Golub and Van Loan, Matrix Computations, sections 8.4 and 8.2 (4th edition). One pair costs O(k), so a
 * Lanczos run can afford to look at its Ritz values often.
 */

/** Diagonal (k values) and the k − 1 values beside it; longer arrays are read up to `size`. */
export interface Tridiagonal {
  readonly size: number;
  readonly diagonal: readonly number[];
  readonly offDiagonal: readonly number[];
}

/** How many eigenvalues lie below `shift`: the negative pivots of T − shift. */
function countBelow(
  { size, diagonal, offDiagonal }: Tridiagonal,
  shift: number,
  smallestPivot: number,
): number {
  let count = 0;
  let pivot = 1;
  for (let i = 0; i < size; i++) {
    const coupling = i === 0 ? 0 : offDiagonal[i - 1] ** 2 / pivot;
    pivot = diagonal[i] - shift - coupling;
    if (Math.abs(pivot) < smallestPivot) pivot = -smallestPivot;
    if (pivot < 0) count++;
  }
  return count;
}

/** Eigenvalue number `index` (0 is the lowest), to rounding. */
export function tridiagonalEigenvalue(T: Tridiagonal, index: number): number {
  const { size, diagonal, offDiagonal } = T;
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < size; i++) {
    const radius = (i > 0 ? Math.abs(offDiagonal[i - 1]) : 0) + (i < size - 1 ? Math.abs(offDiagonal[i]) : 0);
    low = Math.min(low, diagonal[i] - radius);
    high = Math.max(high, diagonal[i] + radius);
  }
  const smallestPivot = Number.MIN_VALUE + Math.max(Math.abs(low), Math.abs(high)) * 1e-300;
  for (;;) {
    const middle = low + (high - low) / 2;
    if (!(middle > low && middle < high)) return middle;
    if (countBelow(T, middle, smallestPivot) > index) high = middle;
    else low = middle;
  }
}

/** The normalised eigenvector of an eigenvalue, by three steps of inverse iteration. */
export function tridiagonalEigenvector(T: Tridiagonal, value: number): Float64Array {
  const { size, diagonal, offDiagonal } = T;
  let scale = 0;
  for (let i = 0; i < size; i++) {
    scale = Math.max(scale, Math.abs(diagonal[i]), i < size - 1 ? Math.abs(offDiagonal[i]) : 0);
  }
  const tiny = (scale || 1) * 1e-16;
  // LU of T − value with row exchanges: U has two superdiagonals.
  const u = Float64Array.from({ length: size }, (_, i) => diagonal[i] - value);
  const u1 = Float64Array.from({ length: size }, (_, i) => (i < size - 1 ? offDiagonal[i] : 0));
  const u2 = new Float64Array(size);
  const factor = new Float64Array(size);
  const exchanged = new Uint8Array(size);
  for (let i = 0; i < size - 1; i++) {
    const below = offDiagonal[i];
    if (Math.abs(below) > Math.abs(u[i])) {
      exchanged[i] = 1;
      factor[i] = u[i] / below;
      const diagonalBelow = u[i + 1];
      const beside = u1[i];
      u[i] = below;
      u1[i] = diagonalBelow;
      u2[i] = u1[i + 1];
      u[i + 1] = beside - factor[i] * diagonalBelow;
      u1[i + 1] = -factor[i] * u2[i];
    } else {
      if (Math.abs(u[i]) < tiny) u[i] = tiny;
      factor[i] = below / u[i];
      u[i + 1] -= factor[i] * u1[i];
    }
  }
  if (Math.abs(u[size - 1]) < tiny) u[size - 1] = tiny;
  const v = Float64Array.from({ length: size }, (_, i) => 1 + (i % 7) / 11);
  for (let step = 0; step < 3; step++) {
    for (let i = 0; i < size - 1; i++) {
      if (exchanged[i]) [v[i], v[i + 1]] = [v[i + 1], v[i]];
      v[i + 1] -= factor[i] * v[i];
    }
    let largest = 0;
    for (let i = size - 1; i >= 0; i--) {
      const known = (i + 1 < size ? u1[i] * v[i + 1] : 0) + (i + 2 < size ? u2[i] * v[i + 2] : 0);
      v[i] = (v[i] - known) / u[i];
      largest = Math.max(largest, Math.abs(v[i]));
    }
    let square = 0;
    for (let i = 0; i < size; i++) {
      v[i] /= largest;
      square += v[i] * v[i];
    }
    const norm = Math.sqrt(square);
    for (let i = 0; i < size; i++) v[i] /= norm;
  }
  return v;
}
