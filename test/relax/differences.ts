/** Derivatives of relaxed positions by relaxing again: knows nothing of Hessians. */
import type { NdArray } from 'ndarray';
import { coordinates, type System } from '../../systems/index.js';

/**
 * Central differences of positions, with one step of Richardson's extrapolation, less the motion as a whole.
 * Atoms that nothing holds (rattlers) count as not moved.
 */
export function differenceOfPositions(
  relaxedAt: (h: number) => System,
  h: number,
  rattlers: readonly number[] = [],
): Float64Array {
  const slope = (step: number): Float64Array => {
    const [up, down] = [step, -step].map((shift) => coordinates(relaxedAt(shift)));
    return up.map((value, k) => (value - down[k]) / (2 * step));
  };
  const [near, far] = [slope(h), slope(2 * h)];
  const { dimension, count } = relaxedAt(0);
  const moved = near.map((value, k) => (4 * value - far[k]) / 3);
  const held = Array.from({ length: count }, (_, i) => i).filter((i) => !rattlers.includes(i));
  for (let k = 0; k < dimension; k++) {
    const mean = held.reduce((sum, i) => sum + moved[i * dimension + k], 0) / held.length;
    for (const i of held) moved[i * dimension + k] -= mean;
    for (const i of rattlers) moved[i * dimension + k] = 0;
  }
  return moved;
}

/** The values of a matrix, row by row. */
export function flat(array: NdArray<Float64Array>): Float64Array {
  const [rows, columns] = array.shape;
  return Float64Array.from({ length: rows * columns }, (_, k) =>
    array.get(Math.floor(k / columns), k % columns),
  );
}
