/** Energies of atoms, one file a potential, and the means to write one's own. */
export { potentialFromConfig, potentialKinds, potentialParameters } from './config.js';
export {
  type EnergyFunctionDefinition,
  type EnergyFunctionFactory,
  energyFunction,
  type SystemEnergy,
} from './energy-function.js';
export { type BindOptions, bindOptionNames, type EnergyModel, type Potential } from './energy-model.js';
export { lennardJones } from './lennard-jones.js';
export type { Mixing, MixingFunction } from './mixing.js';
export { morse } from './morse.js';
export type { PairEnergy, PairParameters } from './pair-function.js';
export {
  type PairPotentialDefinition,
  type PairPotentialFactory,
  type PairPotentialOptions,
  pairPotential,
} from './pair-potential.js';
export {
  entryPlaces,
  findBlock,
  type ParameterBlock,
  type ParameterLayout,
  type ParameterLevel,
  type ParameterValue,
  type ParameterValues,
  parameterArrays,
  parameterDirection,
} from './parameter-values.js';
export { softSphere } from './soft-sphere.js';
export type { Truncation } from './truncation.js';
