/**
 * A neighbour list that lies in a WebAssembly memory and is kept by functions there, on all threads that it is given.
 *
 * What is written depends on nothing but the coordinates: a list is the same to the last bit with any number of
 * threads. Arrays of the memory are void once it grows, so they are asked for anew, and addresses are what is kept.
 */
import { type Arena, arenaBytes, type Crew } from '../../src/wasm/index.js';
import type { Box } from '../box.js';
import { bookkeepingModule, plan, planLength, rowKind, searchRowBytes, shiftLength } from './code/index.js';
import { CrewFunctions } from './crew-functions.js';
import { cellCount, type Extent, type Grid, makeGrid, rowsByPlace, searchRows } from './grid.js';
import { type Images, imagesWithin } from './images.js';
import type { ListState, PlacedList } from './list-state.js';
import { lostAtom } from './lost-atom.js';

/** Place of the site that fills up rows: far beyond any range, the square of its distance still a number. */
const farAway = 1e150;

export interface MemoryListOptions {
  readonly box: Box;
  readonly count: number;
  readonly reach: number;
  /** Entries as byte offsets, rows of even length, as kernels in WebAssembly take them. */
  readonly packed: boolean;
  readonly arena: Arena;
  readonly crew: Crew | null;
}

export class MemoryList implements ListState {
  readonly packed: boolean;
  private readonly functions: CrewFunctions;
  private readonly at: Addresses;
  private readonly stride: 2 | 4;
  private ghosts = 0;
  private entries = 0;
  /** Room for a thread's entries, in entries an atom; grows where it has not sufficed. */
  private entriesAnAtom = 0;
  private marked = false;
  private arrays: Arrays | null = null;

  constructor(private readonly options: MemoryListOptions) {
    const { box, count, arena, crew, packed } = options;
    const { dimension, periodic } = box;
    this.packed = packed;
    this.stride = dimension === 2 ? 2 : 4;
    this.functions = new CrewFunctions(bookkeepingModule({ dimension, periodic }, arena.shared), arena, crew);
    arena.reset(0);
    arena.reserve(this.atomBytes(), `a neighbour list of ${count} atoms, before it holds a single pair,`);
    this.at = this.takeAtoms();
  }

  get order(): Int32Array {
    return this.views().order;
  }
  get owners(): Int32Array {
    return this.views().owners;
  }
  get first(): Int32Array {
    return this.views().first;
  }
  get list(): Int32Array | null {
    return this.views().list;
  }
  get positions(): Float64Array {
    return this.views().positions;
  }

  /** Where kernels find all of this. */
  get placed(): PlacedList | null {
    if (!this.packed) return null;
    const { arena, crew } = this.options;
    const { positions, first, list, end } = this.at;
    return { arena, crew, positions, first, list, entries: this.entries, end };
  }

  place(x: Float64Array): { sinceBuild: number; sinceMark: number } {
    const { functions, at, ghosts } = this;
    const { count } = this.options;
    const { exchange, moved } = this.views();
    exchange.set(x);
    const mark = this.marked ? at.mark : 0;
    const { exchange: from, order, wraps, built, positions } = at;
    // Small systems are placed in a microsecond, of which lists of operands would take half.
    if (functions.parties === 1) {
      functions.alone('place', 0, count, from, order, wraps, built, mark, positions, at.moved);
    } else {
      const common = [from, order, wraps, built, mark, positions];
      functions.each('place', functions.shares(count), (k) => [...common, at.moved + 16 * k]);
    }
    functions.share('placeGhosts', ghosts, at.positions, at.owners, at.shiftOf, at.shifts, this.ghostSites());
    let [sinceBuild, sinceMark] = [0, 0];
    for (let k = 0; k < functions.parties; k++) {
      sinceBuild = Math.max(sinceBuild, moved[2 * k]);
      sinceMark = Math.max(sinceMark, moved[2 * k + 1]);
    }
    return { sinceBuild: Math.sqrt(sinceBuild), sinceMark: Math.sqrt(sinceMark) };
  }

  mark(): void {
    const { positions, mark } = this.views();
    mark.set(positions.subarray(0, mark.length));
    this.marked = true;
  }

  spread(values: Float64Array, out: Float64Array): boolean {
    const { functions, at, ghosts } = this;
    if (!this.options.arena.holds(out)) return false;
    this.views().exchange.set(values);
    functions.share('spread', this.options.count, at.exchange, at.order, out.byteOffset);
    const ghostsAt = out.byteOffset + this.options.count * this.stride * 8;
    functions.share('spreadGhosts', ghosts, out.byteOffset, at.owners, ghostsAt);
    return true;
  }

