/** The implicit function theorem through any solver. What it does and when not to trust it: docs/implicit.md. */
export {
  customFixedPoint,
  customRoot,
  type ImplicitSolver,
  type Solver,
  type SolverOutput,
  type SolverWithAux,
} from './custom-root.js';
export { DerivativeError, type ImplicitOptions, type LinearSystem } from './options.js';
export {
  type Gradients,
  type OptimalityMapping,
  rootJacobian,
  rootJvp,
  rootVjp,
  type TensorTree,
} from './root.js';
