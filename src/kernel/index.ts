/** Expression graphs into running loops over pairs. */
export { type InterpretedPair, interpretPairs, type PairValues } from './interpreted.js';
export { emitJavaScript } from './javascript/index.js';
export {
  blockEntries,
  type CompiledPair,
  firstSiteInput,
  type KernelEmitter,
  type KernelOptions,
  type PairData,
  type PairFunction,
  type PairKernel,
  type ParameterDerivative,
  productsAtOnce,
  type SiteArrays,
  secondSiteInput,
  squaredDistance,
  strideOf,
  tableInput,
} from './pair-kernel.js';
export { emitWebAssembly } from './webassembly/index.js';
