/**
 * Linear operators: a square matrix known only by its products with vectors.
 *
 * Symmetry and definiteness are declared, not found; the solvers say so when a declaration turns out false.
 */
import { InputError } from '../message/index.js';

export interface LinearOperator {
  /** Rows and columns. */
  readonly size: number;
  /** out ← A v. `out` never shares memory with `v`. */
  apply(v: Float64Array, out: Float64Array): void;
  /** outs[k] ← A vectors[k] for all k, where that is cheaper than one after the other. */
  applyAll?(vectors: readonly Float64Array[], outs: readonly Float64Array[]): void;
  /** out ← Aᵀ v. A symmetric operator needs none. */
  applyTranspose?(v: Float64Array, out: Float64Array): void;
  /** Whether A = Aᵀ. */
  readonly symmetric: boolean;
  /** Whether every eigenvalue is positive, or none is negative; left out where it is not known. */
  readonly definite?: 'positive' | 'positive-semi';
}

/** outs[k] ← A vectors[k], in one go where the operator can. */
export function applyAll(
  A: LinearOperator,
  vectors: readonly Float64Array[],
  outs: readonly Float64Array[],
): void {
  if (A.applyAll) A.applyAll(vectors, outs);
  else for (const [k, v] of vectors.entries()) A.apply(v, outs[k]);
}

/** What is declared of an operator made from a function. */
export interface OperatorProperties {
  /** Not symmetric by default. */
  symmetric?: boolean;
  definite?: 'positive' | 'positive-semi';
  /** w ↦ Aᵀ w; not needed where `symmetric` holds. */
  transpose?: (w: Float64Array) => Float64Array;
}

/**
 * An operator from a plain function v ↦ A v that returns a new (or a reused) vector of the same length.
 *
 * @throws InputError from a product whose length is not `size`
 */
export function linearOperator(
  size: number,
  product: (v: Float64Array) => Float64Array,
  properties: OperatorProperties = {},
): LinearOperator {
  if (!Number.isInteger(size) || size < 0) {
    throw new InputError(`a linear operator's size is a whole number of unknowns, found ${size}`);
  }
  const { symmetric = false, definite, transpose } = properties;
  const into =
    (name: string, f: (v: Float64Array) => Float64Array) =>
    (v: Float64Array, out: Float64Array): void => {
      const result = f(v);
      if (result.length !== size) {
        throw new InputError(
          `the function for ${name} returned ${result.length} values, but the operator is ${size} × ${size}`,
        );
      }
      out.set(result);
    };
  return {
    size,
    symmetric,
    ...(definite === undefined ? {} : { definite }),
    apply: into('A v', product),
    ...(transpose === undefined ? {} : { applyTranspose: into('Aᵀ v', transpose) }),
  };
}

/** The operator of a dense matrix, row-major, with its transpose. */
export function matrixOperator(
  matrix: Float64Array,
  size: number,
  properties: Omit<OperatorProperties, 'transpose'> = {},
): LinearOperator {
  if (!(matrix instanceof Float64Array) || !(size >= 0)) {
    throw new InputError('a matrix is a Float64Array, row by row, and the number of its rows');
  }
  if (matrix.length !== size * size) {
    throw new InputError(`a ${size} × ${size} matrix has ${size * size} entries, found ${matrix.length}`);
  }
  const { symmetric = false, definite } = properties;
  return {
    size,
    symmetric,
    ...(definite === undefined ? {} : { definite }),
    apply(v, out) {
      for (let i = 0, k = 0; i < size; i++) {
        let sum = 0;
        for (let j = 0; j < size; j++, k++) sum += matrix[k] * v[j];
        out[i] = sum;
      }
    },
    applyTranspose(v, out) {
      out.fill(0);
      for (let i = 0, k = 0; i < size; i++) {
        const value = v[i];
        for (let j = 0; j < size; j++, k++) out[j] += matrix[k] * value;
      }
    },
  };
}

/**
 * Aᵀ as an operator of its own.
 *
 * @throws InputError when A is not symmetric and knows no transpose product
 */
export function transposed(A: LinearOperator): LinearOperator {
  if (A.symmetric) return A;
  const { applyTranspose } = A;
  if (!applyTranspose) {
    throw new InputError(
      'this operator has no transpose product: give applyTranspose, or declare it symmetric if it is',
    );
  }
  return {
    size: A.size,
    symmetric: false,
    ...(A.definite === undefined ? {} : { definite: A.definite }),
    apply: (v, out) => applyTranspose.call(A, v, out),
    applyTranspose: (v, out) => A.apply(v, out),
  };
}

/**
 * A + ridge · I. It makes a singular system regular, and its solution biased: where A is singular for a known reason,
 * `nullSpace` answers without a bias.
 */
export function ridged(A: LinearOperator, ridge: number): LinearOperator {
  const { applyTranspose, definite } = A;
  const shift =
    (product: (v: Float64Array, out: Float64Array) => void) => (v: Float64Array, out: Float64Array) => {
      product.call(A, v, out);
      for (let i = 0; i < v.length; i++) out[i] += ridge * v[i];
    };
  return {
    size: A.size,
    symmetric: A.symmetric,
    ...(definite !== undefined && ridge > 0 ? { definite: 'positive' as const } : {}),
    apply: shift(A.apply),
    ...(applyTranspose === undefined ? {} : { applyTranspose: shift(applyTranspose) }),
  };
}
