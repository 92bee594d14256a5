/**
 * The optimality conditions of a quadratic program whose constraints are all equalities: one symmetric linear system,
 *
 *     | Q  Cᵀ | | x |   | −c |
 *     | C  0  | | y | = |  b |
 *
 * Its least-squares residual (r, s) tells why there is no solution, for K is symmetric and sends the residual to zero:
 * Q r = 0, C r = 0, cᵀ r = −‖r‖² is a direction in which the objective falls without end, and Cᵀ s = 0, bᵀ s = ‖s‖² a
 * combination of the constraints that reads 0 = ‖s‖².
 */
import { type LinearOperator, type LinearSolver, lu, minres, norm2, qr } from '../linear/index.js';
import type { RectangularOperator } from './quadratic-program.js';

export interface KktSolution {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Relative residual of the system. */
  readonly residual: number;
  /** The residual's two parts. */
  readonly r: Float64Array;
  readonly s: Float64Array;
}

/** A dense factorisation of so many unknowns takes seconds. */
const denseUpTo = 1500;

/** Solves the system; the shortest solution, and the smallest residual, where it is singular. */
export function solveKkt(
  Q: LinearOperator,
  c: Float64Array,
  C: RectangularOperator,
  b: Float64Array,
  solve?: LinearSolver,
): KktSolution {
  const n = Q.size;
  const m = C.rows;
  const part = new Float64Array(n);
  const K: LinearOperator = {
    size: n + m,
    symmetric: true,
    apply(v, out) {
      const x = v.subarray(0, n);
      const top = out.subarray(0, n);
      Q.apply(x, top);
      C.applyTranspose(v.subarray(n), part);
      for (let i = 0; i < n; i++) top[i] += part[i];
      C.apply(x, out.subarray(n));
    },
  };
  const right = new Float64Array(n + m);
  for (let i = 0; i < n; i++) right[i] = -c[i];
  right.set(b, n);
  let found = (solve ?? (n + m > denseUpTo ? minres : lu))(K, right, { tolerance: 1e-13 });
  if (solve === undefined && n + m <= denseUpTo && !(found.residual < 1e-9)) found = qr(K, right);
  const z = found.value;
  const rest = residual(K, right, z);
  const size = norm2(right) || 1;
  return {
    x: z.slice(0, n),
    y: z.slice(n),
    residual: norm2(rest) / size,
    r: rest.slice(0, n),
    s: rest.slice(n),
  };
}

function residual(K: LinearOperator, right: Float64Array, z: Float64Array): Float64Array {
  const rest = new Float64Array(right.length);
  K.apply(z, rest);
  for (let i = 0; i < rest.length; i++) rest[i] = right[i] - rest[i];
  return rest;
}
