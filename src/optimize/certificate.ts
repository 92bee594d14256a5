/**
 * Proofs that a quadratic program has no solution: checked here, whoever suggests them.
 *
 * Source: Banjac, Goulart, Stellato and Boyd, J. Optim. Theory Appl. 183, 490 (2019).
 */
import { dot, maxAbs } from '../linear/index.js';
import type { QuadraticProgram } from './quadratic-program.js';

/**
 * Weights w of the constraints with Cᵀ w = 0 whose support function is negative: Σ upperᵢ wᵢ⁺ + lowerᵢ wᵢ⁻ < 0, which no
 * x within the bounds allows.
 *
 * @param tolerance what both may be off by, for weights whose largest is one
 * @returns the weights, the largest one; null where they prove nothing
 */
export function infeasibility(
  { constraints, lower, upper }: QuadraticProgram,
  weights: Float64Array,
  tolerance: number,
): Float64Array | null {
  const w = weights.map((value, i) => {
    if (value > 0 && upper[i] === Infinity) return 0;
    return value < 0 && lower[i] === -Infinity ? 0 : value;
  });
  const size = maxAbs(w);
  // What had to be taken out must have been rounding.
  if (!(size > 1e-12) || maxAbs(weights) > (1 + tolerance) * size) return null;
  let support = 0;
  let scale = 0;
  for (let i = 0; i < w.length; i++) {
    w[i] /= size;
    if (w[i] === 0) continue;
    const term = (w[i] > 0 ? upper[i] : lower[i]) * w[i];
    support += term;
    scale = Math.max(scale, Math.abs(term));
  }
  if (!(support < -tolerance * Math.max(scale, 1e-300))) return null;
  const image = new Float64Array(constraints.columns);
  constraints.applyTranspose(w, image);
  return maxAbs(image) <= tolerance * rowSize(constraints.matrix) ? w : null;
}

/**
 * A direction d with Q d = 0 and cᵀ d < 0 that leaves no bound: (C d)ᵢ ≤ 0 where there is an upper one, ≥ 0 where there is
 * a lower one.
 *
 * @returns the direction, its largest entry one; null where it proves nothing
 */
export function unboundedness(
  { Q, c, constraints, lower, upper, matrix }: QuadraticProgram,
  direction: Float64Array,
  tolerance: number,
): Float64Array | null {
  const size = maxAbs(direction);
  if (!(size > 1e-12)) return null;
  const d = direction.map((value) => value / size);
  if (!(dot(c, d) < -tolerance * maxAbs(c))) return null;
  const Qd = new Float64Array(d.length);
  Q.apply(d, Qd);
  if (!(maxAbs(Qd) <= tolerance * rowSize(matrix))) return null;
  const Cd = new Float64Array(constraints.rows);
  constraints.apply(d, Cd);
  const slack = tolerance * rowSize(constraints.matrix);
  for (let i = 0; i < Cd.length; i++) {
    if (upper[i] < Infinity && !(Cd[i] <= slack)) return null;
    if (lower[i] > -Infinity && !(Cd[i] >= -slack)) return null;
  }
  return d;
}

/** The largest entry of a matrix, 1 where there is none or it is not known. */
function rowSize(matrix: Float64Array | undefined): number {
  return matrix === undefined ? 1 : maxAbs(matrix) || 1;
}
