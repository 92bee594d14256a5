/** Nearest points of sets, differentiable in the point and in the set's parameters. The table: docs/projections.md. */

export { type AffineSetParameters, projectAffineSet } from './affine-set.js';
export type { Parameter } from './arguments.js';
// For the neighbouring rooms of proximal operators and losses: their arguments are checked as these are.
export {
  anyTensor,
  demand,
  demandNonNegative,
  elementwise,
  fromHost,
  tensorOf,
  vectorsOf,
  vectorwise,
} from './arguments.js';
export { projectBirkhoff } from './birkhoff.js';
export { type BoxParameters, projectBox, supportBetween } from './box.js';
export { type BoxSectionParameters, projectBoxSection } from './box-section.js';
export { projectHalfSpace } from './half-space.js';
export { projectHypercube } from './hypercube.js';
export { type HyperplaneParameters, projectHyperplane } from './hyperplane.js';
export { projectKlSimplex } from './kl-simplex.js';
export { projectKlTransport } from './kl-transport.js';
export { projectL1Ball } from './l1-ball.js';
export { projectL1Sphere } from './l1-sphere.js';
export { projectL2Ball } from './l2-ball.js';
export { projectL2Sphere } from './l2-sphere.js';
export { projectLinfBall } from './linf-ball.js';
export type { Marginals } from './marginals.js';
export { projectNonNegative } from './non-negative.js';
export { projectSecondOrderCone } from './second-order-cone.js';
export { projectSimplex } from './simplex.js';
export {
  type Projection,
  type Support,
  supportAll,
  supportGroupNonzero,
  supportNonzero,
  supportOf,
  withSupport,
} from './support.js';
export { projectTransport } from './transport.js';
