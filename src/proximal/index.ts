/** Proximal operators, differentiable in the point, the strength and the scaling. The table: docs/projections.md. */
export { type ElasticNetParameters, proxElasticNet } from './elastic-net.js';
export { proxGroupLasso } from './group-lasso.js';
export { proxLasso } from './lasso.js';
export { proxNonNegativeLasso } from './non-negative-lasso.js';
export { proxNone } from './none.js';
export { proxOfProjection } from './of-projection.js';
export type { Prox } from './prox.js';
export { proxRidge } from './ridge.js';
