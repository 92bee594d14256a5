/**
 * A neighbour list that lies in a WebAssembly memory and is kept by functions there, on all threads that it is given.
 *
 * What is written depends on nothing but the coordinates: a list is the same to the last bit with any number of
 * threads. Arrays of the memory are void once it grows, so they are asked for anew, and addresses are what is kept.
 */
import type { Arena, Crew } from '../../src/wasm/index.js';
import type { Box } from '../box.js';
import { bookkeepingModule, plan, planLength } from './code/index.js';
import { CrewFunctions } from './crew-functions.js';
import { cellCount, type Extent, type Grid, makeGrid } from './grid.js';
import { imagesWithin } from './images.js';
import type { ListState, Moved, PlacedList } from './list-state.js';
import { lostAtom } from './lost-atom.js';
import { type Addresses, MemoryLayout } from './memory-layout.js';
import { PairSearch } from './pair-search.js';

/** Place of the site that fills up rows where the reach has no end: the square of its distance is still a number. */
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
  private readonly functions: CrewFunctions;
  private readonly layout: MemoryLayout;
  private readonly search: PairSearch;
  private readonly at: Addresses;
  private readonly stride: 2 | 4;
  private ghosts = 0;
  private entries = 0;
  private marked = false;
  private arrays: Arrays | null = null;

  constructor(private readonly options: MemoryListOptions) {
    const { box, count, reach, arena, crew, packed } = options;
    const { dimension, periodic } = box;
    this.functions = new CrewFunctions(bookkeepingModule({ dimension, periodic }, arena.shared), arena, crew);
    this.layout = new MemoryLayout(arena, dimension, count, this.functions.parties);
    this.search = new PairSearch(this.functions, this.layout, reach, packed);
    this.at = this.layout.at;
    this.stride = this.layout.stride;
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
    const { arena, crew, packed } = this.options;
    if (!packed) return null;
    const { positions, first, list, end } = this.at;
    return { arena, crew, positions, first, list, entries: this.entries, end };
  }

  place(x: Float64Array): Moved {
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
    const { functions, at, stride } = this;
    // Sites are shared, each a number of bytes, so that shares begin where vectors do.
    const bytes = 8 * stride;
    const shares = functions.shares(this.options.count).map((site) => site * bytes);
    functions.each('move', shares, () => [at.positions, at.mark]);
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
    this.marked = false;
    this.ghosts = 0;
    this.entries = 0;
    this.layout.clear();
    this.arrays = null;
    this.views().exchange.set(x);
    this.writeBox();
    const extent = this.measure(x);
    if (this.options.reach === Infinity) this.arrangeAll();
    else this.listPairs(extent);
    this.arrays = null;
  }

  private listPairs(extent: Extent): void {
    const { functions, at } = this;
    const { count, reach, box } = this.options;
    const grid = makeGrid(extent, count, box.dimension, reach);
    this.layout.takeGrid(grid, imagesWithin(box, count, extent, reach), reach);
    functions.share('atomCells', count, at.plan, at.exchange, at.rowPlaces, at.cell);
    functions.share('sort', cellCount(grid), count, at.cell, at.atomStart, at.order);
    this.arrange();
    this.makeGhosts(grid);
    this.placePadding(beyond(extent, reach));
    this.entries = this.search.run(grid, this.ghosts);
  }

  /** Numbers about the box, which functions read. */
  private writeBox(): void {
    const { vectors, inverse } = this.options.box;
    const numbers = this.layout.doubles(this.at.plan, planLength);
    numbers.set(inverse, plan.inverse);
    numbers.set(vectors, plan.vectors);
    numbers[plan.reachSquared] = this.options.reach ** 2;
  }

  /** The region that the atoms fill, brought into the cell. */
  private measure(x: Float64Array): Extent {
    const { functions, at } = this;
    const { count, box } = this.options;
    const d = box.dimension;
    const extents = this.layout.doubles(at.extents, functions.parties * 4 * d);
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
    const { at, layout } = this;
    const { count } = this.options;
    layout.takeSites();
    const order = this.layout.ints(at.order, count);
    for (let i = 0; i < count; i++) order[i] = i;
    this.arrange();
    this.placePadding(farAway);
  }

  private makeGhosts(grid: Grid): void {
    const { functions, at } = this;
    const { count } = this.options;
    const common = [at.plan, at.positions, at.shifts, at.shiftsEnd];
    const shares = functions.shares(count);
    const counts = functions.each('ghosts', shares, () => [...common, 0, 0, 0]);
    const ghosts = counts.reduce((sum, n) => sum + n, 0);
    const { owners, shiftOf, cell, order } = this.layout.takeGhosts(ghosts);
    const firsts = counts.map((_, k) => counts.slice(0, k).reduce((sum, n) => sum + n, 0));
    functions.each('ghosts', shares, (k) => [...common, owners, shiftOf, firsts[k]]);
    const images = [at.plan, at.positions, owners, shiftOf, at.shifts];
    functions.share('ghostCells', ghosts, ...images, at.rowPlaces, cell);
    functions.share('sort', cellCount(grid), ghosts, cell, at.ghostStart, order);
    functions.share('permute', ghosts, order, owners, shiftOf, at.owners, at.shiftOf);
    this.ghosts = ghosts;
    functions.share('placeGhosts', ghosts, at.positions, at.owners, at.shiftOf, at.shifts, this.ghostSites());
  }

  private placePadding(coordinate: number): void {
    const { stride } = this;
    const sites = this.options.count + this.ghosts;
    this.layout.doubles(this.at.positions + sites * stride * 8, stride).fill(coordinate);
  }

  private ghostSites(): number {
    return this.at.positions + this.options.count * this.stride * 8;
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
      exchange: this.layout.doubles(at.exchange, count * box.dimension),
      order: this.layout.ints(at.order, count),
      owners: this.layout.ints(at.owners, ghosts),
      first: listed ? this.layout.ints(at.first, count + 1) : new Int32Array(1),
      list: listed ? this.layout.ints(at.list, entries) : null,
      positions: this.layout.doubles(at.positions, (count + ghosts) * stride),
      mark: this.layout.doubles(at.mark, count * stride),
      moved: this.layout.doubles(at.moved, 2 * this.functions.parties),
    };
    return this.arrays;
  }
}

/**
 * A coordinate out of every site's reach until the next build, and no farther than that: kernels also compute what
 * they then leave out for the site that fills up rows, and numbers too small for a double take a processor long.
 */
function beyond({ low, high }: Extent, reach: number): number {
  return 4 * (reach + Math.max(0, ...[...low, ...high].filter(Number.isFinite).map(Math.abs)));
}

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
