/**
 * The shortest of all periodic images of a vector, in any box, and the distances that follow from it.
 *
 * Rounding the fractional coordinates, as is often done, is right in rectangular cells only. Here the rounded
 * image gives an upper bound R for the length; an image whose coordinate along reciprocal vector b*ₖ is beyond
 * R·|b*ₖ| is longer than R, so only the few within these bounds are compared. The lattice is reduced beforehand
 * to keep them few; that the answer is right does not depend on how well it is reduced. For many pairs use the
 * neighbour list.
 */
import { InputError } from '../src/message/index.js';
import type { Box } from './box.js';
import { coordinates, type System, withPositions } from './system.js';

/**
 * The shortest vector among `dx` + all lattice vectors of the directions that repeat. Of images of one length, one
 * is given.
 *
 * @param dx `dimension` numbers
 * @param out where the answer goes; may be `dx` itself
 */
export function minimumImage(
  box: Box,
  dx: ArrayLike<number>,
  out = new Float64Array(box.dimension),
): Float64Array {
  const { dimension } = box;
  if (dx.length !== dimension) {
    throw new InputError(`a vector in this box has ${dimension} coordinates, found ${dx.length}`);
  }
  const lattice = latticeOf(box);
  const { rank, vectors, dual } = lattice;
  for (let c = 0; c < dimension; c++) out[c] = dx[c];
  // What is left of each coordinate after rounding, in units of the reduced vectors.
  const rest = [0, 0, 0];
  for (let k = 0; k < rank; k++) {
    const coordinate = dot(dual, k, out, dimension);
    const whole = Math.round(coordinate);
    rest[k] = coordinate - whole;
    if (whole !== 0) addMultiple(out, vectors, k, -whole, dimension);
  }
  if (lattice.orthogonal) return out;

  const inSpan = new Float64Array(dimension);
  for (let k = 0; k < rank; k++) addMultiple(inSpan, vectors, k, rest[k], dimension);
  const bound = length(inSpan);
  // Half the smallest distance of lattice planes: no other image can be shorter.
  if (bound <= lattice.safeRadius) return out;
  const best = closest(lattice, inSpan, rest, bound, dimension);
  for (let k = 0; k < rank; k++) if (best[k] !== 0) addMultiple(out, vectors, k, best[k], dimension);
  return out;
}

/** The shortest vector from atom i to the images of atom j. */
export function displacement(system: System, i: number, j: number): Float64Array {
  for (const atom of [i, j]) {
    if (!Number.isInteger(atom) || atom < 0 || atom >= system.count) {
      throw new InputError(`there is no atom ${atom}; the system has atoms 0 to ${system.count - 1}`);
    }
  }
  const { dimension } = system;
  const x = coordinates(system);
  const dx = new Float64Array(dimension);
  for (let c = 0; c < dimension; c++) dx[c] = x[j * dimension + c] - x[i * dimension + c];
  return minimumImage(system.box, dx, dx);
}

/** The distance of atom i from the nearest image of atom j. */
export function distance(system: System, i: number, j: number): number {
  return length(displacement(system, i, j));
}

/** The length of the shortest lattice vector: how far an atom is from its own images. Infinite in a free box. */
export function shortestPeriod(box: Box): number {
  const lattice = latticeOf(box);
  const { rank, vectors, dual } = lattice;
  const d = box.dimension;
  let shortest = Number.POSITIVE_INFINITY;
  for (let k = 0; k < rank; k++) shortest = Math.min(shortest, length(vectors.subarray(k * d, k * d + d)));
  const reach = [0, 0, 0];
  for (let k = 0; k < rank; k++)
    reach[k] = Math.floor(shortest * length(dual.subarray(k * d, k * d + d)) + SLACK);
  const v = new Float64Array(d);
  for (let p = -reach[0]; p <= reach[0]; p++) {
    for (let q = -reach[1]; q <= reach[1]; q++) {
      for (let r = -reach[2]; r <= reach[2]; r++) {
        if (p === 0 && q === 0 && r === 0) continue;
        v.fill(0);
        for (const [k, n] of [p, q, r].slice(0, rank).entries()) addMultiple(v, vectors, k, n, d);
        shortest = Math.min(shortest, length(v));
      }
    }
  }
  return shortest;
}

/**
 * The same system with every atom moved by lattice vectors into the cell: fractional coordinates from 0 up to 1
 * along each direction that repeats. Atoms that are inside stay as they are, bit for bit.
 */
export function wrap(system: System): System {
  const { box, dimension, count } = system;
  const x = coordinates(system).slice();
  for (let i = 0; i < count; i++) {
    const atom = x.subarray(i * dimension, i * dimension + dimension);
    for (let k = 0; k < dimension; k++) {
      if (!box.periodic[k]) continue;
      const cells = Math.floor(dot(box.inverse, k, atom, dimension));
      if (cells !== 0) addMultiple(atom, box.vectors, k, -cells, dimension);
    }
    // An atom a rounding error below a face lands on the opposite one, which belongs to the next cell.
    for (let k = 0; k < dimension; k++) {
      const rest = dot(box.inverse, k, atom, dimension);
      if (box.periodic[k] && (rest < 0 || rest >= 1)) addMultiple(atom, box.vectors, k, -rest, dimension);
    }
  }
  return withPositions(system, x);
}

