/** A matrix as the loops of this folder see it: numbers in an array, a stride along rows and one along columns. */
import type { Values } from '../backend.js';

export interface Matrix {
  readonly values: Values;
  /** Where element (0, 0) is. */
  readonly start: number;
  readonly rows: number;
  readonly columns: number;
  /** From an element to the one below. */
  readonly rowStride: number;
  /** From an element to the one on its right. */
  readonly columnStride: number;
}

/** Rows one after another in an array. */
export function rowMajor(values: Values, rows: number, columns: number, start = 0): Matrix {
  return { values, start, rows, columns, rowStride: columns, columnStride: 1 };
}

export function transpose({ values, start, rows, columns, rowStride, columnStride }: Matrix): Matrix {
  return { values, start, rows: columns, columns: rows, rowStride: columnStride, columnStride: rowStride };
}

/** Rows `from … to − 1`. */
export function rowsOf(matrix: Matrix, from: number, to: number): Matrix {
  return { ...matrix, start: matrix.start + from * matrix.rowStride, rows: to - from };
}
