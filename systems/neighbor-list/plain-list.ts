/** A neighbour list kept in JavaScript, for machines whose WebAssembly has no vectors. Its arrays are those that `MemoryList` makes. */
import type { Box } from '../box.js';
import { cellCount, type Extent, type Grid, makeGrid, searchRows } from './grid.js';
import { type Images, imagesWithin } from './images.js';
import type { ListState, Moved } from './list-state.js';
import { lostAtom } from './lost-atom.js';

interface Bins {
  /** Sites in the order of their cells; those of one cell keep their order. */
  readonly order: Int32Array;
  /** Sites of cell c are `order[start[c]] … order[start[c + 1] − 1]`. */
  readonly start: Int32Array;
}

export class PlainList implements ListState {
  order: Int32Array = new Int32Array(0);
  owners: Int32Array = new Int32Array(0);
  positions: Float64Array = new Float64Array(0);
  first: Int32Array = new Int32Array(1);
  list: Int32Array | null = null;
  readonly placed = null;
  private readonly stride: 2 | 4;
  private readonly d: 2 | 3;
  private wraps = new Float64Array(0);
  /** Added to each ghost's owner. */
  private shifts: (readonly number[])[] = [];
  private built = new Float64Array(0);
  private marked: Float64Array | null = null;

  constructor(
    private readonly box: Box,
    private readonly count: number,
    private readonly reach: number,
  ) {
    this.d = box.dimension;
    this.stride = box.dimension === 2 ? 2 : 4;
  }

  place(x: Float64Array): Moved {
    const { order, wraps, positions, built, marked, count, d, stride } = this;
    let [sinceBuild, sinceMark] = [0, 0];
    for (let i = 0; i < count; i++) {
      let [moved, away] = [0, 0];
      for (let k = 0; k < d; k++) {
        const own = x[order[i] * d + k];
        const place = own + wraps[i * d + k];
        positions[i * stride + k] = place;
        moved += (own - built[i * d + k]) ** 2;
        if (marked) away += (place - marked[i * stride + k]) ** 2;
      }
      sinceBuild = Math.max(sinceBuild, moved);
      sinceMark = Math.max(sinceMark, away);
    }
    this.placeGhosts();
    return { sinceBuild: Math.sqrt(sinceBuild), sinceMark: Math.sqrt(sinceMark) };
  }

  mark(): void {
    this.marked = this.positions.slice(0, this.count * this.stride);
  }

  spread(): boolean {
    return false;
  }

  fold(): boolean {
    return false;
  }

  build(x: Float64Array): void {
    const { box, count, reach, d } = this;
    const lost = x.findIndex((value) => !Number.isFinite(value));
    if (lost >= 0) throw lostAtom(x, d, Math.floor(lost / d));
    this.marked = null;
    const offsets = this.offsets(x);
    const wrapped = x.map((value, k) => value + offsets[k]);
    const all = Int32Array.from({ length: count }, (_, i) => i);
    if (reach === Infinity) {
      this.arrange(x, offsets, all);
      return;
    }
    const extent = this.measure(wrapped);
    const grid = makeGrid(extent, count, d, reach);
    const atoms = this.bin(grid, wrapped, d, 0, count);
    this.arrange(x, offsets, atoms.order);
    const found = this.ghosts(grid, imagesWithin(box, count, extent, reach));
    this.takeGhosts(found.owners, found.shifts);
    const ghosts = this.bin(grid, this.positions, this.stride, count, found.owners.length);
    this.takeGhosts(
      Array.from(ghosts.order, (g) => found.owners[g]),
      Array.from(ghosts.order, (g) => found.shifts[g]),
    );
    this.search(grid, atoms.start, ghosts.start);
  }

  /** What brings atoms into the cell along its periodic vectors. */
  private offsets(x: Float64Array): Float64Array {
    const { vectors, periodic } = this.box;
    const { d } = this;
    const offsets = new Float64Array(x.length);
    for (let i = 0; i < x.length; i += d) {
      for (let k = 0; k < d; k++) {
        if (!periodic[k]) continue;
        const cells = Math.floor(this.fraction(x, i, k));
        for (let m = 0; m < d; m++) offsets[i + m] -= cells * vectors[k * d + m];
      }
    }
    return offsets;
  }

  /** Fractional coordinate k of the point at `at`. */
  private fraction(points: Float64Array, at: number, k: number): number {
    const { inverse } = this.box;
    let fraction = inverse[k * this.d] * points[at];
    for (let m = 1; m < this.d; m++) fraction += inverse[k * this.d + m] * points[at + m];
    return fraction;
  }

  private measure(wrapped: Float64Array): Extent {
    const { d, count } = this;
    const bound = (
      start: number,
      best: (a: number, b: number) => number,
      value: (i: number, k: number) => number,
    ) =>
      Array.from({ length: d }, (_, k) => {
        let found = start;
        for (let i = 0; i < count; i++) found = best(found, value(i, k));
        return found;
      });
    const coordinate = (i: number, k: number): number => wrapped[i * d + k];
    const fraction = (i: number, k: number): number => this.fraction(wrapped, i * d, k);
    return {
      low: bound(Infinity, Math.min, coordinate),
      high: bound(-Infinity, Math.max, coordinate),
      fractionalLow: bound(Infinity, Math.min, fraction),
      fractionalHigh: bound(-Infinity, Math.max, fraction),
    };
  }

