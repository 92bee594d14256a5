/**
 * Sites sorted into the cells of a regular grid, and the rows of cells that a search within a reach must visit.
 *
 * Cells are half as wide as the reach, which visits about half as many candidates as cells of full width. Along x
 * neighbouring cells are neighbours in memory, so that a search runs over rows and not over cells.
 */

export interface Grid {
  readonly dimension: 2 | 3;
  readonly origin: Float64Array;
  readonly cellsPerLength: Float64Array;
  /** Cells along each axis; 1 along z in two dimensions. */
  readonly shape: readonly [number, number, number];
  /**
   * Place of the row of cells (y, z) among the rows, at `[z · shape[1] + y]`. Rows come tile by tile, so that rows near
   * each other are near in memory too: in a large system a whole plane of rows would not stay in the cache.
   */
  readonly rowPlaces: Int32Array;
}

/** Rows of cells along each side of a tile. */
const tileSide = 6;

export interface Bins {
  /** Sites in the order of their cells. */
  readonly order: Int32Array;
  /** Sites of cell c are `order[start[c]] … order[start[c + 1] − 1]`. */
  readonly start: Int32Array;
}

/** A row of cells along x, relative to a cell: how far away it lies, and how far along x it must be searched. */
export interface SearchRow {
  readonly dy: number;
  readonly dz: number;
  readonly along: number;
}

/** A grid over all sites and a margin of `reach` around them. */
export function makeGrid(
  positions: Float64Array,
  count: number,
  stride: number,
  dimension: 2 | 3,
  reach: number,
): Grid {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < dimension; k++) {
      const x = positions[i * stride + k];
      if (x < low[k]) low[k] = x;
      if (x > high[k]) high[k] = x;
    }
  }
  const origin = new Float64Array(3);
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
    cellsPerLength: Float64Array.from(cells, (n, k) => n / lengths[k]),
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

/** The width wanted, or a larger one where that would make more than `most` cells. */
function cellWidth(lengths: readonly number[], wanted: number, most: number): number {
  let width = wanted;
  while (lengths.reduce((product, length) => product * Math.max(1, length / width), 1) > most) width *= 1.25;
  return width;
}

/** Cell of a point, clamped to the grid. */
export function cellOf(grid: Grid, x: number, y: number, z: number): number {
  const { origin, cellsPerLength, shape, rowPlaces } = grid;
  const cx = clamp(Math.floor((x - origin[0]) * cellsPerLength[0]), shape[0]);
  const cy = clamp(Math.floor((y - origin[1]) * cellsPerLength[1]), shape[1]);
  const cz = grid.dimension === 3 ? clamp(Math.floor((z - origin[2]) * cellsPerLength[2]), shape[2]) : 0;
  return rowPlaces[cz * shape[1] + cy] * shape[0] + cx;
}

/** Sorts sites by cell (counting sort; sites of one cell keep their order). */
export function binSites(
  grid: Grid,
  positions: Float64Array,
  from: number,
  to: number,
  stride: number,
): Bins {
  const cells = grid.shape[0] * grid.shape[1] * grid.shape[2];
  const start = new Int32Array(cells + 1);
  const cell = new Int32Array(to - from);
  for (let i = from; i < to; i++) {
    const at = i * stride;
    const c = cellOf(grid, positions[at], positions[at + 1], grid.dimension === 3 ? positions[at + 2] : 0);
    cell[i - from] = c;
    start[c + 1]++;
  }
  for (let c = 0; c < cells; c++) start[c + 1] += start[c];
  const next = start.slice(0, cells);
  const order = new Int32Array(to - from);
  for (let i = 0; i < cell.length; i++) order[next[cell[i]]++] = i;
  return { order, start };
}

/** Rows of cells that can hold a site within `reach` of a site of the cell in the middle, its own row first. */
export function searchRows(grid: Grid, reach: number): SearchRow[] {
  const [wx, wy, wz] = Array.from(grid.cellsPerLength, (density) => 1 / density);
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

function clamp(cell: number, cells: number): number {
  return cell < 0 ? 0 : cell < cells ? cell : cells - 1;
}
