/** Hyperparameters by the gradient of a validation loss. How to use it: docs/hyperparameter.md. */
export { type AdamOptions, type AdamState, adam } from './adam.js';
export type { Checkpoint } from './checkpoint.js';
export {
  type AtOptions,
  type BilevelProblem,
  type Evaluated,
  hypergradient,
  type LinearOutcome,
  solveAt,
} from './hypergradient.js';
export {
  hostSolve,
  type InnerOutcome,
  type InnerProblem,
  type InnerProblemOptions,
  innerProblem,
} from './inner.js';
export { type Model, type ModelMethod, type ModelProblem, perFold, type TrainingPair } from './model.js';
export { type KernelRidgeOptions, kernelRidge } from './models/kernel-ridge.js';
export {
  elasticNet,
  type LinearRegressionOptions,
  lasso,
  ridge,
} from './models/linear-regression.js';
export { type LogisticRegressionOptions, logisticRegression } from './models/logistic-regression.js';
export { type SvmOptions, svm, svmConditions, svmSolvers } from './models/svm.js';
export type { EvaluationRecord, TuneResult, TuneResultCode } from './result.js';
export type { TuneOptions, TuneSettings } from './settings.js';
export {
  bounds,
  identity,
  log,
  softplus,
  type Transform,
} from './transform.js';
export { tune, tuneAsync } from './tune.js';
export type { Given as GivenHyperparameters, Transforms, Values as HyperparameterValues } from './values.js';