  private arrange(x: Float64Array, offsets: Float64Array, order: Int32Array): void {
    const { d, stride, count } = this;
    this.order = order;
    this.owners = new Int32Array(0);
    this.shifts = [];
    this.wraps = new Float64Array(count * d);
    this.built = new Float64Array(count * d);
    this.positions = new Float64Array(count * stride);
    for (let i = 0; i < count; i++) {
      for (let k = 0; k < d; k++) {
        this.wraps[i * d + k] = offsets[order[i] * d + k];
        this.built[i * d + k] = x[order[i] * d + k];
        this.positions[i * stride + k] = x[order[i] * d + k] + offsets[order[i] * d + k];
      }
    }
  }

  /** The images that are wanted and lie in the grid, which leaves a margin of the reach around the atoms. */
  private ghosts(
    grid: Grid,
    { low, high, shifts }: Images,
  ): { owners: number[]; shifts: (readonly number[])[] } {
    const { d, stride, count, positions } = this;
    const found: { owners: number[]; shifts: (readonly number[])[] } = { owners: [], shifts: [] };
    const within = (i: number, shift: readonly number[], k: number): boolean => {
      const place = this.fraction(positions, i * stride, k) + shift[k];
      const cell = (positions[i * stride + k] + shift[d + k] - grid.origin[k]) * grid.cellsPerLength[k];
      return place >= low[k] && place <= high[k] && cell >= 0 && cell <= grid.shape[k];
    };
    for (let i = 0; i < count; i++) {
      for (const shift of shifts) {
        if (!within(i, shift, 0) || !within(i, shift, 1) || (d === 3 && !within(i, shift, 2))) continue;
        found.owners.push(i);
        found.shifts.push(shift);
      }
    }
    return found;
  }

  private takeGhosts(owners: readonly number[], shifts: (readonly number[])[]): void {
    const atoms = this.positions.subarray(0, this.count * this.stride);
    this.owners = Int32Array.from(owners);
    this.shifts = shifts;
    this.positions = new Float64Array((this.count + owners.length) * this.stride);
    this.positions.set(atoms);
    this.placeGhosts();
  }

  private placeGhosts(): void {
    const { d, stride, count, owners, shifts, positions } = this;
    for (let g = 0; g < owners.length; g++) {
      for (let k = 0; k < d; k++) {
        positions[(count + g) * stride + k] = positions[owners[g] * stride + k] + shifts[g][d + k];
      }
    }
  }

  private bin(grid: Grid, points: Float64Array, stride: number, first: number, count: number): Bins {
    const start = new Int32Array(cellCount(grid) + 1);
    const cells = Int32Array.from({ length: count }, (_, i) => cellOf(grid, points, (first + i) * stride));
    for (const c of cells) start[c + 1]++;
    for (let c = 0; c + 1 < start.length; c++) start[c + 1] += start[c];
    const next = start.slice();
    const order = new Int32Array(count);
    cells.forEach((c, i) => {
      order[next[c]++] = i;
    });
    return { order, start };
  }

  /** Pairs (atom, later atom) and (atom, ghost) within reach; of two rows of cells one looks for atoms in the other. */
  private search(grid: Grid, atomStart: Int32Array, ghostStart: Int32Array): void {
    const { count, positions, stride, d, reach } = this;
    const [nx, ny, nz] = grid.shape;
    const rows = searchRows(grid, reach);
    const entries: number[] = [];
    this.first = new Int32Array(count + 1);
    for (let i = 0; i < count; i++) {
      const cx = clampedCell(grid, positions[i * stride], 0);
      const cy = clampedCell(grid, positions[i * stride + 1], 1);
      const cz = d === 3 ? clampedCell(grid, positions[i * stride + 2], 2) : 0;
      const look = (from: number, to: number): void => {
        for (let j = from; j < to; j++) {
          let square = 0;
          for (let k = 0; k < d; k++) square += (positions[j * stride + k] - positions[i * stride + k]) ** 2;
          if (square < reach * reach) entries.push(j * stride);
        }
      };
      for (const { dy, dz, along } of rows) {
        const [ry, rz] = [cy + dy, cz + dz];
        if (ry < 0 || ry >= ny || rz < 0 || rz >= nz) continue;
        const row = grid.rowPlaces[rz * ny + ry] * nx;
        const left = row + Math.max(0, cx - along);
        const right = row + Math.min(nx, cx + along + 1);
        const own = dy === 0 && dz === 0;
        if (own) look(i + 1, atomStart[right]);
        else if (dz > 0 || (dz === 0 && dy > 0)) look(atomStart[left], atomStart[right]);
        look(count + ghostStart[left], count + ghostStart[right]);
      }
      this.first[i + 1] = entries.length;
    }
    this.list = Int32Array.from(entries);
  }
}

function clampedCell({ origin, cellsPerLength, shape }: Grid, x: number, k: number): number {
  return Math.floor(Math.max(0, Math.min((x - origin[k]) * cellsPerLength[k], shape[k] - 1)));
}

/** The cell of the point at `at`, clamped to the grid. */
function cellOf(grid: Grid, points: Float64Array, at: number): number {
  const { shape, rowPlaces, dimension } = grid;
  const z = dimension === 3 ? clampedCell(grid, points[at + 2], 2) : 0;
  return (
    rowPlaces[z * shape[1] + clampedCell(grid, points[at + 1], 1)] * shape[0] +
    clampedCell(grid, points[at], 0)
  );
}
