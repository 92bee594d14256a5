/**
 * Pairs of atoms and images by brute force: every lattice shift that could matter is tried. Slow, and plainly right:
 * what the neighbour list and everything that is summed over it are held against.
 */
import type { Box } from '../../systems/index.js';

export interface Pair {
  readonly i: number;
  readonly j: number;
  /** The lattice shift of the image of j, in whole vectors. */
  readonly n: readonly number[];
  /** The same as a vector. */
  readonly shift: readonly number[];
  readonly distance: number;
}

/** Every pair (i, image of j) closer than `cutoff`, once: i < j with any shift, or i = j with a positive one. */
export function allPairs(box: Box, x: Float64Array, cutoff: number): Pair[] {
  const d = box.dimension;
  const count = x.length / d;
  const pairs: Pair[] = [];
  for (let i = 0; i < count; i++) {
    for (let j = i; j < count; j++) {
      const dx = Array.from({ length: d }, (_, k) => x[j * d + k] - x[i * d + k]);
      for (const n of shiftsOf(box, dx, cutoff)) {
        if (i === j && !isPositive(n)) continue;
        const shift = dx.map((_, m) => n.reduce((sum, cells, k) => sum + cells * box.vectors[k * d + m], 0));
        const distance = Math.hypot(...dx.map((value, m) => value + shift[m]));
        if (distance < cutoff) pairs.push({ i, j, n, shift, distance });
      }
    }
  }
  return pairs;
}

/** Whole-number shifts that can bring `dx` within the cutoff: the planes of a lattice are 1/|b*| apart. */
function shiftsOf(box: Box, dx: readonly number[], cutoff: number): number[][] {
  const d = box.dimension;
  let shifts: number[][] = [[]];
  for (let k = 0; k < d; k++) {
    const reciprocal = box.inverse.subarray(k * d, k * d + d);
    const fraction = dx.reduce((sum, value, m) => sum + reciprocal[m] * value, 0);
    const reach = cutoff * Math.hypot(...reciprocal) + 1e-6;
    const low = box.periodic[k] ? Math.ceil(-reach - fraction) : 0;
    const high = box.periodic[k] ? Math.floor(reach - fraction) : 0;
    const values = Array.from({ length: Math.max(0, high - low + 1) }, (_, m) => low + m);
    shifts = shifts.flatMap((shift) => values.map((n) => [...shift, n]));
  }
  return shifts;
}

/** Whether the first number that is not zero is positive. */
export function isPositive(n: readonly number[]): boolean {
  return (n.find((cells) => cells !== 0) ?? 0) > 0;
}
