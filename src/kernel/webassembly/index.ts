/** Pair kernels as WebAssembly with vectors of two doubles. */
export { type Elementwise, elementwise } from './elementwise.js';
export { emitWebAssembly } from './webassembly.js';
