/** Operators as dense matrices: what the factorising solvers share. Costs one product a column, n² numbers. */
import { InputError } from '../message/index.js';
import { applyAll, type LinearOperator } from './operator.js';
import type { Problem } from './problem.js';

/** 20,000² doubles are 3.2 GB. */
const largest = 20_000;

/** The matrix of an operator, row-major. */
export function materialise(A: LinearOperator): Float64Array {
  return columnsOf(A.size, (vectors, outs) => applyAll(A, vectors, outs));
}

/**
 * The projected matrix of a problem, made regular: σ N Nᵀ fills the null space N, where the right-hand side has nothing,
 * so that the solution has nothing there either.
 */
export function regularMatrix(problem: Problem): Float64Array {
  const n = problem.size;
  const matrix = projectedMatrix(problem);
  if (problem.nullSpace.length === 0) return matrix;
  let sigma = 0;
  for (let i = 0; i < n; i++) sigma = Math.max(sigma, Math.abs(matrix[i * n + i]));
  for (const u of problem.nullSpace) {
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) matrix[i * n + j] += (sigma || 1) * u[i] * u[j];
  }
  return matrix;
}

/** The matrix of a problem's projected operator, row-major. */
export function projectedMatrix(problem: Problem): Float64Array {
  return columnsOf(problem.size, (vectors, outs) => {
    for (const [k, v] of vectors.entries()) problem.apply(v, outs[k]);
  });
}

/** Columns that are asked for at a time. */
const atOnce = 4;

function columnsOf(
  n: number,
  apply: (vectors: readonly Float64Array[], outs: readonly Float64Array[]) => void,
): Float64Array {
  if (n > largest) {
    throw new InputError(
      `a dense ${n} × ${n} matrix needs ${Math.round((8 * n * n) / 1e9)} GB; use an iterative solver`,
    );
  }
  const matrix = new Float64Array(n * n);
  const units = Array.from({ length: Math.min(atOnce, n) }, () => new Float64Array(n));
  const columns = units.map(() => new Float64Array(n));
  for (let first = 0; first < n; first += atOnce) {
    const some = units.slice(0, n - first);
    for (const [k, unit] of some.entries()) unit[first + k] = 1;
    apply(some, columns.slice(0, some.length));
    for (const [k, unit] of some.entries()) {
      unit[first + k] = 0;
      const column = columns[k];
      for (let i = 0; i < n; i++) matrix[i * n + first + k] = column[i];
    }
  }
  return matrix;
}
