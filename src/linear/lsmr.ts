/**
 * LSMR: least squares min ‖b − A x‖ for any operator with a transpose, singular or not, consistent or not.
 *
 * Source: Fong and Saunders, SIAM J. Sci. Comput. 33, 2950 (2011). ‖Aᵀ r‖ falls at every iteration. From zero the answer is the
 * one of minimum norm. An inconsistent system ends as `inconsistent` with its least-squares solution as the value.
 * Preconditioners are not used here; `normalCg` takes one.
 */
import { InputError } from '../message/index.js';
import { Problem } from './problem.js';
import type { LinearResult, LinearSolver } from './solution.js';
import { axpy, norm2, scale, xpay } from './vector.js';

/** ‖Aᵀ r‖ below this share of ‖A‖ ‖r‖ means that r is orthogonal to the range of A up to rounding. */
const unreachable = 1e-13;

export const lsmr: LinearSolver = (A, b, options = {}) => {
  if (options.preconditioner) {
    throw new InputError('lsmr takes no preconditioner; use normalCg, or put the scaling into the operator');
  }
  const problem = new Problem(A, b, options, 'LSMR');
  if (problem.answer) return problem.answer;
  const n = problem.size;
  const { target } = problem;
  const vector = (): Float64Array => new Float64Array(n);
  const [x, u, v, h, hBar, scratch] = [vector(), vector(), vector(), vector(), vector(), vector()];

  let verified = problem.begin(x, u);
  for (;;) {
    // Golub–Kahan bidiagonalisation from the true residual in u.
    if (verified <= target) return problem.finish(x, 'converged', u, { verified });
    let beta = verified;
    scale(1 / beta, u);
    problem.applyTranspose(u, v);
    let alpha = norm2(v);
    if (!Number.isFinite(alpha)) return problem.finish(x, 'not-finite', scratch);
    if (alpha === 0) return problem.finish(x, 'inconsistent', scratch);
    scale(1 / alpha, v);
    let alphaBar = alpha;
    let zetaBar = alpha * beta;
    let rho = 1;
    let rhoBar = 1;
    let cBar = 1;
    let sBar = 0;
    let betaDots = beta; // β̈
    let betaDot = 0; // β̇
    let rhoDot = 1;
    let tauTilde = 0;
    let thetaTilde = 0;
    let zeta = 0;
    let operatorNorm = 0; // Frobenius, of the bidiagonal matrix
    h.set(v);
    hBar.fill(0);
    let stop: LinearResult | null = null;
    let residual = beta;
    while (stop === null && residual > target) {
      problem.apply(v, scratch);
      xpay(scratch, -alpha, u);
      beta = norm2(u);
      if (!Number.isFinite(beta)) {
        stop = 'not-finite';
        break;
      }
      operatorNorm = Math.hypot(operatorNorm, alpha, beta);
      const lastAlpha = alpha;
      if (beta > 0) {
        scale(1 / beta, u);
        problem.applyTranspose(u, scratch);
        xpay(scratch, -beta, v);
        alpha = norm2(v);
        if (alpha > 0) scale(1 / alpha, v);
      } else alpha = 0;
      if (alpha <= 1e-15 * Math.max(lastAlpha, beta)) alpha = 0; // the space is exhausted

      // Two rotations make the bidiagonal matrix upper bidiagonal twice over.
      const lastRho = rho;
      rho = Math.hypot(alphaBar, beta);
      const c = alphaBar / rho;
      const s = beta / rho;
      const theta = s * alpha;
      alphaBar = c * alpha;
      const lastRhoBar = rhoBar;
      const lastZeta = zeta;
      const thetaBar = sBar * rho;
      const rhoTemporary = cBar * rho;
      rhoBar = Math.hypot(rhoTemporary, theta);
      cBar = rhoTemporary / rhoBar;
      sBar = theta / rhoBar;
      zeta = cBar * zetaBar;
      zetaBar = -sBar * zetaBar;

      xpay(h, (-thetaBar * rho) / (lastRho * lastRhoBar), hBar);
      axpy(zeta / (rho * rhoBar), hBar, x);
      xpay(v, -theta / rho, h);
      problem.iterations++;

      // ‖r‖ by one more rotation.
      const betaHat = c * betaDots;
      betaDots = -s * betaDots;
      const rhoTilde = Math.hypot(rhoDot, thetaBar);
      const cTilde = rhoDot / rhoTilde;
      const sTilde = thetaBar / rhoTilde;
      const lastThetaTilde = thetaTilde;
      thetaTilde = sTilde * rhoBar;
      rhoDot = cTilde * rhoBar;
      betaDot = -sTilde * betaDot + cTilde * betaHat;
      tauTilde = (lastZeta - lastThetaTilde * tauTilde) / rhoTilde;
      const tauDot = (zeta - thetaTilde * tauTilde) / rhoDot;
      residual = Math.hypot(betaDot - tauDot, betaDots);

      const slope = Math.abs(zetaBar); // ‖Aᵀ r‖
      if (residual > target && slope <= unreachable * operatorNorm * residual) stop = 'inconsistent';
      else stop = watch(problem, residual, slope);
      if (alpha === 0) break;
    }
    const norm = problem.residual(x, scratch);
    if (stop !== null || norm <= target || norm > 0.5 * verified) {
      return problem.finish(x, stop ?? 'converged', scratch, { verified: norm });
    }
    verified = norm;
    u.set(scratch);
  }
};

/** ‖r‖ may rest while ‖Aᵀ r‖ still falls: only the two together show a stall. */
function watch(problem: Problem, residual: number, slope: number): LinearResult | null {
  return problem.watch(residual * slope);
}
