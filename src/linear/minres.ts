/**
 * MINRES: for symmetric operators, definite or not, singular or not; one product an iteration.
 *
 * Source: Paige and Saunders, SIAM J. Numer. Anal. 12, 617 (1975). The residual never grows. From zero, a singular
 * consistent system gets its minimum-norm solution. An inconsistent one gets the least-squares solution and the code
 * `inconsistent`, found by ‖A r‖ vanishing while r does not; without a preconditioner it is lifted to the one of
 * minimum norm (Liu, Milzarek and Roosta, arXiv 2309.17096).
 */
import { Problem } from './problem.js';
import type { LinearResult, LinearSolution, LinearSolver } from './solution.js';
import { axpy, dot } from './vector.js';

/** ‖A r‖ below this share of ‖A‖ ‖r‖: r has nothing left that A can reach. */
const unreachable = 1e-12;
/**
 * … or below this share, if the next iterations bring neither it nor ‖r‖ down: rounding sets the floor, and going on
 * would only let x grow along the null vectors.
 */
const nearlyUnreachable = 1e-7;

export const minres: LinearSolver = (A, b, options = {}) => {
  const problem = new Problem(A, b, options, 'MINRES');
  if (problem.answer) return problem.answer;
  const n = problem.size;
  const { target } = problem;
  const x = new Float64Array(n);
  const scratch = new Float64Array(n);
  const leastSquares = new Float64Array(n);
  let previous = new Float64Array(n); // Lanczos vectors, not normalised
  let current = new Float64Array(n);
  const v = new Float64Array(n);
  const y = problem.preconditioned ? new Float64Array(n) : current;
  let w = new Float64Array(n);
  let w1 = new Float64Array(n);
  let w2 = new Float64Array(n);

  let verified = problem.begin(x, current);
  if (verified <= target) return problem.finish(x, 'converged', current, { verified });

  for (;;) {
    // One Lanczos run from the true residual in `current`.
    const preconditioned = (): Float64Array => {
      if (!problem.preconditioned) return current;
      problem.precondition(current, y);
      return y;
    };
    let My = preconditioned();
    const weight = dot(current, My);
    if (!(weight > 0)) return problem.finish(x, Number.isNaN(weight) ? 'not-finite' : 'breakdown', scratch);
    let beta = Math.sqrt(weight);
    let lastBeta = 0;
    let phi = beta; // the residual's norm in that of M⁻¹
    let cosine = -1;
    let sine = 0;
    let dbar = 0;
    let epsilon = 0;
    let operatorNorm = 0;
    // The recurrence's norm times `ratio` estimates ‖r‖; they are the same without a preconditioner.
    const ratio = verified / phi;
    let stop: LinearResult | null = null;
    // The iterate with the smallest ‖A r‖, which is the least-squares solution if the system is inconsistent.
    let smallest = nearlyUnreachable;
    let smallestAt = { iteration: Infinity, phi: Infinity };
    w.fill(0);
    w2.fill(0);
    while (stop === null && phi * ratio > target) {
      const inverse = 1 / beta;
      for (let i = 0; i < n; i++) v[i] = My[i] * inverse;
      problem.apply(v, scratch);
      if (lastBeta > 0) axpy(-beta / lastBeta, previous, scratch);
      const alpha = dot(v, scratch);
      axpy(-alpha / beta, current, scratch);
      const recycled = previous;
      previous = current;
      current = recycled;
      current.set(scratch);
      My = preconditioned();
      lastBeta = beta;
      const square = dot(current, My);
      if (!Number.isFinite(alpha) || !Number.isFinite(square)) {
        stop = 'not-finite';
        break;
      }
      beta = Math.sqrt(Math.max(square, 0));
      operatorNorm = Math.max(operatorNorm, Math.hypot(alpha, beta, problem.iterations > 0 ? lastBeta : 0));
      if (operatorNorm === 0) {
        stop = 'inconsistent'; // A sends the residual to zero: no x makes it smaller
        leastSquares.set(x);
        break;
      }
      if (square < 0 && -square > 1e-14 * operatorNorm * operatorNorm) {
        stop = 'breakdown'; // the preconditioner is not positive definite
        break;
      }

      const lastEpsilon = epsilon;
      const delta = cosine * dbar + sine * alpha;
      const gbar = sine * dbar - cosine * alpha;
      epsilon = sine * beta;
      dbar = -cosine * beta;
      const reach = Math.hypot(gbar, dbar) / operatorNorm; // ‖A r‖ / ‖A‖ ‖r‖ of the x in hand
      if (reach <= 0.5 * smallest) {
        smallest = reach;
        smallestAt = { iteration: problem.iterations, phi };
        leastSquares.set(x);
      }
      const past = reach > 10 * smallest || problem.iterations - smallestAt.iteration >= 5;
      const waited = past && phi > (1 - 1e-6) * smallestAt.phi;
      if (reach <= unreachable || waited) {
        stop = 'inconsistent';
        break;
      }
      const gamma = Math.hypot(gbar, beta);
      cosine = gbar / gamma;
      sine = beta / gamma;
      const step = cosine * phi;
      phi *= sine;
      const oldest = w1;
      w1 = w2;
      w2 = w;
      w = oldest;
      for (let i = 0; i < n; i++) w[i] = (v[i] - lastEpsilon * w1[i] - delta * w2[i]) / gamma;
      axpy(step, w, x);
      problem.iterations++;
      stop = problem.watch(phi * ratio);
      if (beta <= 1e-15 * operatorNorm) break; // the Krylov space is exhausted
    }
    if (stop === 'inconsistent') return lifted(problem, leastSquares, scratch);
    const norm = problem.residual(x, scratch);
    if (stop !== null || norm <= target || norm > 0.5 * verified) {
      return problem.finish(x, stop ?? 'converged', scratch, { verified: norm });
    }
    verified = norm;
    current.set(scratch);
  }
};

/** Ends an inconsistent solve; the lifting x − (r·x / r·r) r takes out the null component that b had put in. */
function lifted(problem: Problem, x: Float64Array, r: Float64Array): LinearSolution {
  const norm = problem.residual(x, r);
  if (problem.preconditioned || !(norm > problem.target)) {
    return problem.finish(x, 'inconsistent', r, { verified: norm });
  }
  axpy(-dot(r, x) / (norm * norm), r, x);
  return problem.finish(x, 'inconsistent', r, { verified: norm });
}
