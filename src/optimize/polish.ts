/**
 * The exact solution of a quadratic program whose active constraints are known: what turns a first-order method's three
 * digits into all of them.
 *
 * Source: Stellato et al., Math. Program. Comput. 12, 637 (2020), section 5.2.
 */
import { solveKkt } from './kkt.js';
import type { QuadraticProgram, RectangularOperator } from './quadratic-program.js';

/** For each constraint: −1 held by its lower bound, 1 by its upper one, 2 by both, 0 by none. */
export function activeSet(
  { lower, upper }: QuadraticProgram,
  z: Float64Array,
  multipliers: Float64Array,
): Int8Array {
  return Int8Array.from(z, (value, i) => {
    if (lower[i] === upper[i]) return 2;
    if (value - lower[i] < -multipliers[i]) return -1;
    return upper[i] - value < multipliers[i] ? 1 : 0;
  });
}

/** x and the multipliers for which the active constraints hold exactly. */
export function polished(
  { Q, c, constraints, lower, upper }: QuadraticProgram,
  active: Int8Array,
): { x: Float64Array; y: Float64Array } {
  const rows = [...active.keys()].filter((i) => active[i] !== 0);
  const bounds = Float64Array.from(rows, (i) => (active[i] === -1 ? lower[i] : upper[i]));
  const found = solveKkt(Q, c, rowsOf(constraints, rows), bounds);
  const y = new Float64Array(active.length);
  rows.forEach((i, k) => {
    y[i] = found.y[k];
  });
  return { x: found.x, y };
}

function rowsOf(C: RectangularOperator, rows: readonly number[]): RectangularOperator {
  const all = new Float64Array(C.rows);
  return {
    rows: rows.length,
    columns: C.columns,
    apply(v, out) {
      C.apply(v, all);
      for (let k = 0; k < rows.length; k++) out[k] = all[rows[k]];
    },
    applyTranspose(w, out) {
      all.fill(0);
      for (let k = 0; k < rows.length; k++) all[rows[k]] = w[k];
      C.applyTranspose(all, out);
    },
  };
}
