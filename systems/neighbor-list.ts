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
import { InputError } from '../src/message/index.js';
import { type Box, faceDistance } from './box.js';
import { listPairs } from './pair-list.js';
import { binSites, type Grid, makeGrid } from './site-bins.js';

export interface NeighborListOptions {
  /** Pairs closer than this are listed; Infinity: all pairs of a free system. */
  readonly cutoff: number;
  /** Margin on the cutoff, so that a list lasts; by default 12 % of the cutoff, 30 % below 2,000 atoms and half below 500. */
  readonly skin?: number;
}

/** Largest site index that the list can hold, with four values a site in an Int32Array of offsets. */
const mostSites = 2 ** 29;

/** A small system's list is rebuilt for little, but often while it relaxes: it had better last. */
const defaultSkin = (count: number): number => (count < 500 ? 0.5 : count < 2000 ? 0.3 : 0.12);

export class NeighborList {
  /** Values a site: coordinates padded to a power of two. */
  readonly stride: 2 | 4;
  readonly cutoff: number;
  readonly skin: number;
  /** Coordinates of atoms and ghosts, `stride × (count + ghosts)`, in the list's order. */
  positions: Float64Array = new Float64Array(0);
  /** `list[first[i]] … list[first[i + 1] − 1]` are the partners of the i-th atom, as `stride × index`. */
  first: Int32Array = new Int32Array(1);
  /** Null: every pair of atoms. */
  list: Int32Array | null = null;
  /** The atom (in the caller's order) at each place of the list's order. */
  order: Int32Array = new Int32Array(0);
  /** Atom (in the list's order) of each ghost. */
  owners: Int32Array = new Int32Array(0);
  /** How often the list has been built. */
  builds = 0;

  private readonly dimension: 2 | 3;
  /** Added to an atom's own coordinates to bring it into the cell, in the list's order. */
  private wraps = new Float64Array(0);
  /** Added to a ghost's owner, `dimension × ghosts`. */
  private shifts = new Float64Array(0);
  /** The caller's coordinates at the last build. */
  private built = new Float64Array(0);

  constructor(
    private readonly box: Box,
    readonly count: number,
    options: NeighborListOptions,
  ) {
    const { cutoff, skin = defaultSkin(count) * cutoff } = options;
    if (!(cutoff > 0)) throw new InputError(`the cutoff must be a positive length, found ${cutoff}`);
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
  }

  /** Atoms and ghosts. */
  get sites(): number {
    return this.count + this.owners.length;
  }

  /**
   * Places atoms and ghosts at the coordinates `x` (`count × dimension`, the caller's order), after building the
   * list anew where it is out of date.
   *
   * @returns whether the list was built: orders and ghosts are then new
   */
  update(x: Float64Array): boolean {
    const outdated = this.builds === 0 || this.movedTooFar(x);
    if (outdated) this.build(x);
    this.place(x);
    return outdated;
  }

  /** Copies a value a coordinate from the caller's order to the list's, ghosts included. */
  spread(values: Float64Array, out: Float64Array): void {
    const { stride, order, owners, count } = this;
    const ghosts = count * stride;
    if (this.dimension === 3) {
      for (let i = 0, at = 0; i < count; i++, at += 4) {
        const from = order[i] * 3;
        out[at] = values[from];
        out[at + 1] = values[from + 1];
        out[at + 2] = values[from + 2];
      }
      for (let g = 0, at = ghosts; g < owners.length; g++, at += 4) {
        const from = owners[g] * 4;
        out[at] = out[from];
        out[at + 1] = out[from + 1];
        out[at + 2] = out[from + 2];
      }
      return;
    }
    for (let i = 0, at = 0; i < count; i++, at += 2) {
      const from = order[i] * 2;
      out[at] = values[from];
      out[at + 1] = values[from + 1];
    }
    for (let g = 0, at = ghosts; g < owners.length; g++, at += 2) {
      const from = owners[g] * 2;
      out[at] = out[from];
      out[at + 1] = out[from + 1];
    }
  }

  /** Adds up what stands on each atom and its ghosts, and writes it in the caller's order. Changes `sums`. */
  fold(sums: Float64Array, out: Float64Array): void {
    const { stride, order, owners, count } = this;
    const ghosts = count * stride;
    if (this.dimension === 3) {
      for (let g = 0, at = ghosts; g < owners.length; g++, at += 4) {
        const to = owners[g] * 4;
        sums[to] += sums[at];
        sums[to + 1] += sums[at + 1];
        sums[to + 2] += sums[at + 2];
      }
      for (let i = 0, at = 0; i < count; i++, at += 4) {
        const to = order[i] * 3;
        out[to] = sums[at];
        out[to + 1] = sums[at + 1];
        out[to + 2] = sums[at + 2];
      }
      return;
    }
    for (let g = 0, at = ghosts; g < owners.length; g++, at += 2) {
      const to = owners[g] * 2;
      sums[to] += sums[at];
      sums[to + 1] += sums[at + 1];
    }
    for (let i = 0, at = 0; i < count; i++, at += 2) {
      const to = order[i] * 2;
      out[to] = sums[at];
      out[to + 1] = sums[at + 1];
    }
  }

