/**
 * Atoms in their box: what a potential is evaluated on and what a relaxation moves.
 *
 * A system is a value: functions that change one return a new one and share what has not changed. Nothing here
 * knows of energies or of time.
 */
import ndarray, { type NdArray } from 'ndarray';
import { InputError } from '../src/message/index.js';
import { type Box, freeBox } from './box.js';
import { type Column, type ColumnInput, contiguous, takeRows, toColumn } from './column.js';

/** A single value of the comment line of an extended XYZ file. */
export type InfoScalar = string | number | boolean;

/** A value of the comment line: a scalar, a vector, or a matrix as rows. */
export type Info = InfoScalar | readonly InfoScalar[] | readonly (readonly InfoScalar[])[];

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
  /** `count × dimension`: rows, an ndarray, or a flat array together with `dimension`. Typed arrays are not copied. */
  positions: readonly (readonly number[])[] | NdArray<Float64Array> | Float64Array;
  /** Needed with a flat array and no box; else taken from the rows. */
  dimension?: 2 | 3;
  /** One label an atom, or one for all; 'A' by default. */
  species?: readonly string[] | string;
  /** No box by default: a free system. */
  box?: Box;
  columns?: ReadonlyMap<string, Column> | Readonly<Record<string, ColumnInput>>;
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
  const columns = new Map<string, Column>();
  for (const [name, column] of entries<ColumnInput>(options.columns)) {
    columns.set(name, toColumn(name, column, count));
  }
  return {
    count,
    dimension,
    positions: ndarray(positions, [count, dimension]),
    species,
    box,
    columns,
    info: new Map(entries<Info>(options.info)),
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

/** The same atoms in another box; the positions stay as they are. */
export function withBox(system: System, box: Box): System {
  if (box.dimension !== system.dimension) {
    throw new InputError(
      `a system of ${system.dimension} dimensions needs a box of ${system.dimension} vectors, found ${box.dimension}`,
    );
  }
  return { ...system, box };
}

/** The same system with one column added or replaced. */
export function withColumn(system: System, name: string, column: ColumnInput): System {
  const columns = new Map(system.columns).set(name, toColumn(name, column, system.count));
  return { ...system, columns };
}

/** The same system with comment entries added or replaced. */
export function withInfo(system: System, info: Readonly<Record<string, Info>>): System {
  return { ...system, info: new Map([...system.info, ...Object.entries(info)]) };
}

/**
 * The numbers of a column, `count × width`, row-major.
 *
 * @throws InputError when there is no such column (the message lists those that there are), it holds no numbers,
 * or it is not `width` wide
 */
export function numberColumn(system: System, name: string, width = 1): Float64Array {
  const column = system.columns.get(name);
  if (column === undefined) {
    const names = [...system.columns.keys()];
    const known = names.length > 0 ? `it has ${names.join(', ')}` : 'it has none';
    throw new InputError(`the system has no column "${name}"; ${known}`);
  }
  if (column.kind === 'string' || column.kind === 'logical') {
    throw new InputError(`column "${name}" holds ${column.kind} values, expected numbers`);
  }
  if (column.width !== width) {
    throw new InputError(`column "${name}" has ${column.width} values an atom, expected ${width}`);
  }
  return column.values;
}

/**
 * The system of the atoms `indices`, in that order, in the same box, with their columns. The comment entries are
 * left behind: an energy, say, was that of the whole.
 *
 * @throws InputError on an index that is no atom or comes twice
 */
export function selectAtoms(system: System, indices: readonly number[]): System {
  checkIndices(system, indices);
  const { dimension } = system;
  const from = coordinates(system);
  const positions = new Float64Array(indices.length * dimension);
  for (const [row, atom] of indices.entries()) {
    for (let k = 0; k < dimension; k++) positions[row * dimension + k] = from[atom * dimension + k];
  }
  return {
    ...system,
    count: indices.length,
    positions: ndarray(positions, [indices.length, dimension]),
    species: indices.map((atom) => system.species[atom]),
    columns: new Map([...system.columns].map(([name, column]) => [name, takeRows(column, indices)])),
    info: new Map(),
  };
}

/** The system without the atoms `indices` (vacancies); otherwise as `selectAtoms`. */
export function removeAtoms(system: System, indices: readonly number[]): System {
  checkIndices(system, indices);
  const gone = new Set(indices);
  const rest = Array.from({ length: system.count }, (_, atom) => atom).filter((atom) => !gone.has(atom));
  return selectAtoms(system, rest);
}

/** The coordinates as a flat array, `count × dimension`, row-major; the system's own storage where it is that already. */
export function coordinates(system: System): Float64Array {
  return contiguous(system.positions);
}

function checkIndices(system: System, indices: readonly number[]): void {
  const seen = new Set<number>();
  for (const atom of indices) {
    if (!Number.isInteger(atom) || atom < 0 || atom >= system.count) {
      throw new InputError(`there is no atom ${atom}; the system has atoms 0 to ${system.count - 1}`);
    }
    if (seen.has(atom)) throw new InputError(`atom ${atom} is named twice; name each atom once`);
    seen.add(atom);
  }
}

function entries<T>(given: ReadonlyMap<string, T> | Readonly<Record<string, T>> | undefined): [string, T][] {
  return given instanceof Map ? [...given] : Object.entries(given ?? {});
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
    checkedDimension(dimension);
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
