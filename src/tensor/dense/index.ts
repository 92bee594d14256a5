/** Dense linear algebra in double precision: products of matrices, sums. Knows nothing of tensors but their arrays. */
export { Loops, limitThreads, openLoops, parts } from './loops.js';
export { type Matrix, rowMajor, transpose } from './matrix.js';
export { plainProduct } from './plain.js';
export { gram, product } from './product.js';
export { sums } from './sums.js';
