/**
 * Losses: one value a sample, for the caller to sum, average or weight. Differentiable any number of times in predictions,
 * targets and parameters. The table: docs/projections.md.
 */
export { binarySparsemaxLoss } from './binary-sparsemax.js';
export { fenchelYoungLoss } from './fenchel-young.js';
export { hingeLoss } from './hinge.js';
export { huberLoss } from './huber.js';
export { logisticLoss } from './logistic.js';
export { multiclassHingeLoss } from './multiclass-hinge.js';
export { multiclassLogisticLoss } from './multiclass-logistic.js';
export { sparsemaxLoss } from './sparsemax.js';
export { squaredLoss } from './squared.js';
export { squaredHingeLoss } from './squared-hinge.js';
