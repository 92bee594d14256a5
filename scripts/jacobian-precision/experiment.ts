/**
 * How precise the derivative of an unfinished solution is: the experiment of Blondel et al., NeurIPS 2022, figure 3.
 *
 * Ridge regression w*(θ) by gradient descent. After each number of steps, the derivative dw/dθ of the iterate ŵ, by the implicit
 * function theorem and by unrolling the steps, against the exact one; and theorem 1's bound of the implicit one.
 */
import * as tf from '@tensorflow/tfjs';
import { type Adjoint, customRoot, implicit, unrolled } from '../../src/implicit/index.js';
import { lowestEigenvalues, lu, matrixOperator } from '../../src/linear/index.js';
import { float64, toFloat64 } from '../../src/tensor/index.js';
import { diabetes } from './diabetes.js';

export interface PrecisionRow {
  readonly theta: number;
  /** Steps of gradient descent. */
  readonly iterations: number;
  /** ‖ŵ − w*‖ */
  readonly iterateError: number;
  /** ‖dw/dθ at ŵ − exact‖, by the implicit function theorem. */
  readonly implicit: number;
  /** C ‖ŵ − w*‖ with C = 1/(λ + θ), λ the smallest eigenvalue of XᵀX. */
  readonly bound: number;
  /** The error of the derivative of the steps. */
  readonly unrolled: number;
}

/** The columns at mean 0 and variance 1, divided by √rows, as XᵀX and Xᵀy. */
function normalEquations(): { n: number; gram: Float64Array; right: Float64Array } {
  const { rows, columns: n, X, y } = diabetes();
  const Z = Float64Array.from(X);
  for (let j = 0; j < n; j++) {
    let mean = 0;
    let square = 0;
    for (let i = 0; i < rows; i++) mean += X[i * n + j] / rows;
    for (let i = 0; i < rows; i++) square += (X[i * n + j] - mean) ** 2 / rows;
    for (let i = 0; i < rows; i++) Z[i * n + j] = (X[i * n + j] - mean) / Math.sqrt(square * rows);
  }
  const gram = new Float64Array(n * n);
  const right = new Float64Array(n);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < n; j++) {
      right[j] += Z[i * n + j] * y[i];
      for (let k = 0; k < n; k++) gram[j * n + k] += Z[i * n + j] * Z[i * n + k];
    }
  }
  return { n, gram, right };
}

/** One row for each θ and number of steps. */
export function jacobianPrecision(
  thetas: readonly number[],
  steps: readonly number[],
  onRow: (row: PrecisionRow) => void = () => {},
): PrecisionRow[] {
  const { n, gram, right } = normalEquations();
  return thetas.flatMap((theta) => {
    const matrix = gram.map((value, k) => (k % (n + 1) === 0 ? value + theta : value));
    const operator = matrixOperator(matrix, n, { symmetric: true });
    const { lowest, largest } = lowestEigenvalues(operator, { tolerance: 1e-12 });
    if (!lowest || !largest) throw new Error('an empty matrix has no eigenvalues');
    const solution = lu(operator, right, { tolerance: 1e-12 }).value;
    const exact = lu(
      operator,
      solution.map((value) => -value),
      { tolerance: 1e-12 },
    ).value;
    const stepSize = 1 / largest.value;
    return steps.map((iterations) => {
      const { iterate, byImplicit, byUnrolling } = derivatives(gram, right, theta, stepSize, iterations);
      const iterateError = distance(iterate, solution);
      const row = {
        theta,
        iterations,
        iterateError,
        implicit: distance(byImplicit, exact),
        bound: iterateError / lowest.value,
        unrolled: distance(byUnrolling, exact),
      };
      onRow(row);
      return row;
    });
  });
}

function derivatives(
  gram: Float64Array,
  right: Float64Array,
  theta: number,
  stepSize: number,
  steps: number,
): { iterate: Float64Array; byImplicit: Float64Array; byUnrolling: Float64Array } {
  tf.engine().startScope();
  try {
    const n = right.length;
    const G = float64(gram, [n, n]);
    const b = float64(right, [n, 1]);
    /** (XᵀX + θ) w − Xᵀy */
    const F = (w: tf.Tensor, penalty: tf.Tensor): tf.Tensor =>
      tf.sub(tf.add(tf.matMul(G, w), tf.mul(penalty, w)), b);
    const descend = (w: tf.Tensor, penalty: tf.Tensor): tf.Tensor =>
      tf.tidy(() => {
        let x = w;
        for (let step = 0; step < steps; step++) x = tf.sub(x, tf.mul(float64(stepSize), F(x, penalty)));
        return x;
      });
    const by = (adjoint: Adjoint) =>
      customRoot<tf.Tensor, [tf.Tensor]>(F, descend, { adjoint }).jvp(
        float64(new Float64Array(n), [n, 1]),
        [float64(theta)],
        [float64(1)],
      );
    const found = by(implicit({ solve: lu, residualTolerance: Infinity, tolerance: 1e-12 }));
    return {
      iterate: toFloat64(found.value),
      byImplicit: toFloat64(found.jvp),
      byUnrolling: toFloat64(by(unrolled({ steps, stepSize })).jvp),
    };
  } finally {
    tf.engine().endScope();
  }
}

function distance(a: Float64Array, b: Float64Array): number {
  return Math.hypot(...a.map((value, i) => value - b[i]));
}
