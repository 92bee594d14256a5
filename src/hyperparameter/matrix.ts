/**
 * Products with matrices of constants: on host vectors, and as tfjs operations.
 *
 * A model's data do not change while it is tuned, so what can be formed once of them is, and in tfjs the matrix is no
 * tensor but an operation: its gradient is the product with the transpose, and no gradient of the data is ever made.
 */
import * as tf from '@tensorflow/tfjs';
import { InputError } from '../message/index.js';
import { float64, hostMatrix, isDoublePrecision, toFloat64 } from '../tensor/index.js';

/** A linear map of vectors that are `columns` columns side by side, row-major. */
export interface LinearMap {
  readonly rows: number;
  readonly width: number;
  /** out ← A v, both with `columns` columns */
  apply(v: Float64Array, columns: number, out: Float64Array): void;
  /** out ← Aᵀ v */
  applyTranspose(v: Float64Array, columns: number, out: Float64Array): void;
}

/** A matrix, row-major, `rows` × `width`. */
export function denseMap(A: Float64Array, rows: number, width: number): LinearMap {
  const { multiply: apply, multiplyTransposed: applyTranspose } = hostMatrix(A, rows, width);
  return { rows, width, apply, applyTranspose };
}

/** A map that is its own transpose: the rows of a matrix are read in order, which is faster than by columns. */
export function symmetric(A: LinearMap): LinearMap {
  return { ...A, applyTranspose: A.apply };
}

/** Aᵀ */
export function transposed({ rows, width, apply, applyTranspose }: LinearMap): LinearMap {
  return { rows: width, width: rows, apply: applyTranspose, applyTranspose: apply };
}

/** A B, one after the other. */
export function composed(A: LinearMap, B: LinearMap): LinearMap {
  return {
    rows: A.rows,
    width: B.width,
    apply(v, columns, out) {
      const between = new Float64Array(B.rows * columns);
      B.apply(v, columns, between);
      A.apply(between, columns, out);
    },
    applyTranspose(v, columns, out) {
      const between = new Float64Array(A.width * columns);
      A.applyTranspose(v, columns, between);
      B.applyTranspose(between, columns, out);
    },
  };
}

/** The matrix as an operation on tensors [width] or [width, columns]; right at every order. */
export function productWith(map: LinearMap): (x: tf.Tensor) => tf.Tensor {
  const by = (apply: LinearMap['apply'], rows: number, transposed: () => (x: tf.Tensor) => tf.Tensor) =>
    tf.customGrad((given) => {
      const x = given as tf.Tensor;
      const columns = x.rank === 1 ? 1 : (x.shape[1] as number);
      const out = new Float64Array(rows * columns);
      apply(x.dataSync() as unknown as Float64Array, columns, out);
      return {
        value: tensorOf(out, x.rank === 1 ? [rows] : [rows, columns]),
        gradFunc: (cotangent: tf.Tensor) => transposed()(cotangent),
      };
    }) as (x: tf.Tensor) => tf.Tensor;
  const forward: (x: tf.Tensor) => tf.Tensor = by(map.apply, map.rows, () => backward);
  const backward: (x: tf.Tensor) => tf.Tensor = by(map.applyTranspose, map.width, () => forward);
  return forward;
}

/** A Bᵀ of matrices `rows` × `width` and `others` × `width`. */
export function crossGram(
  A: Float64Array,
  rows: number,
  B: Float64Array,
  others: number,
  width: number,
): Float64Array {
  const out = new Float64Array(rows * others);
  hostMatrix(A, rows, width).multiply(transpose(B, others, width), others, out);
  return out;
}

function transpose(A: Float64Array, rows: number, width: number): Float64Array {
  const out = new Float64Array(A.length);
  const tile = 32;
  for (let i0 = 0; i0 < rows; i0 += tile) {
    for (let j0 = 0; j0 < width; j0 += tile) {
      const [i1, j1] = [Math.min(rows, i0 + tile), Math.min(width, j0 + tile)];
      for (let i = i0; i < i1; i++) for (let j = j0; j < j1; j++) out[j * rows + i] = A[i * width + j];
    }
  }
  return out;
}

/** The largest eigenvalue of a symmetric positive semidefinite map, by power iteration: a step size's measure, to some per cent. */
export function largestEigenvalue(apply: (v: Float64Array, out: Float64Array) => void, size: number): number {
  let v = Float64Array.from({ length: size }, (_, i) => 1 + 0.5 * Math.sin(i + 1));
  let image = new Float64Array(size);
  let value = 0;
  for (let step = 0; step < 40; step++) {
    const norm = Math.sqrt(v.reduce((sum, each) => sum + each * each, 0));
    if (norm === 0) return 0;
    for (let i = 0; i < size; i++) v[i] /= norm;
    apply(v, image);
    const next = Math.sqrt(image.reduce((sum, each) => sum + each * each, 0));
    [v, image] = [image, v];
    if (Math.abs(next - value) <= 1e-3 * next) return 1.05 * next;
    value = next;
  }
  return 1.05 * value;
}

/** A tensor of host values for the backend in use, in the precision that it has. */
export function tensorOf(values: Float64Array, shape: readonly number[]): tf.Tensor {
  if (isDoublePrecision(tf.backend())) return float64(values, shape);
  return tf.tensor(Float32Array.from(values), [...shape]);
}

/** The entries that a broadcast makes of a hyperparameter: one number, or as many as there are. */
export function broadcast(who: string, hyper: tf.Tensor, size: number): Float64Array {
  const values = toFloat64(hyper);
  if (values.length === size) return values;
  if (values.length === 1) return new Float64Array(size).fill(values[0]);
  throw new InputError(
    `${who}: a hyperparameter is one number or ${size}, found ${values.length} (shape [${hyper.shape}])`,
  );
}
