/**
 * Mean squares of a linear prediction as a quadratic form, ½⟨w, A w⟩ − ⟨b, w⟩ with A = XᵀX/m and b = Xᵀy/m. Where there are
 * fewer features than samples A is formed once, and the samples are not looked at again.
 */
import type { RegressionData } from '../../data/index.js';
import { hostMatrix } from '../../tensor/index.js';
import { composed, denseMap, type LinearMap, largestEigenvalue, symmetric, transposed } from '../matrix.js';

export interface Quadratic {
  readonly size: number;
  readonly map: LinearMap;
  readonly right: Float64Array;
  /** A bound of A's eigenvalues. */
  readonly largest: number;
  /** A, where it was formed. */
  readonly matrix: Float64Array | null;
}

export function leastSquares({ count: m, width: p, X, y }: RegressionData): Quadratic {
  const right = new Float64Array(p);
  for (let i = 0; i < m; i++) for (let j = 0; j < p; j++) right[j] += (X[i * p + j] * y[i]) / m;
  const matrix =
    p <= m
      ? hostMatrix(X, m, p)
          .columnProducts()
          .map((value) => value / m)
      : null;
  const map = matrix === null ? normalMap(denseMap(X, m, p)) : symmetric(denseMap(matrix, p, p));
  return {
    size: p,
    map,
    right,
    largest: largestEigenvalue((v, out) => map.apply(v, 1, out), p),
    matrix,
  };
}

/** XᵀX/m by two products. */
function normalMap(X: LinearMap): LinearMap {
  const product = composed(transposed(X), X);
  const apply: LinearMap['apply'] = (v, columns, out) => {
    product.apply(v, columns, out);
    for (let i = 0; i < out.length; i++) out[i] /= X.rows;
  };
  return symmetric({ ...product, apply });
}
