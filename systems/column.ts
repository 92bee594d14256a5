/**
 * One value or one vector an atom beside the position and the species: a column of an extended XYZ file.
 *
 * A column is checked when it is made (`toColumn`), and from then on it is a plain value.
 */
import type { NdArray } from 'ndarray';
import { InputError } from '../src/message/index.js';

export interface NumberColumn {
  readonly kind: 'real' | 'integer';
  /** Values an atom. */
  readonly width: number;
  /** `count × width` values, row-major. */
  readonly values: Float64Array;
}

export interface StringColumn {
  readonly kind: 'string';
  readonly width: number;
  readonly values: readonly string[];
}

export interface LogicalColumn {
  readonly kind: 'logical';
  readonly width: number;
  readonly values: readonly boolean[];
}

export type Column = NumberColumn | StringColumn | LogicalColumn;

/**
 * What a column can be given as: itself; one number, label or truth value an atom; `count × width` numbers flat
 * (row-major); rows of numbers; or an ndarray `[count]` or `[count, width]`. Numbers become a column of reals.
 */
export type ColumnInput =
  | Column
  | Float64Array
  | NdArray<Float64Array>
  | readonly number[]
  | readonly string[]
  | readonly boolean[]
  | readonly (readonly number[])[];

/**
 * Makes the column `name` of a system of `count` atoms.
 *
 * @throws InputError when the values do not divide evenly among the atoms or are not of one kind
 */
export function toColumn(name: string, given: ColumnInput, count: number): Column {
  const column = 'kind' in given ? given : fromValues(name, given, count);
  const whole = Number.isInteger(column.width) && column.width >= 1;
  if (!whole || column.values.length !== count * column.width) {
    throw new InputError(
      `column "${name}" has ${column.values.length} values for ${count} atoms; give the same number for each atom`,
    );
  }
  return column;
}

/** The rows of a column for the atoms `indices`, in their order; an index may come more than once. */
export function takeRows(column: Column, indices: ArrayLike<number>): Column {
  const { width } = column;
  if (column.kind === 'string') return { ...column, values: takeValues(column.values, width, indices) };
  if (column.kind === 'logical') return { ...column, values: takeValues(column.values, width, indices) };
  const values = new Float64Array(indices.length * width);
  for (let row = 0; row < indices.length; row++) {
    const from = indices[row] * width;
    for (let k = 0; k < width; k++) values[row * width + k] = column.values[from + k];
  }
  return { ...column, values };
}

/** An ndarray's elements in row-major order; its own storage where it is that already. */
export function contiguous(array: NdArray<Float64Array>): Float64Array {
  const rows = array.shape[0];
  const width = array.shape.length > 1 ? array.shape[1] : 1;
  const inOrder = array.shape.length < 2 || width === 1 || array.stride[1] === 1;
  if (inOrder && array.offset === 0 && array.data.length === rows * width) {
    if (rows < 2 || array.stride[0] === width) return array.data;
  }
  const out = new Float64Array(rows * width);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < width; k++) {
      out[i * width + k] = array.shape.length > 1 ? array.get(i, k) : array.get(i);
    }
  }
  return out;
}

function fromValues(name: string, given: Exclude<ColumnInput, Column>, count: number): Column {
  const share = (length: number): number => (count === 0 ? 1 : length / count);
  if (given instanceof Float64Array) return { kind: 'real', width: share(given.length), values: given };
  if ('shape' in given) {
    const values = contiguous(given);
    return { kind: 'real', width: share(values.length), values };
  }
  if (isAll(given, 'string')) return { kind: 'string', width: share(given.length), values: given };
  if (isAll(given, 'boolean')) return { kind: 'logical', width: share(given.length), values: given };
  const numbers: readonly unknown[] = given.flat();
  if (!isAll(numbers, 'number')) {
    throw new InputError(
      `column "${name}" mixes kinds; give only numbers, only strings or only truth values`,
    );
  }
  const first = given[0];
  const width = Array.isArray(first) ? first.length : share(given.length);
  if (Array.isArray(first) && given.some((row) => !Array.isArray(row) || row.length !== width)) {
    throw new InputError(`column "${name}" has rows of unequal length; give the same number for each atom`);
  }
  return { kind: 'real', width, values: Float64Array.from(numbers) };
}

interface Kinds {
  string: string;
  boolean: boolean;
  number: number;
}

function isAll<K extends keyof Kinds>(values: readonly unknown[], kind: K): values is readonly Kinds[K][] {
  // An empty list says nothing about its kind; numbers are the usual case.
  if (values.length === 0) return kind === 'number';
  return values.every((value) => typeof value === kind);
}

function takeValues<T>(values: readonly T[], width: number, indices: ArrayLike<number>): T[] {
  const out = new Array<T>(indices.length * width);
  for (let row = 0; row < indices.length; row++) {
    for (let k = 0; k < width; k++) out[row * width + k] = values[indices[row] * width + k];
  }
  return out;
}
