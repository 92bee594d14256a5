/**
 * Mean squares of a linear prediction as a quadratic form, ½⟨w, A w⟩ − ⟨b, w⟩ with A = XᵀX/m and b = Xᵀy/m. Where there are
 * fewer features than samples A is formed once, and the samples are not looked at again.
 */
import type { RegressionData } from '../../data/index.js';
import { hostMatrix } from '../../tensor/index.js';
import { denseMap, type LinearMap, largestEigenvalue } from '../matrix.js';

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
  const map = matrix === null ? normalMap(denseMap(X, m, p)) : denseMap(matrix, p, p);
  return {
    size: p,
    map: { ...map, applyTranspose: map.apply },
    right,
    largest: largestEigenvalue((v, out) => map.apply(v, 1, out), p),
    matrix,
  };
}

/** XᵀX/m by two products. */
function normalMap(X: LinearMap): LinearMap {
  const apply: LinearMap['apply'] = (v, columns, out) => {
    const scores = new Float64Array(X.rows * columns);
    X.apply(v, columns, scores);
    for (let i = 0; i < scores.length; i++) scores[i] /= X.rows;
    X.applyTranspose(scores, columns, out);
  };
  return { rows: X.width, width: X.width, apply, applyTranspose: apply };
}
