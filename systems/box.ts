/**
 * The cell that the atoms live in: lattice vectors, and which of them repeat.
 *
 * A free system has no cell: its vectors are the unit vectors and nothing repeats. Distances between periodic
 * images are in `minimum-image.ts`; lists of neighbours in `neighbor-list.ts`.
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
  /** Volume of the cell (area in two dimensions), or null where no cell was given. */
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
 * @param vectors `dimension` rows of `dimension` numbers, or one edge length a side for a rectangular cell
 * @param periodic which vectors repeat; all of them by default
 * @throws InputError when the cell has no volume or holds a number that is not finite
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
  const flat = Float64Array.from(rows.flat());
  const determinant = dimension === 2 ? determinant2(flat) : determinant3(flat);
  const lengths = rows.map((row) => Math.hypot(...row));
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
    volume: Math.abs(determinant),
  };
}

/** Distance between the two faces that lattice vector k joins. */
export function faceDistance(box: Box, k: number): number {
  const d = box.dimension;
  return 1 / Math.hypot(...box.inverse.subarray(k * d, k * d + d));
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
    return Float64Array.of(m[3] / determinant, -m[2] / determinant, -m[1] / determinant, m[0] / determinant);
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
