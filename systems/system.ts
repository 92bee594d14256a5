/**
 * Atoms in their box: what a potential is evaluated on and what a relaxation moves.
 *
 * A system is a value: functions that change one return a new one and share what has not changed.
 */
import ndarray, { type NdArray } from 'ndarray';
import { InputError } from '../src/message/index.js';
import { type Box, freeBox } from './box.js';

/** One value or one vector an atom: a column of an extended XYZ file. */
export interface Column {
  readonly kind: 'real' | 'integer' | 'string' | 'logical';
  /** Values an atom. */
  readonly width: number;
  /** `count × width` values, row-major. */
  readonly values: Float64Array | readonly string[] | readonly boolean[];
}

/** A value of the comment line of an extended XYZ file. */
export type Info = string | number | boolean | readonly (string | number | boolean)[];

export interface System {
  readonly count: number;
  readonly dimension: 2 | 3;
  /** `count × dimension`, in the unit of length that the potential's parameters use. */
  readonly positions: NdArray<Float64Array>;
  /** The species of each atom. */
  readonly species: readonly string[];
  readonly box: Box;
  /** Further columns by name (diameter, charge, velocity, …). */
  readonly columns: ReadonlyMap<string, Column>;
  /** Further entries of the comment line, in their order. */
  readonly info: ReadonlyMap<string, Info>;
}

export interface SystemOptions {
  /** `count × dimension`: rows, an ndarray, or a flat array together with `dimension`. */
  positions: readonly (readonly number[])[] | NdArray<Float64Array> | Float64Array;
  /** Needed with a flat array and no box; else taken from the rows. */
  dimension?: 2 | 3;
  /** One label an atom, or one for all; 'A' by default. */
  species?: readonly string[] | string;
  /** No box by default: a free system. */
  box?: Box;
  columns?: ReadonlyMap<string, Column> | Readonly<Record<string, Column | readonly number[] | Float64Array>>;
  info?: ReadonlyMap<string, Info> | Readonly<Record<string, Info>>;
}

/**
 * Makes a system and checks it.
 *
 * @throws InputError on sizes that do not fit and on positions that are not finite
 */
export function createSystem(options: SystemOptions): System {
  const { positions, count, dimension } = flatPositions(options);
  const box = options.box ?? freeBox(dimension);
  if (box.dimension !== dimension) {
    throw new InputError(`positions have ${dimension} coordinates but the box has ${box.dimension} vectors`);
  }
  for (let k = 0; k < positions.length; k++) {
    if (!Number.isFinite(positions[k])) {
      throw new InputError(
        `atom ${Math.floor(k / dimension)} has the coordinate ${positions[k]}; positions must be finite numbers`,
      );
    }
  }
  const given = options.species ?? 'A';
  const species = typeof given === 'string' ? new Array<string>(count).fill(given) : given;
  if (species.length !== count) {
    throw new InputError(`${count} positions but ${species.length} species; give one label an atom`);
  }
  return {
    count,
    dimension,
    positions: ndarray(positions, [count, dimension]),
    species,
    box,
    columns: columnMap(options.columns, count),
    info: options.info instanceof Map ? options.info : new Map(Object.entries(options.info ?? {})),
  };
}

/** The same atoms elsewhere. `positions` is `count × dimension` flat and becomes the new system's own. */
export function withPositions(system: System, positions: Float64Array): System {
  if (positions.length !== system.count * system.dimension) {
    throw new InputError(
      `${system.count} atoms in ${system.dimension} dimensions need ${system.count * system.dimension} coordinates, ` +
        `found ${positions.length}`,
    );
  }
  return { ...system, positions: ndarray(positions, [system.count, system.dimension]) };
}

/** The same system with one column added or replaced. */
export function withColumn(system: System, name: string, column: Column): System {
  if (column.values.length !== system.count * column.width) {
    throw new InputError(
      `column "${name}" needs ${system.count} × ${column.width} values, found ${column.values.length}`,
    );
  }
  return { ...system, columns: new Map(system.columns).set(name, column) };
}

/** The coordinates as a flat array, `count × dimension`, row-major; the system's own storage where it is that already. */
export function coordinates(system: System): Float64Array {
  return contiguous(system.positions);
}

function flatPositions(options: SystemOptions): {
  positions: Float64Array;
  count: number;
  dimension: 2 | 3;
} {
  const given = options.positions;
  if (given instanceof Float64Array) {
    const dimension = options.dimension ?? options.box?.dimension;
    if (dimension === undefined) throw new InputError('flat positions need `dimension` or a box beside them');
    if (given.length % dimension !== 0) {
      throw new InputError(`${given.length} coordinates do not divide into rows of ${dimension}`);
    }
    return { positions: given, count: given.length / dimension, dimension };
  }
  if ('shape' in given) {
    const [count, width] = given.shape;
    return { positions: contiguous(given), count, dimension: checkedDimension(width) };
  }
  const width = given[0]?.length ?? options.dimension ?? options.box?.dimension ?? 3;
  const dimension = checkedDimension(width);
  const ragged = given.findIndex((row) => row.length !== width);
  if (ragged >= 0) {
    throw new InputError(`atom ${ragged} has ${given[ragged].length} coordinates, expected ${width}`);
  }
  return { positions: Float64Array.from(given.flat()), count: given.length, dimension };
}

function checkedDimension(width: number): 2 | 3 {
  if (width === 2 || width === 3) return width;
  throw new InputError(`a system has 2 or 3 dimensions, found ${width} coordinates an atom`);
}

function contiguous(array: NdArray<Float64Array>): Float64Array {
  const [rows, width] = array.shape;
  const inOrder = array.offset === 0 && array.stride[1] === 1 && array.stride[0] === width;
  if (inOrder && array.data.length === rows * width) return array.data;
  const out = new Float64Array(rows * width);
  for (let i = 0; i < rows; i++) for (let k = 0; k < width; k++) out[i * width + k] = array.get(i, k);
  return out;
}

function columnMap(given: SystemOptions['columns'], count: number): ReadonlyMap<string, Column> {
  const entries = given instanceof Map ? [...given] : Object.entries(given ?? {});
  const columns = new Map<string, Column>();
  for (const [name, value] of entries) {
    const column: Column =
      'kind' in value
        ? value
        : { kind: 'real', width: value.length / Math.max(count, 1), values: Float64Array.from(value) };
    if (!Number.isInteger(column.width) || column.values.length !== count * column.width) {
      throw new InputError(
        `column "${name}" has ${column.values.length} values for ${count} atoms; give the same number for each atom`,
      );
    }
    columns.set(name, column);
  }
  return columns;
}
