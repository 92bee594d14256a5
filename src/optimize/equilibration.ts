/**
 * Ruiz's scaling of a dense quadratic program: rows and columns of | Q Cᵀ; C 0 | brought to length one, which first-order
 * methods need. Solutions translate by x = columns · x̄, y = rows · ȳ / cost.
 *
 * Source: Ruiz, Rutherford Appleton Laboratory RAL-TR-2001-034, as in OSQP (Stellato et al., Math. Program. Comput. 12,
 * 637 (2020), algorithm 2).
 */
import { matrixOperator, maxAbs } from '../linear/index.js';
import { denseOperator, type QuadraticProgram } from './quadratic-program.js';

export interface Equilibrated {
  readonly program: QuadraticProgram;
  readonly columns: Float64Array;
  readonly rows: Float64Array;
  readonly cost: number;
}

const passes = 10;

/** The scaled program; the same one, with scales of one, where a matrix is known by products only. */
export function equilibrated(program: QuadraticProgram): Equilibrated {
  const { size: n, matrix, constraints } = program;
  const m = constraints.rows;
  const columns = new Float64Array(n).fill(1);
  const rows = new Float64Array(m).fill(1);
  if (matrix === undefined || constraints.matrix === undefined) return { program, columns, rows, cost: 1 };
  const Q = Float64Array.from(matrix);
  const C = Float64Array.from(constraints.matrix);
  const byColumn = new Float64Array(n);
  const byRow = new Float64Array(m);
  for (let pass = 0; pass < passes; pass++) {
    byColumn.fill(0);
    byRow.fill(0);
    for (let i = 0, k = 0; i < n; i++) {
      for (let j = 0; j < n; j++, k++) byColumn[j] = Math.max(byColumn[j], Math.abs(Q[k]));
    }
    for (let i = 0, k = 0; i < m; i++) {
      for (let j = 0; j < n; j++, k++) {
        const size = Math.abs(C[k]);
        byColumn[j] = Math.max(byColumn[j], size);
        byRow[i] = Math.max(byRow[i], size);
      }
    }
    toFactors(byColumn);
    toFactors(byRow);
    for (let i = 0, k = 0; i < n; i++) for (let j = 0; j < n; j++, k++) Q[k] *= byColumn[i] * byColumn[j];
    for (let i = 0, k = 0; i < m; i++) for (let j = 0; j < n; j++, k++) C[k] *= byRow[i] * byColumn[j];
    for (let j = 0; j < n; j++) columns[j] *= byColumn[j];
    for (let i = 0; i < m; i++) rows[i] *= byRow[i];
  }
  const c = program.c.map((value, j) => value * columns[j]);
  const size = Math.max(maxAbs(c), maxAbs(Q));
  const cost = size > 0 ? 1 / size : 1;
  for (let k = 0; k < Q.length; k++) Q[k] *= cost;
  for (let j = 0; j < n; j++) c[j] *= cost;
  return {
    columns,
    rows,
    cost,
    program: {
      size: n,
      Q: matrixOperator(Q, n, { symmetric: true, definite: 'positive-semi' }),
      matrix: Q,
      c,
      constraints: denseOperator(C, m, n),
      lower: program.lower.map((value, i) => value * rows[i]),
      upper: program.upper.map((value, i) => value * rows[i]),
    },
  };
}

/** sizes ← 1/√size; 1 where there is nothing to scale. */
function toFactors(sizes: Float64Array): void {
  for (let i = 0; i < sizes.length; i++) sizes[i] = sizes[i] > 1e-12 ? 1 / Math.sqrt(sizes[i]) : 1;
}
