/** Atoms to equilibrium, and the derivative of the equilibrium. */
export { type ClosestPair, closestPair } from './closest-pair.js';
export { type DerivativeOptions, Equilibrium, type Frame, type Sensitivity } from './equilibrium.js';
export { clearAtoms, fixedAtoms } from './fixed-atoms.js';
export {
  type RelaxMethod,
  type RelaxOptions,
  type RelaxProgress,
  relax,
  relaxAsync,
  relaxMethods,
  relaxModel,
  relaxModelAsync,
} from './relax.js';
export type { CurvatureReport, Stability, ZeroModeCounts } from './zero-modes.js';
