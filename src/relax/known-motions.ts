/** Motions that may cost no energy, known from what a system is: candidates for zero modes, which a product decides. */
import type { EnergyModel } from '../../potentials/index.js';
import { symmetricEigen } from '../linear/index.js';
import type { HeldAtoms } from './held-atoms.js';

/** More flat directions than this, each a vector and a product, are those of a system that is far from rest. */
const mostFlat = 100;

export function translationsOf(count: number, dimension: 2 | 3): Float64Array[] {
  return Array.from({ length: dimension }, (_, axis) => {
    const mode = new Float64Array(count * dimension);
    for (let i = 0; i < count; i++) mode[i * dimension + axis] = 1;
    return mode;
  });
}

/** Infinitesimal rotations about the centre, or about another point. */
export function rotationsOf(
  positions: Float64Array,
  dimension: 2 | 3,
  about: ArrayLike<number> | null = null,
): Float64Array[] {
  const count = positions.length / dimension;
  const centre = about ?? middleOf(positions, dimension);
  const planes =
    dimension === 2
      ? [[0, 1]]
      : [
          [0, 1],
          [1, 2],
          [2, 0],
        ];
  return planes.map(([a, b]) => {
    const mode = new Float64Array(positions.length);
    for (let i = 0; i < count; i++) {
      mode[i * dimension + a] = -(positions[i * dimension + b] - centre[b]);
      mode[i * dimension + b] = positions[i * dimension + a] - centre[a];
    }
    return mode;
  });
}

function middleOf(positions: Float64Array, dimension: number): Float64Array {
  const middle = new Float64Array(dimension);
  const share = dimension / positions.length;
  for (let i = 0; i < positions.length; i++) middle[i % dimension] += positions[i] * share;
  return middle;
}

/**
 * Motions of single atoms that hardly cost anything: across the only neighbour that an atom touches, for instance. In a
 * large system there may be several, which Lanczos would find one by one.
 *
 * @param tolerance eigenvalues of an atom's block that count as zero
 * @returns vectors of the coordinates of `atoms`; none where there are very many
 */
export function flatDirections(
  model: EnergyModel,
  x: Float64Array,
  atoms: HeldAtoms,
  tolerance: number,
): Float64Array[] {
  const { dimension } = model.system;
  const blocks = model.hessianBlocks?.(x);
  if (!blocks) return [];
  const area = dimension ** 2;
  const held = atoms.restrictRows(blocks, area);
  const directions: Float64Array[] = [];
  for (let atom = 0; atom < atoms.count; atom++) {
    const { values, vectors } = symmetricEigen(held.subarray(atom * area, (atom + 1) * area), dimension);
    for (const [k, value] of values.entries()) {
      if (Math.abs(value) > tolerance) continue;
      if (directions.length === mostFlat) return [];
      const direction = new Float64Array(atoms.count * dimension);
      direction.set(vectors.subarray(k * dimension, (k + 1) * dimension), atom * dimension);
      directions.push(direction);
    }
  }
  return directions;
}
