/**
 * Complete orthogonal decomposition of a materialised operator: the minimum-norm least-squares solution of any system,
 * regular or singular, up to a thousand unknowns or so.
 *
 * Householder QR with column exchanges finds the rank; reflections from the right then clear what stands beside the
 * triangle. n products, then some 2n³ multiplications.
 * Source: Golub and Van Loan, Matrix Computations, sections 5.4 and 5.5 (4th edition).
 */
import { projectedMatrix } from './dense.js';
import { Problem } from './problem.js';
import type { LinearSolver } from './solution.js';
import { firstNotFinite } from './vector.js';

export const qr: LinearSolver = (A, b, options = {}) => {
  const problem = new Problem(A, b, options, 'QR');
  if (problem.answer) return problem.answer;
  const n = problem.size;
  const matrix = projectedMatrix(problem);
  const x = new Float64Array(n);
  const r = new Float64Array(n);
  if (firstNotFinite(matrix) >= 0) return problem.finish(x, 'not-finite', r);
  problem.iterations = 1;
  // Columns as rows: every loop below runs along memory.
  const columns = Array.from({ length: n }, (_, j) =>
    Float64Array.from({ length: n }, (_, i) => matrix[i * n + j]),
  );
  const right = Float64Array.from(problem.b);
  const order = Array.from({ length: n }, (_, j) => j);

  let rank = 0;
  let first = 0;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    let longest = -1;
    for (let j = k; j < n; j++) {
      const length = Math.hypot(...chunked(columns[j], k));
      if (length > longest) [pivot, longest] = [j, length];
    }
    if (k === 0) first = longest;
    if (!(longest > 1e-14 * n * first)) break;
    [columns[k], columns[pivot]] = [columns[pivot], columns[k]];
    [order[k], order[pivot]] = [order[pivot], order[k]];
    const v = reflector(columns[k], k, longest);
    for (let j = k; j < n; j++) reflect(v, k, columns[j]);
    reflect(v, k, right);
    rank++;
  }
  const y = minimumNorm(columns, right, rank, n);
  for (let j = 0; j < n; j++) x[order[j]] = y[j];
  return problem.finish(x, rank < n ? 'inconsistent' : 'converged', r);
};

/** The norm's arguments, in pieces that a function call can take. */
function chunked(values: Float64Array, from: number): number[] {
  const norms: number[] = [];
  for (let start = from; start < values.length; start += 4096) {
    norms.push(Math.hypot(...values.subarray(start, start + 4096)));
  }
  return norms;
}

/** The unit vector of the reflection that sends values[k …] to a multiple of e_k. */
function reflector(values: Float64Array, k: number, length: number): Float64Array {
  const v = Float64Array.from(values.subarray(k), (value) => value / length);
  v[0] += v[0] >= 0 ? 1 : -1;
  const norm = Math.hypot(...chunked(v, 0));
  return v.map((value) => value / norm);
}

/** values[k …] ← (1 − 2 v vᵀ) values[k …] */
function reflect(v: Float64Array, k: number, values: Float64Array): void {
  let overlap = 0;
  for (let i = 0; i < v.length; i++) overlap += v[i] * values[k + i];
  for (let i = 0; i < v.length; i++) values[k + i] -= 2 * overlap * v[i];
}

/** The shortest y with [R S] y = right, R upper triangular with `rank` rows: columns[j][i] is entry (i, j). */
function minimumNorm(
  columns: readonly Float64Array[],
  right: Float64Array,
  rank: number,
  n: number,
): Float64Array {
  const y = new Float64Array(n);
  const rows = Array.from({ length: rank }, (_, i) =>
    Float64Array.from({ length: n }, (_, j) => columns[j][i]),
  );
  const reflections: Float64Array[] = [];
  // From the last row up: a reflection over entry i and the columns past the rank clears the latter.
  for (let i = rank - 1; i >= 0 && rank < n; i--) {
    const row = rows[i];
    const v = Float64Array.of(row[i], ...row.subarray(rank));
    const length = Math.hypot(...v);
    v[0] += v[0] >= 0 ? length : -length;
    const norm = Math.hypot(...v);
    reflections[i] = v.map((value) => value / norm);
    for (let m = 0; m <= i; m++) reflectTail(reflections[i], i, rank, rows[m]);
  }
  for (let i = rank - 1; i >= 0; i--) {
    let sum = right[i];
    for (let j = i + 1; j < rank; j++) sum -= rows[i][j] * y[j];
    y[i] = sum / rows[i][i];
  }
  for (let i = 0; i < rank && rank < n; i++) reflectTail(reflections[i], i, rank, y);
  return y;
}

/** A reflection over entry i and the entries from `rank` on. */
function reflectTail(v: Float64Array, i: number, rank: number, values: Float64Array): void {
  let overlap = v[0] * values[i];
  for (let j = 1; j < v.length; j++) overlap += v[j] * values[rank + j - 1];
  values[i] -= 2 * overlap * v[0];
  for (let j = 1; j < v.length; j++) values[rank + j - 1] -= 2 * overlap * v[j];
}