  fold(sums: Float64Array, out: Float64Array): boolean {
    const { functions, at, ghosts } = this;
    const { count, arena } = this.options;
    if (!arena.holds(sums)) return false;
    const ghostsAt = sums.byteOffset + count * this.stride * 8;
    const ownersEnd = at.owners + 4 * ghosts;
    functions.share('fold', count, sums.byteOffset, at.order, at.owners, ownersEnd, ghostsAt, at.exchange);
    out.set(this.views().exchange);
    return true;
  }

  build(x: Float64Array): void {
    const { arena, reach } = this.options;
    const { at } = this;
    this.marked = false;
    this.ghosts = 0;
    this.entries = 0;
    arena.release(at.atomsEnd);
    this.arrays = null;
    this.views().exchange.set(x);
    this.writeBox();
    const extent = this.measure(x);
    if (reach === Infinity) this.arrangeAll();
    else this.listPairs(extent);
    this.arrays = null;
  }

  private listPairs(extent: Extent): void {
    const { functions, at } = this;
    const { count, reach, box } = this.options;
    const grid = makeGrid(extent, count, box.dimension, reach);
    const images = imagesWithin(box, count, extent, reach);
    this.takeGrid(grid, images);
    functions.share('atomCells', count, at.plan, at.exchange, at.rowPlaces, at.cell);
    functions.alone('sort', count, cellCount(grid), at.cell, at.atomStart, at.order);
    this.arrange();
    this.makeGhosts(grid);
    this.search(grid);
  }

  /** Numbers about the box, which functions read. */
  private writeBox(): void {
    const { vectors, inverse } = this.options.box;
    const numbers = this.doubles(this.at.plan, planLength);
    numbers.set(inverse, plan.inverse);
    numbers.set(vectors, plan.vectors);
    numbers[plan.reachSquared] = this.options.reach ** 2;
  }

  /** The region that the atoms fill, brought into the cell. */
  private measure(x: Float64Array): Extent {
    const { functions, at } = this;
    const { count, box } = this.options;
    const d = box.dimension;
    const extents = this.doubles(at.extents, functions.parties * 4 * d);
    const lost = functions.each('extent', functions.shares(count), (k) => [
      at.plan,
      at.exchange,
      at.extents + 32 * d * k,
    ]);
    const first = lost.find((atom) => atom >= 0);
    if (first !== undefined) throw lostAtom(x, d, first);
    const bound = (place: number, best: (...values: number[]) => number): number[] =>
      Array.from({ length: d }, (_, m) =>
        best(...Array.from({ length: functions.parties }, (_, k) => extents[4 * d * k + place * d + m])),
      );
    return {
      low: bound(0, Math.min),
      fractionalLow: bound(1, Math.min),
      high: bound(2, Math.max),
      fractionalHigh: bound(3, Math.max),
    };
  }

  private arrange(): void {
    const { plan: p, exchange, order, wraps, built, positions } = this.at;
    this.functions.share('arrange', this.options.count, p, exchange, order, wraps, built, positions);
  }

  /** Without an end to the reach: every pair, atoms in the caller's order, no list. */
  private arrangeAll(): void {
    const { at, stride } = this;
    const { arena, count } = this.options;
    arena.reserve(arenaBytes((count + 1) * stride * 8));
    at.positions = arena.take((count + 1) * stride * 8);
    at.end = arena.used;
    const order = this.ints(at.order, count);
    for (let i = 0; i < count; i++) order[i] = i;
    this.arrange();
    this.placePadding();
  }

