/**
 * The grid of cells that a search goes by, and the rows of cells that it must visit.
 *
 * Cells are half as wide as the reach, which visits about half as many candidates as cells of full width. Along x
 * neighbouring cells are neighbours in memory, so that a search runs over rows and not over cells.
 */

export interface Grid {
  readonly dimension: 2 | 3;
  readonly origin: readonly number[];
  readonly cellsPerLength: readonly number[];
  /** Cells along each axis; 1 along z in two dimensions. */
  readonly shape: readonly [number, number, number];
  /**
   * Place of the row of cells (y, z) among the rows, at `[z · shape[1] + y]`. Rows come tile by tile, so that rows near
   * each other are near in memory too: in a large system a whole plane of rows would not stay in the cache.
   */
  readonly rowPlaces: Int32Array;
}

/** The least and the greatest of the atoms' coordinates, brought into the cell, and of their fractional coordinates. */
export interface Extent {
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly fractionalLow: readonly number[];
  readonly fractionalHigh: readonly number[];
}

/** A row of cells along x, relative to a cell: how far away it lies, and how far along x it must be searched. */
export interface SearchRow {
  readonly dy: number;
  readonly dz: number;
  readonly along: number;
}

/** Rows of cells along each side of a tile. */
const tileSide = 6;

export const cellCount = ({ shape }: Grid): number => shape[0] * shape[1] * shape[2];

/** A grid over `count` atoms and a margin of `reach` around them. */
export function makeGrid({ low, high }: Extent, count: number, dimension: 2 | 3, reach: number): Grid {
  const origin = [0, 0, 0];
  const lengths = [1, 1, 1];
  for (let k = 0; k < dimension && count > 0; k++) {
    origin[k] = low[k] - reach;
    lengths[k] = high[k] - low[k] + 2 * reach;
  }
  const width = cellWidth(lengths.slice(0, dimension), reach / 2, Math.max(64, 4 * count));
  const cells = lengths.map((length, k) => (k < dimension ? Math.max(1, Math.floor(length / width)) : 1));
  return {
    dimension,
    origin,
    cellsPerLength: cells.map((n, k) => n / lengths[k]),
    shape: [cells[0], cells[1], cells[2]],
    rowPlaces: tiledRows(cells[1], cells[2]),
  };
}

function tiledRows(ny: number, nz: number): Int32Array {
  const places = new Int32Array(ny * nz);
  let place = 0;
  for (let z0 = 0; z0 < nz; z0 += tileSide) {
    for (let y0 = 0; y0 < ny; y0 += tileSide) {
      for (let z = z0; z < Math.min(nz, z0 + tileSide); z++) {
        for (let y = y0; y < Math.min(ny, y0 + tileSide); y++) places[z * ny + y] = place++;
      }
    }
  }
  return places;
}

/** The row (y, z), as `z · shape[1] + y`, at each place among the rows. */
export function rowsByPlace({ rowPlaces }: Grid): Int32Array {
  const rows = new Int32Array(rowPlaces.length);
  for (let row = 0; row < rows.length; row++) rows[rowPlaces[row]] = row;
  return rows;
}

/** The width wanted, or a larger one where that would make more than `most` cells. */
function cellWidth(lengths: readonly number[], wanted: number, most: number): number {
  let width = wanted;
  while (lengths.reduce((product, length) => product * Math.max(1, length / width), 1) > most) width *= 1.25;
  return width;
}

/** Rows of cells that can hold a site within `reach` of a site of the cell in the middle, its own row first. */
export function searchRows(grid: Grid, reach: number): SearchRow[] {
  const [wx, wy, wz] = grid.cellsPerLength.map((density) => 1 / density);
  const far = (cells: number, width: number): number => Math.max(0, Math.abs(cells) - 1) * width;
  const most = (width: number): number => Math.floor(reach / width) + 1;
  const rows: SearchRow[] = [];
  const mostZ = grid.dimension === 3 ? most(wz) : 0;
  for (let dz = -mostZ; dz <= mostZ; dz++) {
    for (let dy = -most(wy); dy <= most(wy); dy++) {
      const rest = reach ** 2 - far(dy, wy) ** 2 - far(dz, wz) ** 2;
      if (rest < 0) continue;
      rows.push({ dy, dz, along: Math.floor(Math.sqrt(rest) / wx) + 1 });
    }
  }
  const own = rows.findIndex((row) => row.dy === 0 && row.dz === 0);
  return [rows[own], ...rows.slice(0, own), ...rows.slice(own + 1)];
}
