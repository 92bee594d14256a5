/** Minimisers, one file each, and the loop that runs them. */
export { type FireOptions, fire } from './fire.js';
export { type GradientDescentOptions, gradientDescent } from './gradient-descent.js';
export {
  type MinimizeOptions,
  type MinimizeProgress,
  type MinimizeResult,
  type Minimizer,
  type MinimizerState,
  minimize,
  type Solution,
} from './minimizer.js';
export { largestBlock, type Objective } from './objective.js';
