/** Where the arrays of a neighbour list lie in its memory. What does not change with a build comes first. */
import { type Arena, arenaBytes } from '../../src/wasm/index.js';
import { plan, planLength, rowKind, searchRowBytes, shiftLength } from './code/index.js';
import { cellCount, type Grid, rowsByPlace, searchRows } from './grid.js';
import type { Images } from './images.js';

/** Where things lie in the memory. */
export interface Addresses {
  /** The caller's coordinates and vectors on their way in and out. */
  exchange: number;
  order: number;
  /** Added to atoms' own coordinates to bring them into the cell. */
  wraps: number;
  /** The caller's coordinates at the last build, in the list's order. */
  built: number;
  mark: number;
  cell: number;
  plan: number;
  extents: number;
  moved: number;
  atomsEnd: number;
  shifts: number;
  shiftsEnd: number;
  rowPlaces: number;
  rowAt: number;
  atomStart: number;
  ghostStart: number;
  rows: number;
  rowsEnd: number;
  ranges: number;
  rangeBytes: number;
  positions: number;
  owners: number;
  shiftOf: number;
  first: number;
  list: number;
  end: number;
}

const noAddresses: Addresses = {
  exchange: 0,
  order: 0,
  wraps: 0,
  built: 0,
  mark: 0,
  cell: 0,
  plan: 0,
  extents: 0,
  moved: 0,
  atomsEnd: 0,
  shifts: 0,
  shiftsEnd: 0,
  rowPlaces: 0,
  rowAt: 0,
  atomStart: 0,
  ghostStart: 0,
  rows: 0,
  rowsEnd: 0,
  ranges: 0,
  rangeBytes: 0,
  positions: 0,
  owners: 0,
  shiftOf: 0,
  first: 0,
  list: 0,
  end: 0,
};

/** Places of ghosts before they are sorted, and what sorts them. */
export interface UnsortedGhosts {
  readonly owners: number;
  readonly shiftOf: number;
  readonly cell: number;
  readonly order: number;
}

export class MemoryLayout {
  readonly at: Addresses = { ...noAddresses };
  readonly stride: 2 | 4;

  constructor(
    readonly arena: Arena,
    readonly dimension: 2 | 3,
    readonly count: number,
    readonly parties: number,
  ) {
    this.stride = dimension === 2 ? 2 : 4;
    const d = dimension;
    const sizes = [
      8 * d * count,
      4 * count,
      8 * d * count,
      8 * d * count,
      8 * this.stride * count,
      4 * count,
      8 * planLength,
      32 * d * parties,
      16 * parties,
    ];
    arena.reset(0);
    arena.reserve(arenaBytes(...sizes), `a neighbour list of ${count} atoms, before it holds a single pair,`);
    const [exchange, order, wraps, built, mark, cell, numbers, extents, moved] = sizes.map((bytes) =>
      arena.take(bytes),
    );
    Object.assign(this.at, { exchange, order, wraps, built, mark, cell, plan: numbers, extents, moved });
    this.at.atomsEnd = arena.used;
  }

  doubles(address: number, length: number): Float64Array {
    return new Float64Array(this.arena.memory.buffer, address, length);
  }

  ints(address: number, length: number): Int32Array {
    return new Int32Array(this.arena.memory.buffer, address, length);
  }

  /** Takes back all that the last build took. */
  clear(): void {
    this.arena.release(this.at.atomsEnd);
  }

  /** Room for the atoms' places, and for the site that fills up rows. */
  takeSites(): void {
    const bytes = (this.count + 1) * this.stride * 8;
    this.arena.reserve(bytes, `the places of ${this.count} atoms`);
    this.at.positions = this.arena.take(bytes);
    this.at.end = this.arena.used;
  }

  /** Makes room for what depends on the grid and the images, and for the atoms' places; writes the tables. */
  takeGrid(grid: Grid, { low, high, shifts }: Images, reach: number): void {
    const { arena, at, count, dimension: d, parties, stride } = this;
    const cells = cellCount(grid);
    const rows = searchRows(grid, reach);
    const lines = grid.rowPlaces.length;
    const shiftBytes = shifts.length * shiftLength(d) * 8;
    at.rangeBytes = arenaBytes(rows.length * 16);
    const sizes = [
      shiftBytes,
      lines * 4,
      lines * 4,
      (cells + 1) * 4,
      (cells + 1) * 4,
      rows.length * searchRowBytes,
      at.rangeBytes * parties,
      count * stride * 8,
    ];
    arena.reserve(arenaBytes(...sizes), `the places of ${count} atoms`);
    const [s, p, r, a, g, w, n, x] = sizes.map((bytes) => arena.take(bytes));
    Object.assign(at, { shifts: s, shiftsEnd: s + shiftBytes, rowPlaces: p, rowAt: r, atomStart: a });
    Object.assign(at, {
      ghostStart: g,
      rows: w,
      rowsEnd: w + rows.length * searchRowBytes,
      ranges: n,
      positions: x,
    });
    this.doubles(s, shiftBytes / 8).set(shifts.flat());
    this.ints(p, lines).set(grid.rowPlaces);
    this.ints(r, lines).set(rowsByPlace(grid));
    this.ints(a, cells + 1).fill(0);
    this.ints(g, cells + 1).fill(0);
    this.ints(w, rows.length * 4).set(
      rows.flatMap(({ dy, dz, along }) => {
        const own = dy === 0 && dz === 0;
        const later = dz > 0 || (dz === 0 && dy > 0);
        return [dy, dz, along, own ? rowKind.own : later ? rowKind.atomsAndGhosts : rowKind.ghostsAlone];
      }),
    );
    const numbers = this.doubles(at.plan, planLength);
    numbers.set(grid.origin, plan.origin);
    numbers.set(grid.cellsPerLength, plan.cellsPerLength);
    numbers.set(grid.shape, plan.shape);
    numbers.set(low, plan.low);
    numbers.set(high, plan.high);
  }

  /** Room for ghosts behind the atoms' places, which were taken last, and for what they are sorted by. */
  takeGhosts(ghosts: number): UnsortedGhosts {
    const { arena, at, count, stride } = this;
    const siteBytes = (ghosts + 1) * stride * 8;
    const bytes = arenaBytes(siteBytes, ...new Array<number>(6).fill(ghosts * 4), (count + 1) * 4);
    arena.reserve(bytes, `a neighbour list of ${count} atoms with ${ghosts} periodic images near them`);
    arena.take(siteBytes);
    const [owners, shiftOf, cell, order] = Array.from({ length: 4 }, () => arena.take(ghosts * 4));
    at.owners = arena.take(ghosts * 4);
    at.shiftOf = arena.take(ghosts * 4);
    at.first = arena.take((count + 1) * 4);
    return { owners, shiftOf, cell, order };
  }
}
