/** One evaluation of a potential on a structure: energy, forces, virial, stress. */

import type { EnergyModel } from '../potentials/index.js';
import { largestBlock } from '../src/optimize/index.js';
import { clearAtoms } from '../src/relax/index.js';

export interface Evaluation {
  readonly atoms: number;
  readonly energy: number;
  readonly energyPerAtom: number;
  /** Largest force on an atom, of those that are not fixed. */
  readonly maxForce: number;
  /** −Σ r·u′(r), which is −trace(∂E/∂strain); null where the energy does not say how it depends on the box. */
  readonly virial: number | null;
  /** (1/V)·∂E/∂strain, tensile positive, as rows; null without a volume. */
  readonly stress: number[][] | null;
  /** `atoms × dimension`. */
  readonly forces: Float64Array;
}

/** @param fixed atoms whose forces do not count for the largest */
export function evaluate(model: EnergyModel, x: Float64Array, fixed: readonly number[] = []): Evaluation {
  const { count, dimension, box } = model.system;
  const gradient = new Float64Array(x.length);
  const energy = model.gradient(x, gradient);
  const moving = gradient.slice();
  clearAtoms(moving, fixed, dimension);
  const strain = model.strainGradient(x)?.strain ?? null;
  const rows =
    strain &&
    Array.from({ length: dimension }, (_, a) => [...strain.subarray(a * dimension, (a + 1) * dimension)]);
  return {
    atoms: count,
    energy,
    energyPerAtom: count > 0 ? energy / count : 0,
    maxForce: largestBlock(moving, dimension),
    virial: rows && 0 - rows.reduce((sum, row, a) => sum + row[a], 0),
    stress:
      rows && box.volume !== null
        ? rows.map((row) => row.map((value) => value / (box.volume as number)))
        : null,
    forces: gradient.map((value) => 0 - value),
  };
}
