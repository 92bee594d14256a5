/**
 * A matrix of constants and its products with arrays of the host, for loops that are no tensors: solvers multiply by
 * the same data again and again. The matrix lies where the vector loops work, so that no product copies it.
 */
import { InputError } from '../message/index.js';
import { gram, product, rowMajor, transpose } from './dense/index.js';
import { doubles } from './memory/index.js';

export interface HostMatrix {
  readonly rows: number;
  readonly width: number;
  /** out ← A V for V of `columns` columns, row-major, `width × columns`; out is `rows × columns`. */
  multiply(V: Float64Array, columns: number, out: Float64Array): void;
  /** out ← Aᵀ V for V of `rows × columns`; out is `width × columns`. */
  multiplyTransposed(V: Float64Array, columns: number, out: Float64Array): void;
  /** A Aᵀ, `rows × rows`, exactly symmetric. */
  rowProducts(): Float64Array;
  /** Aᵀ A, `width × width`, exactly symmetric. */
  columnProducts(): Float64Array;
}

/**
 * @param values row-major, `rows × width`; copied
 * @throws InputError where the length is another
 */
export function hostMatrix(values: Float64Array, rows: number, width: number): HostMatrix {
  if (values.length !== rows * width) {
    throw new InputError(
      `hostMatrix: ${rows} × ${width} are ${rows * width} numbers, found ${values.length}`,
    );
  }
  const resident = doubles(values.length);
  resident.set(values);
  const A = rowMajor(resident, rows, width);
  const At = transpose(A);
  return {
    rows,
    width,
    multiply: (V, columns, out) => product(A, rowMajor(V, width, columns), out),
    multiplyTransposed: (V, columns, out) => product(At, rowMajor(V, rows, columns), out),
    rowProducts() {
      const out = new Float64Array(rows * rows);
      gram(At, out);
      return out;
    },
    columnProducts() {
      const out = new Float64Array(width * width);
      gram(A, out);
      return out;
    },
  };
}
