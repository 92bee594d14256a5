/** Pair kernels as JavaScript. */
export { emitJavaScript } from './javascript.js';
