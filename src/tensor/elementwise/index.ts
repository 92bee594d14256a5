/**
 * Elementwise operations on large tensors, in WebAssembly's vectors and on all cores. Each says whether it was its case:
 * where an array lies outside the memory that the loops work in, or a shape is none of theirs, the caller has a loop of
 * its own.
 */
export type { BinaryName, UnaryName } from './functions.js';
export { binaryInHeap, softmaxInHeap, unaryInHeap } from './run.js';