  private makeGhosts(grid: Grid): void {
    const { functions, at, stride } = this;
    const { arena, count } = this.options;
    const common = [at.plan, at.positions, at.shifts, at.shiftsEnd];
    const shares = functions.shares(count);
    const counts = functions.each('ghosts', shares, () => [...common, 0, 0, 0]);
    const ghosts = counts.reduce((sum, n) => sum + n, 0);
    const siteBytes = (ghosts + 1) * stride * 8;
    const bytes = arenaBytes(siteBytes, ...new Array<number>(6).fill(ghosts * 4), (count + 1) * 4);
    arena.reserve(bytes, `a neighbour list of ${count} atoms with ${ghosts} periodic images near them`);
    // The places of the atoms were taken last: those of the ghosts follow them.
    arena.take(siteBytes);
    const [owners, shiftOf, cell, order] = Array.from({ length: 4 }, () => arena.take(ghosts * 4));
    at.owners = arena.take(ghosts * 4);
    at.shiftOf = arena.take(ghosts * 4);
    at.first = arena.take((count + 1) * 4);
    const firsts = counts.map((_, k) => counts.slice(0, k).reduce((sum, n) => sum + n, 0));
    functions.each('ghosts', shares, (k) => [...common, owners, shiftOf, firsts[k]]);
    functions.share(
      'ghostCells',
      ghosts,
      at.plan,
      at.positions,
      owners,
      shiftOf,
      at.shifts,
      at.rowPlaces,
      cell,
    );
    functions.alone('sort', ghosts, cellCount(grid), cell, at.ghostStart, order);
    functions.share('permute', ghosts, order, owners, shiftOf, at.owners, at.shiftOf);
    this.ghosts = ghosts;
    functions.share('placeGhosts', ghosts, at.positions, at.owners, at.shiftOf, at.shifts, this.ghostSites());
    this.placePadding();
  }

  /** Finds the pairs. Each thread lists those of a share of the cells in a room of its own; then the rooms are joined. */
  private search(grid: Grid): void {
    const { functions, at, packed, stride } = this;
    const { arena, count, reach } = this.options;
    const atomStart = this.ints(at.atomStart, cellCount(grid) + 1);
    const cells = functions.shares(count).map((atom) => firstAtLeast(atomStart, atom));
    const atoms = cells.map((cell) => atomStart[cell]);
    if (this.entriesAnAtom === 0) this.entriesAnAtom = guessEntries(atomStart, count, grid, reach);
    const padding = packed ? (count + this.ghosts) * stride * 8 : 0;
    for (;;) {
      const rooms = cells
        .slice(1)
        .map((_, k) => spare + Math.ceil(this.entriesAnAtom * (atoms[k + 1] - atoms[k])));
      const all = rooms.reduce((sum, room) => sum + room, 0);
      arena.reserve(
        all * 4 + 16,
        `a neighbour list of ${count} atoms with about ${all} pairs closer than ${reach}`,
      );
      at.list = arena.used;
      const starts = rooms.map(
        (_, k) => at.list + 4 * rooms.slice(0, k).reduce((sum, room) => sum + room, 0),
      );
      const { plan: p, positions, ghostStart, rowPlaces, rowAt, rows, rowsEnd, ranges, first } = at;
      const common = [p, positions, count, at.atomStart, ghostStart, rowPlaces, rowAt, rows, rowsEnd];
      const found = functions.each('scan', cells, (k) => {
        const room = [starts[k], starts[k] + 4 * rooms[k], packed ? 0 : 3, padding];
        return [...common, ranges + k * at.rangeBytes, first, ...room];
      });
      if (found.every((entries) => entries >= 0)) {
        this.join(found, starts, atoms);
        break;
      }
      this.entriesAnAtom *= 2;
    }
    arena.take(this.entries * 4);
    at.end = arena.used;
  }

  private join(found: readonly number[], starts: readonly number[], atoms: readonly number[]): void {
    const { functions, at } = this;
    const before = found.map((_, k) => found.slice(0, k).reduce((sum, n) => sum + n, 0));
    this.entries = found.reduce((sum, n) => sum + n, 0);
    const last = found.length - 1;
    const all = this.ints(at.list, (starts[last] - at.list) / 4 + found[last]);
    found.forEach((n, k) => {
      const from = (starts[k] - at.list) / 4;
      if (k > 0) all.copyWithin(before[k], from, from + n);
      const own = n / Math.max(1, atoms[k + 1] - atoms[k]);
      if (n > 0) this.entriesAnAtom = Math.max(this.entriesAnAtom, headroom * own);
    });
    functions.each('raise', atoms, (k) => [at.first + 4, before[k]]);
    this.ints(at.first, 1)[0] = 0;
  }

  private placePadding(): void {
    const { stride } = this;
    const sites = this.options.count + this.ghosts;
    this.doubles(this.at.positions + sites * stride * 8, stride).fill(farAway);
  }

  private ghostSites(): number {
    return this.at.positions + this.options.count * this.stride * 8;
  }

