/**
 * Which atoms are near each other: a half list over atoms and their periodic images ("ghosts").
 *
 * Every pair of images is listed once, however thin or skewed the box is: of the pair (i, image n of j) and its
 * mirror (j, image −n of i) the list keeps the one whose lattice shift n comes first lexicographically, so that
 * only half of the surrounding images are made at all. Loops over the list need no box: a ghost is a site like any
 * other, placed by `update`, and what is summed on it is folded back to its atom by `fold`.
 *
 * Atoms are held in an order of their own (along the cells, so that neighbours lie close in memory). The list stays
 * good until an atom has moved half the skin; `update` then builds it anew.
 */
import { InputError } from '../../src/message/index.js';
import { Arena, crewFor, hasVectors } from '../../src/wasm/index.js';
import type { Box } from '../box.js';
import type { ListState, PlacedList } from './list-state.js';
import { MemoryList } from './memory-list.js';
import { PlainList } from './plain-list.js';
import { foldScalars, foldVectors, type Sites, spreadScalars, spreadVectors } from './site-values.js';

export interface NeighborListOptions {
  /** Pairs closer than this are listed; Infinity: all pairs of a free system. */
  readonly cutoff: number;
  /** Margin on the cutoff, so that a list lasts; by default 12 % of the cutoff, 30 % below 2,000 atoms and half below 500. */
  readonly skin?: number;
  /** Threads that may share the work on many atoms; by default all that the machine runs at once. */
  readonly threads?: number;
  /** A list for kernels that use it where it lies: see `placed`, which is then not null where WebAssembly has vectors. */
  readonly packed?: boolean;
}

/** Largest site index that the list can hold, with four values a site in an Int32Array of offsets. */
const mostSites = 2 ** 29;

/** A small system's list is rebuilt for little, but often while it relaxes: it had better last. */
const defaultSkin = (count: number): number => (count < 500 ? 0.5 : count < 2000 ? 0.3 : 0.12);

export class NeighborList implements Sites {
  readonly dimension: 2 | 3;
  /** Values a site: coordinates padded to a power of two. */
  readonly stride: 2 | 4;
  readonly cutoff: number;
  readonly skin: number;
  /** How often the list has been built. */
  builds = 0;
  /** The largest distance of an atom from where it was at the last `mark`, as of the last update. */
  movedSinceMark = 0;
  private readonly state: ListState;
  /** False before the first build, and after one that failed. */
  private listed = false;

  constructor(
    box: Box,
    readonly count: number,
    options: NeighborListOptions,
  ) {
    const { cutoff, skin = defaultSkin(count) * cutoff, threads, packed = false } = options;
    // Squares of distances are compared.
    if (!(cutoff > 0 && cutoff ** 2 > 0))
      throw new InputError(`the cutoff must be a positive length, found ${cutoff}`);
    if (!(skin >= 0)) throw new InputError(`the skin must be a length of zero or more, found ${skin}`);
    if (cutoff === Infinity && box.periodic.some(Boolean)) {
      throw new InputError(
        'without a cutoff the sum over periodic images has no end: give a cutoff, or a free system',
      );
    }
    if (count >= mostSites) throw new InputError(`at most ${mostSites - 1} atoms, found ${count}`);
    this.dimension = box.dimension;
    this.stride = box.dimension === 2 ? 2 : 4;
    this.cutoff = cutoff;
    this.skin = skin;
    const reach = cutoff + skin;
    if (hasVectors()) {
      const crew = reach === Infinity ? null : crewFor(count, threads);
      const arena = new Arena(crew !== null);
      this.state = new MemoryList({ box, count, reach, packed, arena, crew });
    } else this.state = new PlainList(box, count, reach);
  }

  /** Coordinates of atoms and ghosts, `stride × (count + ghosts)`, in the list's order. */
  get positions(): Float64Array {
    return this.state.positions;
  }

  /** `list[first[i]] … list[first[i + 1] − 1]` are the partners of the i-th atom. */
  get first(): Int32Array {
    return this.state.first;
  }

  /** Partners as `stride × index`, or as `placed` says where the list is packed. Null: every pair of atoms. */
  get list(): Int32Array | null {
    return this.state.list;
  }

  /** The atom (in the caller's order) at each place of the list's order. */
  get order(): Int32Array {
    return this.state.order;
  }

  /** Atom (in the list's order) of each ghost. */
  get owners(): Int32Array {
    return this.state.owners;
  }

  /** Where a packed list lies, for kernels that use it there; null where it is not packed. */
  get placed(): PlacedList | null {
    return this.state.placed;
  }

  /** Atoms and ghosts. */
  get sites(): number {
    return this.count + this.owners.length;
  }

  /**
   * Places atoms and ghosts at the coordinates `x` (`count × dimension`, the caller's order), after building the
   * list anew where it is out of date.
   *
   * @returns whether the list was built: orders and ghosts are then new, and arrays from before are void
   */
  update(x: Float64Array): boolean {
    if (this.listed) {
      const { sinceBuild, sinceMark } = this.state.place(x);
      // Not "≥": a coordinate that is not a number must count as moved.
      if (this.list === null || sinceBuild < this.skin / 2) {
        this.movedSinceMark = sinceMark;
        return false;
      }
    }
    this.listed = false;
    this.state.build(x);
    this.listed = true;
    this.builds++;
    this.movedSinceMark = 0;
    return true;
  }

  /** Remembers where atoms are now, for `movedSinceMark`; a build forgets it. */
  mark(): void {
    this.state.mark();
  }

  /** Copies a value a coordinate from the caller's order to the list's, ghosts included. */
  spread(values: Float64Array, out: Float64Array): void {
    if (!this.state.spread(values, out)) spreadVectors(this, values, out);
  }

  /** Adds up what stands on each atom and its ghosts, and writes it in the caller's order. Leaves zeros in `sums`. */
  fold(sums: Float64Array, out: Float64Array): void {
    if (!this.state.fold(sums, out)) foldVectors(this, sums, out);
  }

  /** As `spread`, for one value an atom. */
  spreadScalars(values: ArrayLike<number>, out: Float64Array | Int32Array): void {
    spreadScalars(this, values, out);
  }

  /** As `fold`, for one value an atom; adds to `out`. */
  foldScalars(sums: Float64Array, out: Float64Array): void {
    foldScalars(this, sums, out);
  }
}
