/** Solvers of nonlinear problems, one file each, and the loop that runs them. Which one when: docs/optimize.md. */

export { acceleratedGradient } from './accelerated-gradient.js';
export { type AdmmOptions, type AdmmState, admm } from './admm.js';
export { type AndersonOptions, type AndersonState, anderson, stepMap } from './anderson.js';
export {
  type AugmentedLagrangianOptions,
  type AugmentedLagrangianState,
  augmentedLagrangian,
} from './augmented-lagrangian.js';
export { type BacktrackingOptions, backtracking } from './backtracking.js';
export { type BisectionOptions, type BisectionState, bisection } from './bisection.js';
export {
  type BlockCoordinateDescentOptions,
  type BlockCoordinateDescentState,
  type BlockObjective,
  blockCoordinateDescent,
} from './block-coordinate-descent.js';
export { type BroydenOptions, type BroydenState, broyden } from './broyden.js';
export { type EqualityQpOptions, equalityQp, type QuadraticProgramState } from './equality-qp.js';
export { type FireOptions, fire } from './fire.js';
export { type FixedPointOptions, type FixedPointState, fixedPoint } from './fixed-point.js';
export { type GaussNewtonOptions, type GaussNewtonState, gaussNewton } from './gauss-newton.js';
export { euclidean, type Geometry, klOrthant, klSimplex } from './geometry.js';
export { type GradientDescentOptions, gradientDescent } from './gradient-descent.js';
export { type HagerZhangOptions, hagerZhang } from './hager-zhang.js';
export { type LbfgsOptions, type LbfgsState, lbfgs } from './lbfgs.js';
export { type LbfgsbOptions, type LbfgsbState, lbfgsb } from './lbfgsb.js';
export { leastSquaresObjective } from './least-squares.js';
export {
  type LevenbergMarquardtOptions,
  type LevenbergMarquardtState,
  levenbergMarquardt,
} from './levenberg-marquardt.js';
export {
  type DescentState,
  Line,
  type LinePoint,
  type LineSearch,
  moveToTrial,
  startDescent,
} from './line.js';
export {
  type Failure,
  type IterationState,
  type Method,
  type Minimizer,
  type ProblemKind,
  type ProblemKinds,
  type Progress,
  type RunOptions,
  type RunResult,
  type Solution,
  stuck,
} from './method.js';
export { type MirrorDescentOptions, type MirrorDescentState, mirrorDescent } from './mirror-descent.js';
export { type NewtonCgOptions, type NewtonCgState, newtonCg } from './newton-cg.js';
export { type NonlinearCgOptions, type NonlinearCgState, nonlinearCg } from './nonlinear-cg.js';
export {
  type BoxObjective,
  type CompositeObjective,
  type ConstrainedObjective,
  type FixedPointMap,
  type Linearization,
  largestBlock,
  type Objective,
  type ProjectedObjective,
  type Residual,
  type RootFunction,
} from './problem.js';
export { projectedGradient } from './projected-gradient.js';
export {
  type ProximalGradientOptions,
  type ProximalGradientState,
  proximalGradient,
} from './proximal-gradient.js';
export {
  type DenseMatrix,
  denseOperator,
  optimalityError,
  type QuadraticProgram,
  type QuadraticProgramData,
  quadraticProgram,
  type RectangularOperator,
} from './quadratic-program.js';
export { minimize, run, runAsync } from './run.js';
export {
  type ConstrainedPoint,
  type ConstrainedSolverOptions,
  constrainedSolver,
  type TensorConstrainedProblem,
} from './tensor-constrained.js';
export { type TensorFunction, tensorMap, tensorObjective, tensorResidual } from './tensor-problem.js';
export {
  type QuadraticProgramSolverOptions,
  quadraticProgramSolver,
  type TensorQuadraticProgram,
} from './tensor-quadratic-program.js';
export { type TensorBound, type TensorSolverOptions, tensorSolver } from './tensor-solver.js';
export { type ZoomOptions, zoom } from './zoom.js';