  /** As `spread`, for one value an atom. */
  spreadScalars(values: ArrayLike<number>, out: Float64Array | Int32Array): void {
    const { order, owners, count } = this;
    for (let i = 0; i < count; i++) out[i] = values[order[i]];
    for (let g = 0; g < owners.length; g++) out[count + g] = out[owners[g]];
  }

  /** As `fold`, for one value an atom; adds to `out`. */
  foldScalars(sums: Float64Array, out: Float64Array): void {
    const { order, owners, count } = this;
    for (let g = 0; g < owners.length; g++) sums[owners[g]] += sums[count + g];
    for (let i = 0; i < count; i++) out[order[i]] += sums[i];
  }

  private movedTooFar(x: Float64Array): boolean {
    if (this.list === null) return false;
    const { built, dimension: d } = this;
    const limit = (this.skin / 2) ** 2;
    for (let i = 0; i < x.length; i += d) {
      const dx = x[i] - built[i];
      const dy = x[i + 1] - built[i + 1];
      const dz = d === 3 ? x[i + 2] - built[i + 2] : 0;
      // Not "≥ limit": a coordinate that is not a number must count as moved.
      if (!(dx * dx + dy * dy + dz * dz < limit)) return true;
    }
    return false;
  }

  private place(x: Float64Array): void {
    const { order, count, wraps, positions } = this;
    if (this.dimension === 3) {
      for (let i = 0, at = 0, w = 0; i < count; i++, at += 4, w += 3) {
        const from = order[i] * 3;
        positions[at] = x[from] + wraps[w];
        positions[at + 1] = x[from + 1] + wraps[w + 1];
        positions[at + 2] = x[from + 2] + wraps[w + 2];
      }
    } else {
      for (let i = 0, at = 0; i < count; i++, at += 2) {
        const from = order[i] * 2;
        positions[at] = x[from] + wraps[at];
        positions[at + 1] = x[from + 1] + wraps[at + 1];
      }
    }
    this.placeGhosts();
  }

  private placeGhosts(): void {
    const { stride, owners, count, shifts, positions } = this;
    const ghosts = count * stride;
    if (this.dimension === 3) {
      for (let g = 0, at = ghosts, s = 0; g < owners.length; g++, at += 4, s += 3) {
        const from = owners[g] * 4;
        positions[at] = positions[from] + shifts[s];
        positions[at + 1] = positions[from + 1] + shifts[s + 1];
        positions[at + 2] = positions[from + 2] + shifts[s + 2];
      }
      return;
    }
    for (let g = 0, at = ghosts; g < owners.length; g++, at += 2) {
      const from = owners[g] * 2;
      positions[at] = positions[from] + shifts[2 * g];
      positions[at + 1] = positions[from + 1] + shifts[2 * g + 1];
    }
  }

  private build(x: Float64Array): void {
    const n = this.count;
    const lost = x.findIndex((value) => !Number.isFinite(value));
    if (lost >= 0) {
      throw new InputError(
        `atom ${Math.floor(lost / this.dimension)} is at the coordinate ${x[lost]}; positions must be finite numbers`,
      );
    }
    this.builds++;
    this.built = Float64Array.from(x);
    if (this.cutoff === Infinity) {
      this.order = Int32Array.from({ length: n }, (_, i) => i);
      this.wraps = new Float64Array(n * this.dimension);
      this.positions = new Float64Array(n * this.stride);
      return;
    }
    const reach = this.cutoff + this.skin;
    const wrapped = this.wrap(x);
    const grid = makeGrid(wrapped.positions, n, this.dimension, this.dimension, reach);
    const atoms = binSites(grid, wrapped.positions, 0, n, this.dimension);
    this.arrange(wrapped, atoms.order);
    this.makeGhosts(reach, grid);
    const ghosts = binSites(grid, this.positions, n, this.sites, this.stride);
    this.arrangeGhosts(ghosts.order);
    const { first, list } = listPairs(grid, this.positions, atoms, ghosts, reach);
    this.first = first;
    this.list = list;
  }

  /** Brings atoms into the cell along its periodic vectors. */
  private wrap(x: Float64Array): { positions: Float64Array; offsets: Float64Array } {
    const { vectors, inverse, periodic } = this.box;
    const d = this.dimension;
    const positions = Float64Array.from(x);
    const offsets = new Float64Array(x.length);
    for (let i = 0; i < x.length; i += d) {
      for (let k = 0; k < d; k++) {
        if (!periodic[k]) continue;
        let fraction = 0;
        for (let m = 0; m < d; m++) fraction += inverse[k * d + m] * x[i + m];
        const cells = Math.floor(fraction);
        if (cells === 0) continue;
        for (let m = 0; m < d; m++) offsets[i + m] -= cells * vectors[k * d + m];
      }
      for (let m = 0; m < d; m++) positions[i + m] = x[i + m] + offsets[i + m];
    }
    return { positions, offsets };
  }

