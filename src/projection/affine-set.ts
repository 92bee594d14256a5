/** The points that solve a system of linear equations. */
import * as tf from '@tensorflow/tfjs';
import { InputError } from '../message/index.js';
import { toFloat64 } from '../tensor/index.js';
import { demand, type Parameter, tensorOf, vectorsOf } from './arguments.js';
import { forward, gramSolve, type RowBasis, rowBasis } from './gram.js';
import { operation, piecewise } from './piecewise.js';
import { supportAll, withSupport } from './support.js';

export interface AffineSetParameters {
  /** A, [m, n], m ≤ n, of linearly independent rows. */
  readonly matrix: Parameter;
  /** b, [m], or one right-hand side a vector, [..., m]. */
  readonly rightHandSide: Parameter;
}

/**
 * x − Aᵀ (A Aᵀ)⁻¹ (A x − b): the nearest point with A p = b, of each vector along the last axis. O(m² n) once, O(m n) a
 * vector.
 *
 * @param x [..., n], finite
 * @throws InputError when the rows of the matrix are not independent, for NaN or infinite values, shapes that do not fit
 */
export const projectAffineSet = withSupport(
  (x: tf.Tensor, { matrix, rightHandSide }: AffineSetParameters): tf.Tensor => {
    const who = 'projectAffineSet';
    return operation(() => {
      const { tensor, values, batch, width, shape, count } = vectorsOf(who, x);
      const A = tensorOf(who, 'matrix', matrix);
      const b = tensorOf(who, 'rightHandSide', rightHandSide);
      const m = A.shape[0];
      if (A.rank !== 2 || A.shape[1] !== width || m > width || m === 0) {
        throw new InputError(
          `${who}: the matrix must be of shape [m, ${width}] with 1 ≤ m ≤ ${width} for x of shape [${shape}], ` +
            `found [${A.shape}]`,
        );
      }
      const sides = [...batch, m];
      if (!tf.util.arraysEqual(b.shape, [m]) && !tf.util.arraysEqual(b.shape, sides)) {
        throw new InputError(
          `${who}: rightHandSide must be of shape [${m}] or [${sides}], found [${b.shape}]`,
        );
      }
      demand(who, 'matrix', toFloat64(A), A.shape, Number.isFinite, 'finite');
      demand(who, 'rightHandSide', toFloat64(b), b.shape, Number.isFinite, 'finite');
      const basis = rowBasis(who, toFloat64(A), m, width);
      const right = toFloat64(tf.broadcastTo(b, sides));
      return piecewise(nearest(basis, values, right, count), shape, () => {
        const X = tf.reshape(tensor, [count, width]);
        const B = tf.reshape(tf.broadcastTo(b, sides), [count, m]);
        const excess = tf.sub(tf.matMul(X as tf.Tensor2D, A as tf.Tensor2D, false, true), B);
        const multipliers = gramSolve(basis, A, excess) as tf.Tensor2D;
        return tf.reshape(tf.sub(X, tf.matMul(multipliers, A as tf.Tensor2D)), [...shape]);
      });
    });
  },
  supportAll,
);

/** x − Qᵀ (Q x − L⁻¹ b), which is stable however nearly dependent the rows are. */
function nearest(basis: RowBasis, x: Float64Array, b: Float64Array, count: number): Float64Array {
  const { rows, width, Q } = basis;
  const p = Float64Array.from(x);
  const wanted = Float64Array.from(b);
  forward(basis, wanted);
  for (let v = 0; v < count; v++) {
    const point = p.subarray(v * width, (v + 1) * width);
    for (let k = 0; k < rows; k++) {
      let product = -wanted[v * rows + k];
      for (let i = 0; i < width; i++) product += Q[k * width + i] * point[i];
      for (let i = 0; i < width; i++) point[i] -= product * Q[k * width + i];
    }
  }
  return p;
}
