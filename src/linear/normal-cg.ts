/**
 * Conjugate gradients on Aᵀ A x = Aᵀ b, without forming Aᵀ A (CGLS): for any operator with a transpose.
 *
 * Source: Hestenes and Stiefel, J. Res. Nat. Bur. Stand. 49, 409 (1952), section 10; Björck, Numerical Methods for Least
 * Squares Problems (1996), section 7.4. It cannot break down, and gives the minimum-norm least-squares solution of singular
 * systems, but the condition number counts twice: prefer `lsmr` for the same task, `gmres` where A is far from singular.
 * A preconditioner stands for (Aᵀ A)⁻¹ here and must be symmetric positive definite.
 */
import { Problem } from './problem.js';
import type { LinearResult, LinearSolver } from './solution.js';
import { axpy, dot, norm2, scale, xpay } from './vector.js';

/** ‖Aᵀ r‖ below this share of ‖A‖ ‖r‖: r has nothing left that A can reach. */
const unreachable = 1e-13;

export const normalCg: LinearSolver = (A, b, options = {}) => {
  const problem = new Problem(A, b, options, 'normal CG');
  if (problem.answer) return problem.answer;
  const n = problem.size;
  const { target } = problem;
  const vector = (): Float64Array => new Float64Array(n);
  const [x, r, s, p, q] = [vector(), vector(), vector(), vector(), vector()];
  const z = problem.preconditioned ? vector() : s;

  let norm = problem.begin(x, r);
  let verified = norm;
  let operatorNorm = 0;
  // A's scale enters to the fourth power: it is taken out, or 1e-100 would underflow.
  let unit = 0;
  for (;;) {
    if (norm <= target) return problem.finish(x, 'converged', r, { verified: norm });
    problem.applyTranspose(r, s);
    if (unit === 0) unit = norm2(s) / norm;
    if (unit === 0) return problem.finish(x, 'inconsistent', r);
    scale(1 / unit, s);
    if (z !== s) problem.precondition(s, z);
    p.set(z);
    let sz = dot(s, z);
    let stop: LinearResult | null = problem.watch(norm);
    while (stop === null && norm > target) {
      const slope = norm2(s);
      operatorNorm = Math.max(operatorNorm, slope / norm);
      if (slope <= unreachable * operatorNorm * norm || slope === 0) {
        stop = 'inconsistent';
        break;
      }
      if (!(sz > 0)) {
        stop = Number.isFinite(sz) ? 'breakdown' : 'not-finite';
        break;
      }
      problem.apply(p, q);
      scale(1 / unit, q);
      const qq = dot(q, q);
      const alpha = sz / qq;
      if (!Number.isFinite(alpha)) {
        stop = Number.isFinite(qq) ? 'inconsistent' : 'not-finite';
        break;
      }
      operatorNorm = Math.max(operatorNorm, Math.sqrt(qq) / norm2(p));
      axpy(alpha / unit, p, x);
      axpy(-alpha, q, r);
      problem.iterations++;
      norm = norm2(r);
      stop = problem.watch(norm);
      problem.applyTranspose(r, s);
      scale(1 / unit, s);
      if (z !== s) problem.precondition(s, z);
      const next = dot(s, z);
      xpay(z, next / sz, p);
      sz = next;
    }
    if (stop !== null) return problem.finish(x, stop, r);
    norm = problem.residual(x, r);
    if (norm > target && norm > 0.5 * verified) return problem.finish(x, 'stalled', r, { verified: norm });
    verified = norm;
  }
};
