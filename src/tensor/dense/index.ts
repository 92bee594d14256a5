/** Dense linear algebra in double precision: products of matrices, sums. Knows nothing of tensors but their arrays. */
export { type Matrix, rowMajor, transpose } from './matrix.js';
export { gram, product } from './product.js';
