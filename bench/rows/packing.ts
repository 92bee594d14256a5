/** The packing of 128 soft spheres that several rows start from. */
import { softSphere } from '../../potentials/index.js';
import { relax } from '../../src/relax/index.js';
import { bidispersePacking, type System } from '../../systems/index.js';

export const diameters = [1, 0.6] as const;

/** Largest force of the start. From there it is some six hundred steps to 1e-12. */
export const looseForce = 1e-2;

export function randomPacking(count = 128): System {
  return bidispersePacking({ count, diameters, packingFraction: 0.98, seed: 0 });
}

export function looselyRelaxedPacking(): System {
  return relax(randomPacking(), softSphere({ diameter: [...diameters] }), { maxForce: looseForce }).system;
}

export const startNote =
  'Start: the library’s bidisperse packing relaxed to a largest force of 0.01, where both programs are in the basin of one minimum (from a random start, rounding alone can lead them to different ones).';
