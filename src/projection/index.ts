/** Nearest points of sets, differentiable in the point and in the set's parameters. The table: docs/projections.md. */
export type { Parameter } from './arguments.js';
export { type BoxParameters, projectBox, supportBetween } from './box.js';
export { projectHalfSpace } from './half-space.js';
export { projectHypercube } from './hypercube.js';
export { type HyperplaneParameters, projectHyperplane } from './hyperplane.js';
export { projectKlSimplex } from './kl-simplex.js';
export { projectL1Ball } from './l1-ball.js';
export { projectL1Sphere } from './l1-sphere.js';
export { projectL2Ball } from './l2-ball.js';
export { projectL2Sphere } from './l2-sphere.js';
export { projectLinfBall } from './linf-ball.js';
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
