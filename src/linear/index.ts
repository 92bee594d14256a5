/** Matrix-free solvers of A x = b in float64, one file a solver. Which one when: docs/linear.md. */
export { bicgstab } from './bicgstab.js';
export { cg } from './cg.js';
export {
  type Eigenpair,
  type EigenvalueOptions,
  type LowestEigenvalues,
  lowestEigenvalues,
  type Sign,
  type ZeroModes,
  zeroModes,
} from './lanczos.js';
export { minres } from './minres.js';
export {
  type LinearOperator,
  linearOperator,
  matrixOperator,
  type OperatorProperties,
  transposed,
} from './operator.js';
export type {
  LinearOptions,
  LinearResult,
  LinearSolution,
  LinearSolver,
  Preconditioner,
} from './solution.js';
export { axpy, dot, firstNotFinite, maxAbs, norm2, projectOut, scale, subtract, xpay } from './vector.js';