  private atomBytes(): number {
    const { count, box } = this.options;
    const d = box.dimension;
    const { parties } = this.functions;
    const perAtom = [8 * d, 4, 8 * d, 8 * d, 8 * this.stride, 4].map((bytes) => bytes * count);
    return arenaBytes(...perAtom, planLength * 8, 32 * d * parties, 16 * parties);
  }

  private takeAtoms(): Addresses {
    const { arena, count, box } = this.options;
    const d = box.dimension;
    const { parties } = this.functions;
    const at: Addresses = {
      ...noAddresses,
      exchange: arena.take(8 * d * count),
      order: arena.take(4 * count),
      wraps: arena.take(8 * d * count),
      built: arena.take(8 * d * count),
      mark: arena.take(8 * this.stride * count),
      cell: arena.take(4 * count),
      plan: arena.take(8 * planLength),
      extents: arena.take(32 * d * parties),
      moved: arena.take(16 * parties),
    };
    return { ...at, atomsEnd: arena.used };
  }

  /** Makes room for what depends on the grid and the images, and for the atoms' places; writes the tables. */
  private takeGrid(grid: Grid, { low, high, shifts }: Images): void {
    const { at, stride, functions } = this;
    const { arena, count, box, reach } = this.options;
    const d = box.dimension;
    const cells = cellCount(grid);
    const rows = searchRows(grid, reach);
    const lines = grid.rowPlaces.length;
    const shiftBytes = shifts.length * shiftLength(d) * 8;
    at.rangeBytes = arenaBytes(rows.length * 16);
    const sizes = [
      shiftBytes,
      lines * 4,
      lines * 4,
      (cells + 2) * 4,
      (cells + 2) * 4,
      rows.length * searchRowBytes,
      at.rangeBytes * functions.parties,
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
    this.ints(a, cells + 2).fill(0);
    this.ints(g, cells + 2).fill(0);
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

  private doubles(address: number, length: number): Float64Array {
    return new Float64Array(this.options.arena.memory.buffer, address, length);
  }

  private ints(address: number, length: number): Int32Array {
    return new Int32Array(this.options.arena.memory.buffer, address, length);
  }

  /** The arrays of now. */
  private views(): Arrays {
    const { at, stride, ghosts, entries } = this;
    const { arena, count, box, reach } = this.options;
    const { buffer } = arena.memory;
    if (this.arrays?.buffer === buffer) return this.arrays;
    const listed = reach < Infinity;
    this.arrays = {
      buffer,
      exchange: this.doubles(at.exchange, count * box.dimension),
      order: this.ints(at.order, count),
      owners: this.ints(at.owners, ghosts),
      first: listed ? this.ints(at.first, count + 1) : new Int32Array(1),
      list: listed ? this.ints(at.list, entries) : null,
      positions: this.doubles(at.positions, (count + ghosts) * stride),
      mark: this.doubles(at.mark, count * stride),
      moved: this.doubles(at.moved, 2 * this.functions.parties),
    };
    return this.arrays;
  }
}

/** Entries of room beyond the guess, and what part of more than was needed is kept for the next time. */
const spare = 1024;
const headroom = 1.2;

/** Where things lie in the memory. */
interface Addresses {
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

/** Views of the memory, good as long as it does not grow. */
interface Arrays {
  readonly buffer: ArrayBuffer;
  readonly exchange: Float64Array;
  readonly order: Int32Array;
  readonly owners: Int32Array;
  readonly first: Int32Array;
  readonly list: Int32Array | null;
  readonly positions: Float64Array;
  readonly mark: Float64Array;
  readonly moved: Float64Array;
}

/** The first place at which ascending numbers reach `value`. */
function firstAtLeast(ascending: Int32Array, value: number): number {
  let [low, high] = [0, ascending.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Pairs an atom if all have as many atoms around them as there are in an atom's own cell on the average. */
function guessEntries(atomStart: Int32Array, count: number, grid: Grid, reach: number): number {
  let squares = 0;
  for (let c = 0; c + 1 < atomStart.length; c++) squares += (atomStart[c + 1] - atomStart[c]) ** 2;
  const cellSize = grid.cellsPerLength
    .slice(0, grid.dimension)
    .reduce((volume, density) => volume / density, 1);
  const ball = grid.dimension === 3 ? (4 / 3) * Math.PI * reach ** 3 : Math.PI * reach ** 2;
  return 2 + (ball / cellSize) * (squares / Math.max(1, count)) * 0.5;
}