  /** Puts atoms into the order of their bins. */
  private arrange(wrapped: { positions: Float64Array; offsets: Float64Array }, order: Int32Array): void {
    const { dimension: d, stride, count } = this;
    this.order = order;
    this.wraps = new Float64Array(count * d);
    this.positions = new Float64Array(count * stride);
    for (let i = 0; i < count; i++) {
      for (let k = 0; k < d; k++) {
        this.wraps[i * d + k] = wrapped.offsets[order[i] * d + k];
        this.positions[i * stride + k] = wrapped.positions[order[i] * d + k];
      }
    }
  }

  /** Images of atoms within `reach` of the region that the atoms fill, on one half of the lattice shifts. */
  private makeGhosts(reach: number, grid: Grid): void {
    const { dimension: d, stride, count } = this;
    const { vectors } = this.box;
    const { fractions, low, high, margin } = this.fractionalExtent(reach);
    const owners: number[] = [];
    const shifts: number[] = [];
    for (const n of this.latticeShifts(low, high, margin)) {
      const shift = Array.from({ length: d }, (_, m) =>
        n.reduce((sum, cells, k) => sum + cells * vectors[k * d + m], 0),
      );
      for (let i = 0; i < count; i++) {
        let near = true;
        for (let k = 0; k < d && near; k++) {
          const f = fractions[i * d + k] + n[k];
          near = f >= low[k] - margin[k] && f <= high[k] + margin[k];
        }
        if (!near || !this.insideGrid(i, shift, grid)) continue;
        owners.push(i);
        for (let m = 0; m < d; m++) shifts.push(shift[m]);
      }
      if (count + owners.length >= mostSites) {
        throw new InputError(
          `the cutoff ${this.cutoff} spans so many periodic images that more than ${mostSites} sites are needed; ` +
            'give a smaller cutoff',
        );
      }
    }
    this.owners = Int32Array.from(owners);
    this.shifts = Float64Array.from(shifts);
    const atoms = this.positions;
    this.positions = new Float64Array(this.sites * stride);
    this.positions.set(atoms);
    this.placeGhosts();
  }

  /** Whether an image lies within the grid, which leaves a margin of the reach around the atoms. */
  private insideGrid(i: number, shift: readonly number[], grid: Grid): boolean {
    return shift.every((s, k) => {
      const cell = (this.positions[i * this.stride + k] + s - grid.origin[k]) * grid.cellsPerLength[k];
      return cell >= 0 && cell <= grid.shape[k];
    });
  }

  private arrangeGhosts(order: Int32Array): void {
    const { dimension: d, owners, shifts } = this;
    this.owners = order.map((g) => owners[g]);
    this.shifts = new Float64Array(shifts.length);
    for (let g = 0; g < order.length; g++) {
      for (let k = 0; k < d; k++) this.shifts[g * d + k] = shifts[order[g] * d + k];
    }
    this.placeGhosts();
  }

  private fractionalExtent(reach: number): {
    fractions: Float64Array;
    low: number[];
    high: number[];
    margin: number[];
  } {
    const { dimension: d, stride, count, positions } = this;
    const { inverse } = this.box;
    const fractions = new Float64Array(count * d);
    const low = new Array<number>(d).fill(Infinity);
    const high = new Array<number>(d).fill(-Infinity);
    for (let i = 0; i < count; i++) {
      for (let k = 0; k < d; k++) {
        let f = 0;
        for (let m = 0; m < d; m++) f += inverse[k * d + m] * positions[i * stride + m];
        fractions[i * d + k] = f;
        if (f < low[k]) low[k] = f;
        if (f > high[k]) high[k] = f;
      }
    }
    const margin = low.map((_, k) => reach / faceDistance(this.box, k));
    return { fractions, low, high, margin };
  }

  /** Lattice shifts that can bring an atom near another, one of each pair n and −n, without 0. */
  private *latticeShifts(low: number[], high: number[], margin: number[]): Generator<number[]> {
    const most = low.map((_, k) =>
      this.box.periodic[k] && this.count > 0 ? Math.floor(high[k] - low[k] + margin[k]) : 0,
    );
    const [a, b, c] = [most[0], most[1], most[2] ?? 0];
    for (let i = 0; i <= a; i++) {
      for (let j = i === 0 ? 0 : -b; j <= b; j++) {
        for (let k = i === 0 && j === 0 ? 1 : -c; k <= c; k++) {
          yield this.dimension === 2 ? [i, j] : [i, j, k];
        }
      }
    }
  }
}
