/**
 * A frame as it is drawn: positions in single precision in three dimensions, the cell, and the columns that colours
 * and arrows come from. A frame is a value, and knows nothing of the screen.
 */
import {
  type Column,
  coordinates,
  type Info,
  minimumImage,
  type NumberColumn,
  type System,
} from '../../systems/index.js';

export interface Cell {
  /** Lattice vectors as rows, 3 × 3. */
  readonly vectors: Float64Array;
  /** Rows are the reciprocal vectors without the 2π. */
  readonly inverse: Float64Array;
  readonly periodic: readonly [boolean, boolean, boolean];
}

export interface Frame {
  /** Its place in the run. */
  readonly index: number;
  /** What it was made from, in double precision. */
  readonly system: System;
  readonly count: number;
  readonly dimension: 2 | 3;
  /** `count × 3`; z is 0 in two dimensions. */
  readonly positions: Float32Array;
  readonly species: readonly string[];
  /** Null where nothing bounds the system. */
  readonly cell: Cell | null;
  readonly columns: ReadonlyMap<string, Column>;
  readonly info: ReadonlyMap<string, Info>;
}

export function frameOfSystem(system: System, index = 0): Frame {
  const { count, dimension, species, columns, info } = system;
  const given = coordinates(system);
  const positions = new Float32Array(3 * count);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < dimension; k++) positions[3 * i + k] = given[i * dimension + k];
  }
  return { index, system, count, dimension, positions, species, cell: cellOf(system), columns, info };
}

function cellOf({ box, dimension }: System): Cell | null {
  if (box.volume === null) return null;
  const vectors = new Float64Array([1, 0, 0, 0, 1, 0, 0, 0, 1]);
  const inverse = vectors.slice();
  for (let k = 0; k < dimension; k++) {
    for (let m = 0; m < dimension; m++) {
      vectors[3 * k + m] = box.vectors[k * dimension + m];
      inverse[3 * k + m] = box.inverse[k * dimension + m];
    }
  }
  const [a = false, b = false, c = false] = box.periodic;
  return { vectors, inverse, periodic: [a, b, c] };
}

/** The column of numbers of that name and width, or null. */
export function numbers(frame: Frame, name: string, width: number): NumberColumn | null {
  const column = frame.columns.get(name);
  if (column === undefined || column.width !== width) return null;
  return column.kind === 'real' || column.kind === 'integer' ? column : null;
}

/** Columns that seldom change along a run; radii and species are drawn from them. */
const STEADY = ['radius', 'diameter', 'id'];

/** The frame with what is equal in the one before it being the same objects: less memory, and nothing to upload. */
export function sharing(frame: Frame, before: Frame | undefined): Frame {
  if (before === undefined || before.count !== frame.count) return frame;
  const species = frame.species.every((label, i) => label === before.species[i])
    ? before.species
    : frame.species;
  const columns = new Map(frame.columns);
  for (const name of STEADY) {
    const [now, then] = [numbers(frame, name, 1), numbers(before, name, 1)];
    if (now !== null && then !== null && now.values.every((value, i) => value === then.values[i]))
      columns.set(name, then);
  }
  return { ...frame, species, columns };
}

export interface Extent {
  readonly center: readonly [number, number, number];
  /** Lengths along x, y and z. */
  readonly size: readonly [number, number, number];
}

/** Copies of a cell along its vectors. */
export type Images = readonly [number, number, number];

/** The smallest upright cuboid around all copies of the cell, or around the atoms where there is no cell. */
export function extentOf(frame: Frame, copies: Images = [1, 1, 1]): Extent {
  // Without a cell all atoms are looked at, which is done once.
  const known = frame.cell === null ? extents.get(frame) : undefined;
  if (known !== undefined) return known;
  const extent = findExtent(frame, copies);
  if (frame.cell === null) extents.set(frame, extent);
  return extent;
}

const extents = new WeakMap<Frame, Extent>();

function findExtent(frame: Frame, copies: Images): Extent {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  const take = (x: ArrayLike<number>, at: number): void => {
    for (let m = 0; m < 3; m++) {
      low[m] = Math.min(low[m], x[at + m]);
      high[m] = Math.max(high[m], x[at + m]);
    }
  };
  if (frame.cell === null) for (let i = 0; i < frame.count; i++) take(frame.positions, 3 * i);
  else for (const corner of cellCorners(frame.cell, frame.dimension, copies)) take(corner, 0);
  if (low[0] === Infinity) return { center: [0, 0, 0], size: [0, 0, 0] };
  const [x, y, z] = low.map((value, m) => (value + high[m]) / 2);
  return { center: [x, y, z], size: [high[0] - low[0], high[1] - low[1], high[2] - low[2]] };
}

/** The corners of a block of cells; corner k has lattice vector m added, times its copies, where bit m of k is set. */
export function cellCorners({ vectors }: Cell, dimension: 2 | 3, copies: Images = [1, 1, 1]): number[][] {
  return Array.from({ length: 2 ** dimension }, (_, k) =>
    [0, 1, 2].map((m) =>
      [0, 1, 2].reduce((sum, v) => sum + ((k >> v) & 1) * copies[v] * vectors[3 * v + m], 0),
    ),
  );
}

/** The shortest vector from atom i to an image of atom j; three numbers. */
export function between({ system }: Frame, i: number, j: number): [number, number, number] {
  const x = coordinates(system);
  const d = system.dimension;
  const way = new Float64Array(d);
  for (let m = 0; m < d; m++) way[m] = x[j * d + m] - x[i * d + m];
  minimumImage(system.box, way, way);
  return [way[0], way[1], d === 3 ? way[2] : 0];
}
