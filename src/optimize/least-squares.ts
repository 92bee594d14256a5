/** What methods for sums of squares share: the residual as an objective, and the Gauss–Newton matrix. */
import { cg, cholesky, type LinearOperator, type LinearSolver, matrixOperator, qr } from '../linear/index.js';
import type { Linearization, Objective, Residual } from './problem.js';

/** So many unknowns are factorised; more are left to conjugate gradients. */
const denseUpTo = 300;

/** ½ ‖r(x)‖², for any minimiser; its Hessian product is Gauss and Newton's, which leaves out the residual's curvature. */
export function leastSquaresObjective(residual: Residual): Objective {
  const r = new Float64Array(residual.count);
  const image = new Float64Array(residual.count);
  return {
    size: residual.size,
    gradient(x, gradient) {
      residual.evaluate(x, r);
      residual.linearize(x).transposed(r, gradient);
      return halfSquare(r);
    },
    hessianProduct(x, v, out) {
      const J = residual.linearize(x);
      J.product(v, image);
      J.transposed(image, out);
    },
  };
}

export function halfSquare(r: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < r.length; i++) sum += r[i] * r[i];
  return 0.5 * sum;
}

/** JᵀJ, dense where it is small. */
export interface NormalMatrix {
  readonly operator: LinearOperator;
  /** Row-major, where it is dense. */
  readonly matrix?: Float64Array;
}

export function normalMatrix(J: Linearization, size: number, count: number): NormalMatrix {
  if (size > denseUpTo) {
    const image = new Float64Array(count);
    return {
      operator: {
        size,
        symmetric: true,
        definite: 'positive-semi',
        apply(v, out) {
          J.product(v, image);
          J.transposed(image, out);
        },
      },
    };
  }
  const matrix = new Float64Array(size * size);
  const columns = columnsOf(J, size, count);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < count; k++) sum += columns[i][k] * columns[j][k];
      matrix[i * size + j] = matrix[j * size + i] = sum;
    }
  }
  return { matrix, operator: matrixOperator(matrix, size, { symmetric: true, definite: 'positive-semi' }) };
}

function columnsOf(J: Linearization, size: number, count: number): Float64Array[] {
  const { matrix } = J;
  const unit = new Float64Array(size);
  return Array.from({ length: size }, (_, j) => {
    if (matrix) return Float64Array.from({ length: count }, (_, k) => matrix[k * size + j]);
    const column = new Float64Array(count);
    unit[j] = 1;
    J.product(unit, column);
    unit[j] = 0;
    return column;
  });
}

/** Cholesky where the matrix is dense and regular, QR where it is singular, conjugate gradients where it is not dense. */
export function normalSolver(dense: boolean): LinearSolver {
  if (!dense) return cg;
  return (A, b, options) => {
    const found = cholesky(A, b, options);
    return found.result === 'singular' || found.result === 'negative-curvature' ? qr(A, b, options) : found;
  };
}
