/** Where numbers lie: arrays of JavaScript's own for small tensors, WebAssembly's memory for large ones. */
export { doubles, leastInHeap, withArray } from './doubles.js';
export { createHeap, type Heap, openHeap } from './heap.js';
