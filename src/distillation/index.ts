/** Data sets made small: samples learnt so that a model trained on them does well. docs/distillation.md. */
export { type DataWeights, type DataWeightsOptions, learnDataWeights } from './data-weights.js';
export {
  type Distillation,
  type DistillOptions,
  type DistillProgress,
  distill,
  distillAsync,
} from './distill.js';
export { type Classifier, type SoftmaxRegressionOptions, softmaxRegression } from './model.js';
export {
  type DistillationOptions,
  type DistillationProblem,
  distillationProblem,
  type LabelledSamples,
  type Learnt,
} from './problem.js';
export { classMeans, noiseLike, randomSamples } from './start.js';
export { accuracy, predictClasses, type TrainOptions, trainClassifier } from './train.js';
