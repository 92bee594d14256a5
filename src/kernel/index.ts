/** Expression graphs into running loops over pairs. */
export { type InterpretedPair, interpretPairs, type PairValues } from './interpreted.js';
export { emitJavaScript } from './javascript.js';
export {
  type CompiledPair,
  firstSiteInput,
  type KernelEmitter,
  type KernelOptions,
  type PairData,
  type PairFunction,
  type PairKernel,
  type ParameterDerivative,
  type SiteArrays,
  secondSiteInput,
  squaredDistance,
  strideOf,
  tableInput,
} from './pair-kernel.js';
export { emitWebAssembly } from './webassembly/index.js';
