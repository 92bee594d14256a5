/**
 * A quick look at the lower end of a symmetric operator's spectrum: Lanczos without reorthogonalisation.
 *
 * Three vectors and one product an iteration, so that it costs a fraction of `lowestEigenvalues` and works at any size.
 * Rounding makes copies of eigenvalues that have been found, which does not move the ends (Paige, J. Inst. Math. Appl.
 * 18, 341, 1976). It answers only where the lowest eigenvalue is clearly positive; for a zero or a negative one, and
 * for vectors, there is `lowestEigenvalues`.
 */
import { random } from '../random/index.js';
import type { LinearOperator } from './operator.js';
import { type Tridiagonal, tridiagonalEigenvalue, tridiagonalEigenvector } from './tridiagonal.js';
import { axpy, dot, norm2, projectOut, scale } from './vector.js';

export interface RitzOptions {
  /** Orthonormal null vectors; the rest of the spectrum is looked at. */
  nullSpace?: readonly Float64Array[];
  /** Of the random start. Default 0. */
  seed?: number;
  /** A lowest eigenvalue of this share of the largest one, or less, is not called positive. Default 1e-7. */
  clear?: number;
  /** Default: twice the size, at most 1,000. */
  maxIterations?: number;
}

export interface RitzValues {
  /** Whether the lowest eigenvalue is positive, known to a tenth of itself. */
  positive: boolean;
  lowest: number;
  largest: number;
  matvecs: number;
}

export function lowestRitzValue(A: LinearOperator, options: RitzOptions = {}): RitzValues {
  const { nullSpace = [], seed = 0, clear = 1e-7 } = options;
  const n = A.size;
  const limit = Math.min(options.maxIterations ?? 1000, 2 * n);
  const source = random(seed);
  let current: Float64Array = Float64Array.from({ length: n }, () => source.normal());
  projectOut(nullSpace, current);
  scale(1 / norm2(current), current);
  let former: Float64Array = new Float64Array(n);
  let next: Float64Array = new Float64Array(n);
  const diagonal: number[] = [];
  const offDiagonal: number[] = [];
  let found = { positive: false, lowest: Number.NaN, largest: Number.NaN };
  let beta = 0;
  for (let k = 1, check = 8; k <= limit; k++) {
    A.apply(current, next);
    if (k > 1) axpy(-beta, former, next);
    const alpha = dot(current, next);
    axpy(-alpha, current, next);
    projectOut(nullSpace, next);
    beta = norm2(next);
    diagonal.push(alpha);
    if (!Number.isFinite(beta) || !Number.isFinite(alpha)) break;
    const exhausted = beta <= 1e-14 * Math.abs(alpha);
    if (k >= check || exhausted || k === limit) {
      found = judge({ size: k, diagonal, offDiagonal }, exhausted ? 0 : beta, clear);
      // A value that is not clearly positive only falls further.
      const hopeless = found.lowest <= clear * found.largest;
      if (found.positive || hopeless || exhausted) return { ...found, matvecs: k };
      check = Math.ceil(1.2 * k);
    }
    scale(1 / beta, next);
    offDiagonal.push(beta);
    [former, current, next] = [current, next, former];
  }
  return { ...found, matvecs: diagonal.length };
}

function judge(T: Tridiagonal, beta: number, clear: number): Omit<RitzValues, 'matvecs'> {
  const lowest = tridiagonalEigenvalue(T, 0);
  const largest = tridiagonalEigenvalue(T, T.size - 1);
  const bound = beta * Math.abs(tridiagonalEigenvector(T, lowest)[T.size - 1]);
  return { positive: lowest > clear * largest && bound <= 0.1 * lowest, lowest, largest };
}
