/** Pair kernels as WebAssembly with vectors of two doubles. */
export { emitWebAssembly } from './webassembly.js';