/** Bounds of integers are widened by this much against rounding. */
const SLACK = 1e-9;

/** The lattice of the directions that repeat. */
interface Lattice {
  /** How many directions repeat. */
  readonly rank: number;
  /** Reduced vectors as rows, `rank × dimension`. */
  readonly vectors: Float64Array;
  /** Rows b*ₖ in the span of the vectors with b*ₖ · vectors[m] = δₖₘ. */
  readonly dual: Float64Array;
  /** An image shorter than this is the shortest. */
  readonly safeRadius: number;
  readonly orthogonal: boolean;
}

const lattices = new WeakMap<Box, Lattice>();

function latticeOf(box: Box): Lattice {
  const known = lattices.get(box);
  if (known !== undefined) return known;
  const d = box.dimension;
  const rows: Float64Array[] = [];
  for (let k = 0; k < d; k++) if (box.periodic[k]) rows.push(box.vectors.slice(k * d, k * d + d));
  reduce(rows, d);
  const vectors = new Float64Array(rows.length * d);
  for (const [k, row] of rows.entries()) vectors.set(row, k * d);
  const dual = dualBasis(rows, d);
  let safeRadius = Number.POSITIVE_INFINITY;
  for (let k = 0; k < rows.length; k++) {
    safeRadius = Math.min(safeRadius, 0.5 / length(dual.subarray(k * d, k * d + d)));
  }
  const orthogonal = rows.every((a, k) => rows.every((b, m) => m <= k || dot(a, 0, b, d) === 0));
  const lattice = { rank: rows.length, vectors, dual, safeRadius, orthogonal };
  lattices.set(box, lattice);
  return lattice;
}

/** Shortens the rows by whole multiples of each other until none gets shorter (Lagrange's reduction of each pair). */
function reduce(rows: Float64Array[], d: number): void {
  for (let changed = true; changed; ) {
    changed = false;
    for (const a of rows) {
      for (const b of rows) {
        if (a === b) continue;
        const times = Math.round(dot(a, 0, b, d) / dot(b, 0, b, d));
        if (times === 0) continue;
        const shorter = a.slice();
        addMultiple(shorter, b, 0, -times, d);
        // At a tie rounding would go back and forth for ever.
        if (!(length(shorter) < length(a) * (1 - SLACK))) continue;
        a.set(shorter);
        changed = true;
      }
    }
  }
}

/** Whole numbers of reduced vectors to add for the shortest image of the vector with coordinates `rest`. */
function closest(lattice: Lattice, inSpan: Float64Array, rest: number[], bound: number, d: number): number[] {
  const { rank, vectors, dual } = lattice;
  const low = [0, 0, 0];
  const high = [0, 0, 0];
  for (let k = 0; k < rank; k++) {
    const reach = bound * length(dual.subarray(k * d, k * d + d)) + SLACK;
    low[k] = Math.ceil(-reach - rest[k]);
    high[k] = Math.floor(reach - rest[k]);
  }
  let best = [0, 0, 0];
  let shortest = bound * bound;
  const v = new Float64Array(d);
  for (let p = low[0]; p <= high[0]; p++) {
    for (let q = low[1]; q <= high[1]; q++) {
      for (let r = low[2]; r <= high[2]; r++) {
        v.set(inSpan);
        if (rank > 0) addMultiple(v, vectors, 0, p, d);
        if (rank > 1) addMultiple(v, vectors, 1, q, d);
        if (rank > 2) addMultiple(v, vectors, 2, r, d);
        const squared = dot(v, 0, v, d);
        if (squared < shortest) {
          shortest = squared;
          best = [p, q, r];
        }
      }
    }
  }
  return best;
}

/** Each vector less its part in the span of the others (Gram–Schmidt), scaled to unit product with the vector. */
function dualBasis(rows: readonly Float64Array[], d: number): Float64Array {
  const dual = new Float64Array(rows.length * d);
  for (const [k, row] of rows.entries()) {
    const others: Float64Array[] = [];
    const residual = (of: Float64Array): Float64Array => {
      const left = of.slice();
      // Twice is enough to be orthogonal to working precision.
      for (let pass = 0; pass < 2; pass++) {
        for (const other of others)
          addMultiple(left, other, 0, -dot(left, 0, other, d) / dot(other, 0, other, d), d);
      }
      return left;
    };
    for (const [m, other] of rows.entries()) if (m !== k) others.push(residual(other));
    const normal = residual(row);
    const product = dot(normal, 0, row, d);
    for (let c = 0; c < d; c++) dual[k * d + c] = normal[c] / product;
  }
  return dual;
}

function addMultiple(v: Float64Array, rows: Float64Array, k: number, times: number, d: number): void {
  for (let c = 0; c < d; c++) v[c] += times * rows[k * d + c];
}

function dot(rows: Float64Array, k: number, v: ArrayLike<number>, d: number): number {
  let sum = 0;
  for (let c = 0; c < d; c++) sum += rows[k * d + c] * v[c];
  return sum;
}

function length(v: Float64Array): number {
  let sum = 0;
  for (let c = 0; c < v.length; c++) sum += v[c] * v[c];
  return Math.sqrt(sum);
}
