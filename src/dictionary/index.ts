/** Sparse codes and the dictionaries they are made with, learnt through the codes. docs/distillation.md. */
export { type CodeOptions, sparseCodes, unitAtoms, type WithDictionary } from './codes.js';
export {
  type CodeClassifier,
  codeScores,
  type Dictionary,
  type DictionaryOptions,
  encodeSamples,
  learnDictionary,
  learnTaskDictionary,
  type TaskDrivenOptions,
} from './task-driven.js';
