/**
 * Products with matrices of constants: on host vectors, and as tfjs operations.
 *
 * A model's data do not change while it is tuned, so what can be formed once of them is, and in tfjs the matrix is no
 * tensor but an operation: its gradient is the product with the transpose, and no gradient of the data is ever made.
 */
import * as tf from '@tensorflow/tfjs';
import { InputError } from '../message/index.js';
import { float64, isDoublePrecision, toFloat64, useBackend } from '../tensor/index.js';

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
  return {
    rows,
    width,
    apply: (v, columns, out) => multiply(A, rows, width, v, columns, out),
    applyTranspose: (v, columns, out) => multiplyTransposed(A, rows, width, v, columns, out),
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

/** R Rᵀ, `rows` × `rows`, of a matrix `rows` × `width`; the product of tfjs's float64 backend, half of it. */
export function gram(R: Float64Array, rows: number, width: number): Float64Array {
  const result = new Float64Array(rows * rows);
  const block = Math.max(64, Math.ceil(rows / 4));
  useBackend('float64', () =>
    tf.tidy(() => {
      const transposed = float64(transpose(R, rows, width), [width, rows]);
      for (let from = 0; from < rows; from += block) {
        const count = Math.min(block, rows - from);
        const part = float64(R.subarray(from * width, (from + count) * width), [count, width]);
        const right = from === 0 ? transposed : tf.slice(transposed, [0, from], [width, rows - from]);
        const product = tf.matMul(part, right).dataSync();
        for (let i = 0; i < count; i++) {
          for (let j = i; j < rows - from; j++) {
            const value = product[i * (rows - from) + j];
            result[(from + i) * rows + from + j] = value;
            result[(from + j) * rows + from + i] = value;
          }
        }
      }
    }),
  );
  return result;
}

/** A Bᵀ of matrices `rows` × `width` and `others` × `width`. */
export function crossGram(
  A: Float64Array,
  rows: number,
  B: Float64Array,
  others: number,
  width: number,
): Float64Array {
  return useBackend('float64', () =>
    tf.tidy(() => {
      const right = float64(transpose(B, others, width), [width, others]);
      return toFloat64(tf.matMul(float64(A, [rows, width]), right)) as never;
    }),
  ) as Float64Array;
}

export function transpose(A: Float64Array, rows: number, width: number): Float64Array {
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

/** out ← A v */
function multiply(
  A: Float64Array,
  rows: number,
  width: number,
  v: Float64Array,
  columns: number,
  out: Float64Array,
): void {
  if (columns === 1) {
    for (let i = 0; i < rows; i++) {
      const at = i * width;
      let [a, b, c, d] = [0, 0, 0, 0];
      let j = 0;
      for (; j + 3 < width; j += 4) {
        a += A[at + j] * v[j];
        b += A[at + j + 1] * v[j + 1];
        c += A[at + j + 2] * v[j + 2];
        d += A[at + j + 3] * v[j + 3];
      }
      for (; j < width; j++) a += A[at + j] * v[j];
      out[i] = a + b + (c + d);
    }
    return;
  }
  // Two rows at once, column by column of v: A is read once for each column while its rows stay in the cache.
  const turned = transpose(v, width, columns);
  for (let i = 0; i < rows; i += 2) {
    const first = i * width;
    const second = i + 1 < rows ? first + width : first;
    for (let k = 0; k < columns; k++) {
      const from = k * width;
      let [a, b, c, d] = [0, 0, 0, 0];
      let j = 0;
      for (; j + 1 < width; j += 2) {
        const [p, q] = [turned[from + j], turned[from + j + 1]];
        a += A[first + j] * p;
        b += A[first + j + 1] * q;
        c += A[second + j] * p;
        d += A[second + j + 1] * q;
      }
      if (j < width) {
        a += A[first + j] * turned[from + j];
        c += A[second + j] * turned[from + j];
      }
      out[i * columns + k] = a + b;
      if (second !== first) out[(i + 1) * columns + k] = c + d;
    }
  }
}

/** out ← Aᵀ v; rows of v that are zero cost nothing. */
function multiplyTransposed(
  A: Float64Array,
  rows: number,
  width: number,
  v: Float64Array,
  columns: number,
  out: Float64Array,
): void {
  const turned = columns === 1 ? out : new Float64Array(width * columns);
  turned.fill(0);
  for (let i = 0; i < rows; i++) {
    const at = i * width;
    for (let k = 0; k < columns; k++) {
      const weight = v[i * columns + k];
      if (weight === 0) continue;
      const from = k * width;
      for (let j = 0; j < width; j++) turned[from + j] += weight * A[at + j];
    }
  }
  if (columns > 1) out.set(transpose(turned, columns, width));
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
