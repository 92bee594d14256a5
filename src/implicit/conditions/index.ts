/** The catalogue of optimality mappings: table 1 of Blondel et al., NeurIPS 2022. Which one when: docs/choosing.md. */
export {
  type BlockProxes,
  type BlockProximalGradientConditionOptions,
  type Blocks,
  blockProximalGradientCondition,
} from './block-proximal-gradient.js';
export type { Condition, ScalarFunction, StepCondition, StepOptions } from './condition.js';
export {
  type ConeProgram,
  type Cones,
  type ConicPoint,
  type ConicSolution,
  conicCondition,
  conicPoint,
  conicSolution,
} from './conic.js';
export { type KktConditionOptions, type KktPoint, type KktProblem, kktCondition } from './kkt.js';
export {
  type MirrorDescentConditionOptions,
  type MirrorGeometry,
  mirrorDescentCondition,
} from './mirror-descent.js';
export { type NewtonConditionOptions, newtonCondition } from './newton.js';
export { projectedGradientCondition } from './projected-gradient.js';
export {
  type ProximalGradientConditionOptions,
  type ProximalStep,
  proximalGradientCondition,
} from './proximal-gradient.js';
export { type QuadraticProgramTensors, quadraticProgramCondition } from './quadratic-program.js';
export { stationaryCondition } from './stationary.js';
