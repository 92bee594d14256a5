/** The half list of pairs within a reach, over atoms and ghosts that are sorted by the cells of one grid. */
import { type Bins, cellOf, type Grid, searchRows } from './site-bins.js';

export interface PairList {
  readonly first: Int32Array;
  /** Partners as `stride × index`. */
  readonly list: Int32Array;
}

/**
 * Pairs (atom, later atom) and (atom, ghost) closer than `reach`.
 *
 * @param positions `stride × (count + ghosts)`: atoms in the order of `atoms`, then ghosts in that of `ghosts`
 */
export function listPairs(
  grid: Grid,
  positions: Float64Array,
  stride: number,
  atoms: Bins,
  ghosts: Bins,
  reach: number,
): PairList {
  const count = atoms.order.length;
  const [nx, ny, nz] = grid.shape;
  const rows = searchRows(grid, reach);
  const limit = reach * reach;
  const flat = grid.dimension === 2;
  const first = new Int32Array(count + 1);
  let list = new Int32Array(Math.max(1024, count * 16));
  let size = 0;
  /** Tests sites `from … to − 1` as partners of the site at (x, y, z). */
  const search = (from: number, to: number, x: number, y: number, z: number): void => {
    if (size + to - from > list.length) {
      const larger = new Int32Array(2 * (size + to - from));
      larger.set(list.subarray(0, size));
      list = larger;
    }
    const out = list;
    let n = size;
    if (flat) {
      for (let j = from * stride, end = to * stride; j < end; j += stride) {
        const dx = positions[j] - x;
        const dy = positions[j + 1] - y;
        out[n] = j;
        n += dx * dx + dy * dy < limit ? 1 : 0;
      }
    } else {
      for (let j = from * stride, end = to * stride; j < end; j += stride) {
        const dx = positions[j] - x;
        const dy = positions[j + 1] - y;
        const dz = positions[j + 2] - z;
        out[n] = j;
        n += dx * dx + dy * dy + dz * dz < limit ? 1 : 0;
      }
    }
    size = n;
  };
  for (let i = 0; i < count; i++) {
    const at = i * stride;
    const x = positions[at];
    const y = positions[at + 1];
    const z = flat ? 0 : positions[at + 2];
    const cell = cellOf(grid, x, y, z);
    const cx = cell % nx;
    const cy = Math.floor(cell / nx) % ny;
    const cz = Math.floor(cell / (nx * ny));
    for (const { dy, dz, along } of rows) {
      const ry = cy + dy;
      const rz = cz + dz;
      if (ry < 0 || ry >= ny || rz < 0 || rz >= nz) continue;
      const row = (rz * ny + ry) * nx;
      const left = row + Math.max(0, cx - along);
      const right = row + Math.min(nx - 1, cx + along) + 1;
      if (dz > 0 || (dz === 0 && dy > 0)) search(atoms.start[left], atoms.start[right], x, y, z);
      else if (dz === 0 && dy === 0) search(i + 1, atoms.start[right], x, y, z);
      const ghostsFrom = ghosts.start[left];
      const ghostsTo = ghosts.start[right];
      if (ghostsTo > ghostsFrom) search(count + ghostsFrom, count + ghostsTo, x, y, z);
    }
    first[i + 1] = size;
  }
  return { first, list: list.slice(0, size) };
}
