/**
 * BiCGSTAB: for general square operators; two products an iteration, no transpose.
 *
 * Source: van der Vorst, SIAM J. Sci. Stat. Comput. 13, 631 (1992), preconditioned from the right so that the
 * residual is the true one. Breakdowns restart it from the residual in hand. Operators with large imaginary
 * eigenvalues (skew-symmetric ones above all) belong to `gmres`; symmetric ones to `cg` or `minres`.
 */
import { Problem } from './problem.js';
import type { LinearResult, LinearSolver } from './solution.js';
import { axpy, dot, norm2 } from './vector.js';

/** Cosines below this are zero up to rounding: the recurrence would divide by noise. */
const orthogonal = 1e-14;

export const bicgstab: LinearSolver = (A, b, options = {}) => {
  const problem = new Problem(A, b, options, 'BiCGSTAB');
  if (problem.answer) return problem.answer;
  const n = problem.size;
  const { target } = problem;
  const vector = (): Float64Array => new Float64Array(n);
  const [x, r, shadow, p, v, t, best] = [
    vector(),
    vector(),
    vector(),
    vector(),
    vector(),
    vector(),
    vector(),
  ];
  const pHat = problem.preconditioned ? vector() : p;
  const sHat = problem.preconditioned ? vector() : r;

  let norm = problem.begin(x, r);
  let bestNorm = norm;
  best.set(x);
  let verified = norm;
  let restarts = 0;
  let normAtRestart = Infinity;

  for (;;) {
    if (norm <= target) return problem.finish(x, 'converged', r, { verified: norm });
    let stop: LinearResult | null = problem.watch(norm);
    let broken = false;
    shadow.set(r);
    const shadowNorm = norm;
    let rho = 1;
    let alpha = 1;
    let omega = 1;
    p.fill(0);
    v.fill(0);
    while (stop === null && !broken && norm > target) {
      const last = rho;
      rho = dot(shadow, r);
      if (Math.abs(rho) <= orthogonal * shadowNorm * norm) {
        broken = true;
        break;
      }
      const beta = (rho / last) * (alpha / omega);
      for (let i = 0; i < n; i++) p[i] = r[i] + beta * (p[i] - omega * v[i]);
      if (pHat !== p) problem.precondition(p, pHat);
      problem.apply(pHat, v);
      const sigma = dot(shadow, v);
      if (Math.abs(sigma) <= orthogonal * shadowNorm * norm2(v)) {
        broken = true;
        break;
      }
      alpha = rho / sigma;
      axpy(-alpha, v, r);
      axpy(alpha, pHat, x);
      problem.iterations++;
      norm = norm2(r);
      if (norm <= target) break;
      if (!Number.isFinite(norm)) {
        stop = 'not-finite';
        break;
      }
      if (sHat !== r) problem.precondition(r, sHat);
      problem.apply(sHat, t);
      const tt = dot(t, t);
      const ts = dot(t, r);
      if (Math.abs(ts) <= orthogonal * Math.sqrt(tt) * norm) {
        broken = true;
        break;
      }
      omega = ts / tt;
      axpy(omega, sHat, x); // before r changes: sHat may be r itself
      axpy(-omega, t, r);
      norm = norm2(r);
      if (norm < bestNorm) {
        bestNorm = norm;
        best.set(x);
      }
      stop = problem.watch(norm);
    }
    if (broken) {
      // A restart helps where the shadow vector was unlucky; not where the operator itself is the cause.
      if (norm < 0.5 * normAtRestart) restarts = 0;
      normAtRestart = Math.min(norm, normAtRestart);
      if (++restarts > 2) stop = 'breakdown';
    }
    if (stop !== null) {
      if (!(norm < bestNorm)) x.set(best);
      return problem.finish(x, stop, r);
    }
    norm = problem.residual(x, r);
    if (!broken) {
      if (norm > target && norm > 0.5 * verified) return problem.finish(x, 'stalled', r, { verified: norm });
      verified = norm;
    }
    if (norm < bestNorm) {
      bestNorm = norm;
      best.set(x);
    }
  }
};
