/**
 * (A Aᵀ)⁻¹ r for a wide matrix A, as a tfjs operation with derivatives of every order.
 *
 * A Aᵀ is never formed: A's rows are made orthonormal, A = L Q (Gram–Schmidt, twice over, which keeps Q orthonormal to
 * rounding), and the inverse is that of L Lᵀ.
 */
import * as tf from '@tensorflow/tfjs';
import { norm2 } from '../linear/index.js';
import { InputError } from '../message/index.js';
import { isRecording, toFloat64 } from '../tensor/index.js';
import { fromHost } from './arguments.js';

/** A row whose part outside the span of those before it is below this share of it counts as dependent on them. */
const dependent = 1e-12;

export interface RowBasis {
  readonly rows: number;
  readonly width: number;
  /** Lower triangular, rows × rows. */
  readonly L: Float64Array;
  /** Orthonormal rows, rows × width. */
  readonly Q: Float64Array;
}

/** @throws InputError when the rows are not linearly independent */
export function rowBasis(who: string, A: Float64Array, rows: number, width: number): RowBasis {
  const Q = Float64Array.from(A);
  const L = new Float64Array(rows * rows);
  for (let k = 0; k < rows; k++) {
    const row = Q.subarray(k * width, (k + 1) * width);
    const length = norm2(row);
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < k; j++) {
        const earlier = Q.subarray(j * width, (j + 1) * width);
        let product = 0;
        for (let i = 0; i < width; i++) product += earlier[i] * row[i];
        for (let i = 0; i < width; i++) row[i] -= product * earlier[i];
        L[k * rows + j] += product;
      }
    }
    const rest = norm2(row);
    if (!(rest > dependent * length)) {
      throw new InputError(
        `${who}: row ${k} of the matrix is ${length === 0 ? 'zero' : 'a combination of the rows before it'}, ` +
          'so that the equations are redundant or contradict each other; leave it out',
      );
    }
    for (let i = 0; i < width; i++) row[i] /= rest;
    L[k * rows + k] = rest;
  }
  return { rows, width, L, Q };
}

/** L⁻¹ r, in place, for each of the rows of r. */
export function forward({ L, rows }: RowBasis, r: Float64Array): void {
  for (let start = 0; start < r.length; start += rows) {
    for (let k = 0; k < rows; k++) {
      for (let j = 0; j < k; j++) r[start + k] -= L[k * rows + j] * r[start + j];
      r[start + k] /= L[k * rows + k];
    }
  }
}

/** L⁻ᵀ r, in place, for each of the rows of r. */
function backward({ L, rows }: RowBasis, r: Float64Array): void {
  for (let start = 0; start < r.length; start += rows) {
    for (let k = rows - 1; k >= 0; k--) {
      for (let j = k + 1; j < rows; j++) r[start + k] -= L[j * rows + k] * r[start + j];
      r[start + k] /= L[k * rows + k];
    }
  }
}

/**
 * R (A Aᵀ)⁻¹, for R with one right-hand side a row.
 *
 * @param A [m, n]
 * @param R [count, m]
 */
export function gramSolve(basis: RowBasis, A: tf.Tensor, R: tf.Tensor): tf.Tensor {
  const solution = toFloat64(R);
  forward(basis, solution);
  backward(basis, solution);
  if (!isRecording()) return fromHost(solution, R.shape);
  const solve = tf.customGrad((...inputs) => {
    const save = inputs.pop() as tf.GradSaveFunc;
    save(inputs as tf.Tensor[]);
    return {
      value: fromHost(solution, R.shape),
      gradFunc: (cotangent: tf.Tensor, saved: tf.Tensor[]) => {
        const [matrix, right] = saved as tf.Tensor2D[];
        const Y = gramSolve(basis, matrix, right) as tf.Tensor2D;
        const S = gramSolve(basis, matrix, cotangent) as tf.Tensor2D;
        // From ⟨s, d(A Aᵀ) y⟩ = ⟨s, dA Aᵀ y⟩ + ⟨Aᵀ s, dAᵀ y⟩.
        const ofMatrix = tf.add(
          tf.matMul(S, tf.matMul(Y, matrix), true),
          tf.matMul(Y, tf.matMul(S, matrix), true),
        );
        return [tf.neg(ofMatrix), S];
      },
    };
  });
  return solve(A, R);
}
