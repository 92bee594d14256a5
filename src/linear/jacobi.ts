/**
 * Jacobi and block-Jacobi preconditioners: the inverse of the diagonal, or of the diagonal blocks (one an atom, say).
 *
 * Both are symmetric positive definite whenever they are made from a symmetric operator: the absolute value of each
 * eigenvalue is inverted, and what is zero (a rattler's block) is left alone.
 */
import { InputError } from '../message/index.js';
import type { LinearOperator } from './operator.js';
import type { Preconditioner } from './solution.js';
import { symmetricEigen } from './symmetric-eigen.js';

/** An entry or eigenvalue below this share of the largest one counts as zero. */
const zero = 1e-12;

/** @param diagonal of the operator: known, or from `diagonalOf` */
export function jacobi(diagonal: Float64Array): Preconditioner {
  const inverse = inverted(diagonal);
  return (r, out) => {
    for (let i = 0; i < inverse.length; i++) out[i] = r[i] * inverse[i];
  };
}

/**
 * @param blocks `count × width × width`, symmetric: known, or from `diagonalBlocksOf`
 * @param width unknowns a block
 */
export function blockJacobi(blocks: Float64Array, width: number): Preconditioner {
  const area = width * width;
  if (!(width >= 1) || blocks.length % area !== 0) {
    throw new InputError(`${blocks.length} values do not divide into blocks of ${width} × ${width}`);
  }
  const count = blocks.length / area;
  const values = new Float64Array(count * width);
  const vectors: Float64Array[] = [];
  for (let k = 0; k < count; k++) {
    const eigen = symmetricEigen(blocks.subarray(k * area, (k + 1) * area), width);
    values.set(eigen.values, k * width);
    vectors.push(eigen.vectors);
  }
  const inverse = inverted(values);
  const inverses = new Float64Array(blocks.length);
  for (let k = 0; k < count; k++) {
    for (let m = 0; m < width; m++) {
      for (let i = 0; i < width; i++) {
        for (let j = 0; j < width; j++) {
          inverses[k * area + i * width + j] +=
            inverse[k * width + m] * vectors[k][m * width + i] * vectors[k][m * width + j];
        }
      }
    }
  }
  return (r, out) => {
    for (let k = 0; k < count; k++) {
      for (let i = 0; i < width; i++) {
        let sum = 0;
        for (let j = 0; j < width; j++) sum += inverses[k * area + i * width + j] * r[k * width + j];
        out[k * width + i] = sum;
      }
    }
  };
}

/** The diagonal of an operator: one product an unknown. */
export function diagonalOf(A: LinearOperator): Float64Array {
  return diagonalBlocksOf(A, 1);
}

/** The diagonal blocks of an operator, `size / width × width × width`: one product an unknown. */
export function diagonalBlocksOf(A: LinearOperator, width: number): Float64Array {
  if (A.size % width !== 0) {
    throw new InputError(`${A.size} unknowns do not divide into blocks of ${width}`);
  }
  const blocks = new Float64Array(A.size * width);
  const unit = new Float64Array(A.size);
  const column = new Float64Array(A.size);
  for (let j = 0; j < A.size; j++) {
    unit[j] = 1;
    A.apply(unit, column);
    unit[j] = 0;
    const first = j - (j % width);
    for (let i = 0; i < width; i++) blocks[(first + i) * width + (j % width)] = column[first + i];
  }
  return blocks;
}

/** 1 / |value|; zero values get the mean scale, so that the preconditioner stays regular. */
function inverted(values: Float64Array): Float64Array {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  return values.map((value) => {
    const size = Math.abs(value);
    return size > zero * largest ? 1 / size : largest > 0 ? 1 / largest : 1;
  });
}
