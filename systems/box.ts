/**
 * The cell that the atoms live in: lattice vectors, and which of them repeat.
 *
 * A free system has no cell: its vectors are the unit vectors and nothing repeats. A slab or a wire may have none
 * in the directions that do not repeat; those vectors are then unit normals to the others. Distances between
 * periodic images are in `minimum-image.ts`; lists of neighbours in `neighbor-list.ts`.
 */
import { InputError } from '../src/message/index.js';

export interface Box {
  readonly dimension: 2 | 3;
  /** Lattice vectors as rows, `dimension × dimension`, row-major, in the unit of the positions. */
  readonly vectors: Float64Array;
  /** Rows are the reciprocal vectors without the 2π: fractional coordinate k is `inverse[k] · x`. */
  readonly inverse: Float64Array;
  /** Whether the system repeats along each lattice vector. */
  readonly periodic: readonly boolean[];
  /** Volume of the cell (area in two dimensions), or null where it has none: free systems, slabs without height. */
  readonly volume: number | null;
}

/** A system that nothing bounds. */
export function freeBox(dimension: 2 | 3): Box {
  const identity = new Float64Array(dimension * dimension);
  for (let k = 0; k < dimension; k++) identity[k * dimension + k] = 1;
  return {
    dimension,
    vectors: identity,
    inverse: identity,
    periodic: new Array<boolean>(dimension).fill(false),
    volume: null,
  };
}

/**
 * A cell from its lattice vectors (rows).
 *
 * @param vectors `dimension` rows of `dimension` numbers, or one edge length a side for a rectangular cell. A vector
 * that does not repeat may be zero: the cell then has no extent there and no volume
 * @param periodic which vectors repeat; all of them by default
 * @throws InputError when the vectors are not linearly independent or not finite
 */
export function createBox(
  vectors: readonly (readonly number[])[] | readonly number[],
  periodic: boolean | readonly boolean[] = true,
): Box {
  const dimension = vectors.length;
  if (dimension !== 2 && dimension !== 3) {
    throw new InputError(`a box has 2 or 3 lattice vectors, found ${dimension}`);
  }
  const rows = vectors.map((row, k) =>
    typeof row === 'number' ? Array.from({ length: dimension }, (_, m) => (m === k ? row : 0)) : row,
  );
  for (const [k, row] of rows.entries()) {
    if (row.length !== dimension || !row.every(Number.isFinite)) {
      throw new InputError(
        `lattice vector ${k + 1} must be ${dimension} finite numbers, found [${row.join(', ')}]`,
      );
    }
  }
  const repeats = typeof periodic === 'boolean' ? rows.map(() => periodic) : [...periodic];
  if (repeats.length !== dimension) {
    throw new InputError(`periodic needs ${dimension} values, one a lattice vector, found ${repeats.length}`);
  }
  const open = rows.map((row, k) => !repeats[k] && row.every((x) => x === 0));
  if (open.every(Boolean)) return freeBox(dimension);
  const complete = completed(rows, open);
  const flat = Float64Array.from(complete.flat());
  const determinant = dimension === 2 ? determinant2(flat) : determinant3(flat);
  const lengths = complete.map((row) => Math.hypot(...row));
  const scale = lengths.reduce((product, length) => product * length, 1);
  if (!(Math.abs(determinant) > 1e-12 * scale)) {
    throw new InputError(
      `the lattice vectors ${rows.map((row) => `[${row.join(', ')}]`).join(' ')} span no volume; ` +
        'give linearly independent vectors',
    );
  }
  return {
    dimension,
    vectors: flat,
    inverse: inverseTransposed(flat, dimension, determinant),
    periodic: repeats,
    volume: open.includes(true) ? null : Math.abs(determinant),
  };
}

/** Distance between the two faces that lattice vector k joins. */
export function faceDistance(box: Box, k: number): number {
  const d = box.dimension;
  return 1 / Math.hypot(...box.inverse.subarray(k * d, k * d + d));
}

/** The rows with unit normals to the others in the place of those that are `open`. */
function completed(rows: readonly (readonly number[])[], open: readonly boolean[]): (readonly number[])[] {
  const given = rows.filter((_, k) => !open[k]);
  // Where the given ones are dependent there is no normal: the determinant tells.
  const normals: number[][] = [];
  if (rows.length === 2) normals.push(unit([-given[0][1], given[0][0]]));
  else if (given.length === 2) normals.push(unit(cross(given[0], given[1])));
  else if (given.length === 1) {
    // The axis that the vector leans on least is well away from it.
    const leaning = given[0].map(Math.abs);
    const least = leaning.indexOf(Math.min(...leaning));
    const first = unit(
      cross(
        given[0],
        [0, 1, 2].map((k) => (k === least ? 1 : 0)),
      ),
    );
    normals.push(first, unit(cross(given[0], first)));
  }
  let next = 0;
  return rows.map((row, k) => (open[k] ? normals[next++] : row));
}

function cross(a: readonly number[], b: readonly number[]): number[] {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function unit(a: readonly number[]): number[] {
  const length = Math.hypot(...a);
  return length > 0 ? a.map((x) => x / length) : a.map(() => 0);
}

function determinant2(m: Float64Array): number {
  return m[0] * m[3] - m[1] * m[2];
}

function determinant3(m: Float64Array): number {
  return (
    m[0] * (m[4] * m[8] - m[5] * m[7]) -
    m[1] * (m[3] * m[8] - m[5] * m[6]) +
    m[2] * (m[3] * m[7] - m[4] * m[6])
  );
}

/** Rows b_k with b_k · a_m = δ_km, for the rows a_m of `m`. */
function inverseTransposed(m: Float64Array, dimension: number, determinant: number): Float64Array {
  if (dimension === 2) {
    // 0 − x, as −0 would come out of an axis-parallel cell.
    return Float64Array.of(m[3], 0 - m[2], 0 - m[1], m[0]).map((x) => x / determinant);
  }
  const out = new Float64Array(9);
  for (let k = 0; k < 3; k++) {
    const p = ((k + 1) % 3) * 3;
    const q = ((k + 2) % 3) * 3;
    for (let c = 0; c < 3; c++) {
      const e = (c + 1) % 3;
      const f = (c + 2) % 3;
      out[k * 3 + c] = (m[p + e] * m[q + f] - m[p + f] * m[q + e]) / determinant;
    }
  }
  return out;
}
