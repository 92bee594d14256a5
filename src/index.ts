/** Stillpoint: differentiable equilibria. */
export { energyFunction, pairPotential } from '../potentials/index.js';
export * from './implicit/index.js';
export {
  auto,
  bicgstab,
  blockJacobi,
  cg,
  cholesky,
  gmres,
  jacobi,
  type LinearOperator,
  type LinearOptions,
  type LinearResult,
  type LinearSolution,
  type LinearSolver,
  linearOperator,
  lowestEigenvalues,
  lsmr,
  lu,
  matrixOperator,
  minres,
  normalCg,
  type Preconditioner,
  qr,
  refined,
  ridged,
  zeroModes,
} from './linear/index.js';
export { InputError, onWarning } from './message/index.js';
export * from './optimize/index.js';
export * from './relax/index.js';
export * from './tensor/index.js';
