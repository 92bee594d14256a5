/** Matrix-free solvers of A x = b in float64, one file a solver. Which one when: docs/linear.md. */
export { auto } from './auto.js';
export { bicgstab } from './bicgstab.js';
export { cg, cgInTurns, cgTogether, type TurnsOptions } from './cg.js';
export { cholesky } from './cholesky.js';
export { materialise } from './dense.js';
export { choleskyFactor, type Factor, factorize } from './factor.js';
export { type GmresOptions, gmres } from './gmres.js';
export { blockJacobi, diagonalBlocksOf, diagonalOf, jacobi } from './jacobi.js';
export {
  type Eigenpair,
  type EigenvalueOptions,
  type LowestEigenvalues,
  lowestEigenvalues,
  type Sign,
} from './lanczos.js';
export { lowestRitzValue, type RitzOptions, type RitzValues } from './lowest-ritz-value.js';
export { lsmr } from './lsmr.js';
export { lu } from './lu.js';
export { minres } from './minres.js';
export { normalCg } from './normal-cg.js';
export {
  type LinearOperator,
  linearOperator,
  matrixOperator,
  type OperatorProperties,
  ridged,
  transposed,
} from './operator.js';
export { qr } from './qr.js';
export { refined } from './refinement.js';
export type {
  LinearOptions,
  LinearProgress,
  LinearResult,
  LinearSolution,
  LinearSolver,
  Preconditioner,
} from './solution.js';
export { symmetricEigen } from './symmetric-eigen.js';
export { axpy, dot, firstNotFinite, maxAbs, norm2, projectOut, scale, subtract, xpay } from './vector.js';
export { type ZeroModes, zeroModes } from './zero-modes.js';
