/** The implicit function theorem through any solver. What it does and when not to trust it: docs/implicit.md. */
export {
  type Adjoint,
  type ImplicitAdjoint,
  implicit,
  oneStep,
  type UnrolledAdjoint,
  type UnrolledOptions,
  unrolled,
} from './adjoint.js';
export * from './conditions/index.js';
export {
  type CustomOptions,
  customFixedPoint,
  customRoot,
  type ImplicitSolver,
  type InnerSolver,
  type InnerSolverWithAux,
} from './custom-root.js';
export type { Hints, SupportMask, SystemHints } from './hints.js';
export {
  type Complaint,
  DerivativeError,
  type DerivativeReport,
  type ImplicitOptions,
  type LinearSystem,
} from './options.js';
export {
  type Gradients,
  type OptimalityMapping,
  rootJacobian,
  rootJvp,
  rootVjp,
} from './root.js';
export type { SolverOutput } from './run-solver.js';
