/** The half list of pairs within a reach, over atoms and ghosts that are sorted by the cells of one grid. */
import { createScan, mostRanges } from './pair-scan.js';
import { type Bins, type Grid, searchRows } from './site-bins.js';

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
  atoms: Bins,
  ghosts: Bins,
  reach: number,
): PairList {
  const count = atoms.order.length;
  const [nx, ny, nz] = grid.shape;
  const rows = searchRows(grid, reach);
  if (4 * rows.length > mostRanges)
    throw new Error('a search needs more rows of cells than there is room for');
  const scan = createScan({
    dimension: grid.dimension,
    positions,
    count,
    reach,
    entries: Math.max(1024, count * 24),
  });
  let size = 0;
  const { rowPlaces } = grid;
  const rowAt = new Int32Array(ny * nz);
  for (let r = 0; r < rowAt.length; r++) rowAt[rowPlaces[r]] = r;
  for (let cell = 0; cell < nx * ny * nz; cell++) {
    const from = atoms.start[cell];
    const to = atoms.start[cell + 1];
    if (from === to) continue;
    const cx = cell % nx;
    const ownRow = rowAt[Math.floor(cell / nx)];
    const cy = ownRow % ny;
    const cz = Math.floor(ownRow / ny);
    let n = 0;
    let candidates = 0;
    const add = (start: number, end: number): void => {
      if (end <= start && n > 0) return;
      scan.ranges[n++] = start;
      scan.ranges[n++] = end;
      candidates += end - start;
    };
    for (const { dy, dz, along } of rows) {
      const ry = cy + dy;
      const rz = cz + dz;
      if (ry < 0 || ry >= ny || rz < 0 || rz >= nz) continue;
      const row = rowPlaces[rz * ny + ry] * nx;
      const left = row + Math.max(0, cx - along);
      const right = row + Math.min(nx - 1, cx + along) + 1;
      // The own row comes first. In it an atom looks for later atoms only, and of two other rows one looks in the other.
      const own = dz === 0 && dy === 0;
      if (own || dz > 0 || (dz === 0 && dy > 0)) add(atoms.start[own ? cell : left], atoms.start[right]);
      add(count + ghosts.start[left], count + ghosts.start[right]);
    }
    scan.reserve(size + candidates * (to - from));
    size = scan.scan(from, to, n / 2, size);
  }
  return { first: scan.first.slice(), list: scan.list(size) };
}
