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
export * from './loss/index.js';
export { InputError, onWarning } from './message/index.js';
export * from './optimize/index.js';
export {
  type AffineSetParameters,
  type BoxParameters,
  type BoxSectionParameters,
  type HyperplaneParameters,
  type Marginals,
  type Parameter,
  type Projection,
  projectAffineSet,
  projectBirkhoff,
  projectBox,
  projectBoxSection,
  projectHalfSpace,
  projectHypercube,
  projectHyperplane,
  projectKlSimplex,
  projectKlTransport,
  projectL1Ball,
  projectL1Sphere,
  projectL2Ball,
  projectL2Sphere,
  projectLinfBall,
  projectNonNegative,
  projectSecondOrderCone,
  projectSimplex,
  projectTransport,
  type Support,
  supportAll,
  supportBetween,
  supportGroupNonzero,
  supportNonzero,
  supportOf,
  withSupport,
} from './projection/index.js';
export * from './proximal/index.js';
export * from './relax/index.js';
export * from './tensor/index.js';
export { startThreads } from './wasm/index.js';
