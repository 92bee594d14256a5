/** Data to learn from: tables, splits, folds, made-up problems. No knowledge of models. */
export { breastCancer, breastCancerFeatures, breastCancerSource } from './breast-cancer.js';
export { type ClassificationProblem, makeClassification } from './classification.js';
export { type CorruptedData, corruptLabels } from './corrupt.js';
export {
  type ClassificationData,
  checkData,
  oneHot,
  type RegressionData,
  type Samples,
  take,
} from './dataset.js';
export { digits, digitsSource } from './digits.js';
export { type IdxArray, imageData, parseIdx } from './idx.js';
export { rocArea } from './roc.js';
export { foldSamples, type Split, type SplitOptions, shuffled, splitSamples } from './split.js';
export { type Standardizer, standardizer } from './standardize.js';
export { classesOf, columnIndex, numbersOf, parseTable, type Table, type TableRow } from './table.js';
